#include "kernel/plugin/first_run.h"

#include <dirent.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "base/arena.h"
#include "base/status.h"
#include "kernel/plugin/loaded.h"

enum { POISON = 0xff, BEHIND = 0xa5 };

static unsigned threads_n(void)
{
	unsigned n = 0;
	DIR *tasks = opendir("/proc/self/task");
	for (struct dirent *entry; tasks && (entry = readdir(tasks)) != NULL;)
		n += entry->d_name[0] != '.';
	if (tasks)
		closedir(tasks);
	return n;
}

// From here on a new thread or process is SIGSYS. Where the kernel does not allow filters, only threads that stay are
// noticed.
static void tasks_forbid(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 3, 0),
#ifdef SYS_fork
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fork, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_vfork, 1, 0),
#else
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 1, 0),
#endif
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static bool is_filled(const char *at, size_t bytes, int with)
{
	return bytes == 0 || (*(const unsigned char *)at == with && memcmp(at, at + 1, bytes - 1) == 0);
}

static size_t slack_bytes(size_t bytes)
{
	return round_up(bytes, ARENA_ALIGN_BYTES) - bytes;
}

static double run_all(const struct problem *problem)
{
	double total = 0;
	if (problem->out_bytes)
		memset(problem->out, POISON, problem->out_bytes);
	loaded_run(problem, span_whole(problem), &total);
	return total;
}

static int run_serially(struct problem *problem)
{
	char *behind = problem->out_bytes ? problem->out + problem->out_bytes : NULL;
	size_t behind_bytes = behind ? slack_bytes(problem->out_bytes) : 0;
	if (behind)
		memset(behind, BEHIND, behind_bytes);
	problem->serial_total = run_all(problem);
	if (behind && !is_filled(behind, behind_bytes, BEHIND))
		return status_say(EPROTO, "run() wrote behind the end of the output's %zu bytes", problem->out_bytes);
	if (threads_n() > 1)
		return status_say(EPROTO, "it has started %u threads of its own: tvp divides the work, a kernel must not",
		                  threads_n() - 1);
	return 0;
}

// Without a check of its own, the first result is what all others are held against: it must be reproducible at least.
static int repeat(const struct problem *problem)
{
	char *reference = problem->out_bytes ? problem->out + round_up(problem->out_bytes, ARENA_ALIGN_BYTES) : NULL;
	if (reference)
		memcpy(reference, problem->out, problem->out_bytes);
	if (loaded_check(problem, span_whole(problem), run_all(problem)) == 0)
		return 0;
	return status_wrap(-EPROTO, "its result varies: two serial runs of the same input differ");
}

// The third in the middle, by itself: what is not of it must stay as it was.
static int run_part(const struct problem *problem)
{
	struct span span = {problem->items_n / 3, problem->items_n - problem->items_n / 3, 1};
	struct span_bytes bytes;
	double partial = 0;
	if (!loaded_sends())
		return 0;
	int status = loaded_span_bytes(problem, span, &bytes);
	if (status < 0 || problem->out_bytes == 0)
		return status;
	memset(problem->out, POISON, problem->out_bytes);
	loaded_run(problem, span, &partial);
	size_t end = bytes.out_offset + bytes.out_bytes;
	if (is_filled(problem->out, bytes.out_offset, POISON) &&
	    is_filled(problem->out + end, problem->out_bytes - end, POISON))
		return 0;
	return status_say(EPROTO, "run() of the items %llu to %llu wrote outside of these items' bytes of the output",
	                  (unsigned long long)span.begin, (unsigned long long)span.end);
}

int first_run(struct problem *problem)
{
	if (threads_n() > 1)
		return status_say(EPROTO, "it has started %u threads of its own before run(): a kernel must not",
		                  threads_n() - 1);
	if (problem->in_bytes)
		mprotect(problem->in, round_up(problem->in_bytes, ARENA_ALIGN_BYTES), PROT_READ);
	tasks_forbid();
	int status = run_serially(problem);
	if (status == 0 && loaded_has_check() && loaded_check(problem, span_whole(problem), problem->serial_total) < 0)
		status = status_wrap(-EPROTO, "the first serial run is wrong");
	else if (status == 0 && !loaded_has_check())
		status = repeat(problem);
	return status < 0 ? status : run_part(problem);
}
