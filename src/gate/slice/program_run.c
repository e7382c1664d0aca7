#include "gate/slice/program_run.h"

#include "base/status.h"
#include "base/units.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <string.h>
#include <sys/wait.h>

int program_late(uint64_t deadline_ns)
{
	char text[32];
	return status_say(ETIMEDOUT, "it did not finish within %s and was killed",
	                  units_format_ns(text, sizeof text, (double)deadline_ns));
}

int program_run(const char *const *words, int out_fd, uint64_t deadline_ns, struct command_end *end)
{
	char path[PATH_MAX];
	int status = command_find(words[0], path, sizeof path);
	if (status < 0)
		return status;
	struct command_start start = {
		.path = path, .argv = (char *const *)words, .input = -1, .output = out_fd, .keeps_output = out_fd < 0};
	status = command_run(&start, deadline_ns, end);
	if (status == 0 && end->timed_out)
		status = program_late(deadline_ns);
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

void program_memory(struct slice_times *slice, double peak_bytes, double floor_bytes)
{
	slice->value[SERIES_MEMORY] = peak_bytes > floor_bytes ? peak_bytes : NAN;
	slice->memory_floor_bytes = floor_bytes;
}

// What was cut may begin in the middle of a character.
static void tail_copy(char *out, const struct command_tail *tail)
{
	size_t begin = 0, used = 0;
	while (tail->cut && begin < tail->bytes && ((unsigned char)tail->text[begin] & 0xc0) == 0x80)
		begin++;
	if (tail->cut)
		used = (size_t)sprintf(out, "… ");
	for (; begin < tail->bytes; begin++)
		out[used++] = tail->text[begin] ? tail->text[begin] : ' ';
	while (used > 0 && out[used - 1] == '\n')
		used--;
	out[used] = '\0';
	slice_plain_lines(out);
}

void program_printed(const struct command_end *end, struct slice_printed *printed)
{
	_Static_assert(sizeof printed->output > COMMAND_TAIL_BYTES + sizeof "… ", "no room");
	tail_copy(printed->output, &end->printed);
	tail_copy(printed->errors, &end->tail);
}
