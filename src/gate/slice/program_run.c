#include "gate/slice/program_run.h"

#include "base/status.h"

#include <errno.h>
#include <limits.h>
#include <sys/wait.h>

int program_run(const char *const *words, int out_fd, uint64_t deadline_ns, struct command_end *end)
{
	char path[PATH_MAX];
	int status = command_find(words[0], path, sizeof path);
	if (status < 0)
		return status;
	struct command_start start = {.path = path, .argv = (char *const *)words, .input = -1, .output = out_fd};
	status = command_run(&start, deadline_ns, end);
	if (status == 0 && end->timed_out)
		status = status_say(ETIMEDOUT, "it did not finish within its deadline and was killed");
	return status;
}

int program_exit_code(const struct command_end *end)
{
	return WIFEXITED(end->wait_status) ? WEXITSTATUS(end->wait_status) : 128 + WTERMSIG(end->wait_status);
}

int program_failed(const char *who, const struct command_end *end)
{
	char how[160], line[200];
	command_end_text(end, how, sizeof how);
	command_tail_line(&end->tail, line, sizeof line);
	return status_say(ECHILD, "%s %s%s%s", who, how, *line ? ": " : "", line);
}
