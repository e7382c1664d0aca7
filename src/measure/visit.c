// The supervisor forks a runner per visit and survives whatever happens in it: crashes, hangs, interrupts.
#include "measure/visit.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "base/words.h"
#include "host/scheduling.h"
#include "host/task_limits.h"
#include "channel/leftovers.h"
#include "gbench/gbench.h"
#include "host/orphans.h"

static sigset_t awaited_signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCONT);
	// nohup has it ignored; once blocked, it would be received nevertheless.
	struct sigaction hangup;
	if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
		sigaddset(&set, SIGHUP);
	return set;
}

int visitor_open(struct visitor *visitor, const struct topology *topology, double clock_cost_ns, uint64_t visit_ns)
{
	int file;
	*visitor = (struct visitor){.trial = shared_map_file(sizeof *visitor->trial, &file), .topology = topology};
	if (!visitor->trial)
		return -ENOMEM;
	visitor->trial->file = file;
	visitor->trial->topology = topology;
	visitor->trial->clock_cost_ns = clock_cost_ns;
	visitor->visit_ns = visit_ns;
	visitor->preexisting_children = children_list();
	// Workers of a runner that died become our children: we reap them, so that none outlives its visit.
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	// If our parent had it ignored, the kernel would reap our children itself, and we could not wait for them.
	signal(SIGCHLD, SIG_DFL);
	sigset_t set = awaited_signals();
	sigprocmask(SIG_BLOCK, &set, NULL);
	gbench_init();
	channel_remove_leftovers(); // of a program that was killed
	return 0;
}

void visitor_close(struct visitor *visitor)
{
	if (visitor->trial)
		close(visitor->trial->file);
	if (visitor->trial)
		munmap(visitor->trial, sizeof *visitor->trial);
	visitor->trial = NULL;
	free(visitor->preexisting_children);
	visitor->preexisting_children = NULL;
}

static int count_trial(const struct visit_hooks *hooks, const struct spec *spec, struct trial *trial)
{
	struct counters counters;
	counters_open(&counters); // before any worker: they inherit it
	trial->counters = &counters;
	int status = hooks->trial(spec, trial);
	trial->counters = NULL;
	counters_close(&counters);
	return status;
}

// Under real-time scheduling a worker that spins keeps everything else off its CPU, the supervisor and its deadline
// included: the kernel ends who does not sleep for so long. Inherited by the workers.
static void limit_real_time(uint64_t deadline_ns)
{
	struct rlimit limit;
	if (!scheduling_is_real_time() || getrlimit(RLIMIT_RTTIME, &limit) < 0)
		return;
	// Before the deadline, so that it is named; no visit computes for longer without ever sleeping.
	const rlim_t most_us = 10 * 1000 * 1000, before_deadline_us = deadline_ns / NS_PER_US / 10 * 9;
	rlim_t allowed_us = before_deadline_us < most_us ? before_deadline_us : most_us;
	// The hard limit, whose signal needs no turn on the CPU that is kept from all.
	limit.rlim_max = limit.rlim_max < allowed_us ? limit.rlim_max : allowed_us;
	limit.rlim_cur = limit.rlim_cur < limit.rlim_max ? limit.rlim_cur : limit.rlim_max;
	setrlimit(RLIMIT_RTTIME, &limit);
}

_Noreturn void visit_make(const struct visit_hooks *hooks, const struct spec *spec, struct trial *trial)
{
	trial_note_size(trial);
	trial->status = trial->counting ? count_trial(hooks, spec, trial) : hooks->trial(spec, trial);
	if (trial->status < 0)
		text_fit(trial->message, sizeof trial->message, status_message());
	trial->answered = true;
	_exit(0);
}

_Noreturn static void runner(const struct visit_request *request, struct trial *trial, int parent)
{
	worker_process_begin(parent);
	sigset_t set = awaited_signals();
	// The supervisor handles interrupts, also for the workers, which inherit this; a closed pipe is an error code here.
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	limit_real_time(request->deadline_ns);
	visit_make(request->hooks, request->spec, trial);
}

// Pointers as well: a runner that became another program has left its own.
static void trial_reset(const struct visitor *visitor, const struct visit_request *request, uint64_t visit_ns)
{
	struct trial *trial = visitor->trial;
	trial->topology = visitor->topology;
	trial->counters = NULL;
	trial->visit_ns = visit_ns;
	trial->iterations_n = request->iterations_n;
	trial->batch_n = request->batch_n;
	trial->check_seed = request->check_seed;
	trial->seed = request->seed;
	trial->round = request->round;
	trial->counting = request->counting;
	trial->pairs_n = 0;
	trial->answered = false;
	trial->status = 0;
	trial->message[0] = trial->label[0] = '\0';
	for (int i = 0; i < METRIC_N; i++)
		trial->value[i] = NAN;
	for (int i = 0; i < COUNTER_N; i++)
		trial->counted[i] = UINT64_MAX;
}

// Whether the runner changed its state; -errno where it cannot be waited for.
static int look(int pid, int *wait_status)
{
	int changed;
	do
		changed = waitpid(pid, wait_status, WNOHANG | WUNTRACED | WCONTINUED);
	while (changed < 0 && errno == EINTR);
	return changed < 0 ? -errno : changed == pid;
}

// Wait for the runner's end. Returns 0 with *wait_status, -EINTR, -ETIMEDOUT, or why it cannot be waited for.
static int await(struct visitor *visitor, int pid, uint64_t allowed_ns, int *wait_status)
{
	sigset_t set = awaited_signals();
	uint64_t deadline_ns = clock_now_ns() + allowed_ns, stopped_at_ns = 0;
	visitor->stopped_ns = 0;
	for (;;) {
		int changed = look(pid, wait_status);
		if (changed < 0)
			return changed;
		if (changed && WIFSTOPPED(*wait_status))
			stopped_at_ns = clock_now_ns();
		else if (changed && WIFCONTINUED(*wait_status))
			visitor->stopped_ns += stopped_at_ns ? clock_now_ns() - stopped_at_ns : 0;
		else if (changed)
			return 0;
		uint64_t now_ns = clock_now_ns(), left_ns = now_ns < deadline_ns ? deadline_ns - now_ns : 0;
		struct timespec left = {(time_t)(left_ns / NS_PER_S), (long)(left_ns % NS_PER_S)};
		int signal = sigtimedwait(&set, NULL, &left);
		if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP) {
			visitor->interrupted = true;
			return -EINTR;
		}
		// We were stopped until now, and the runner too, for an unknown time. A stop interrupts the sleep first, so a
		// deadline that has passed counts only once no signal is left.
		if (signal == SIGCONT)
			deadline_ns = clock_now_ns() + allowed_ns;
		else if (signal < 0 && left_ns == 0)
			return -ETIMEDOUT;
	}
}

static int outcome(const struct trial *trial, int waited, int wait_status, uint64_t allowed_ns)
{
	if (waited == -ETIMEDOUT)
		return status_say(ETIMEDOUT, "no answer within %.1f s; the runner was killed", (double)allowed_ns / 1e9);
	if (waited == -EINTR)
		return status_say(EINTR, "interrupted");
	if (waited < 0)
		return status_fail(-waited, "waiting for the runner");
	if (WIFSIGNALED(wait_status))
		return status_say(ECHILD, "the runner was killed by %s", signal_text(WTERMSIG(wait_status)));
	if (!trial->answered)
		return status_say(ECHILD, "the runner exited with code %d", WEXITSTATUS(wait_status));
	// -EINTR is reserved for the user's interrupt, which ends the run.
	return trial->status < 0 ? status_say(trial->status == -EINTR ? ECANCELED : -trial->status, "%s", trial->message)
	                         : 0;
}

bool visitor_check(struct visitor *visitor)
{
	sigset_t set = awaited_signals();
	sigdelset(&set, SIGCHLD);
	sigdelset(&set, SIGCONT);
	visitor->interrupted = visitor->interrupted || sigtimedwait(&set, NULL, &(struct timespec){0}) > 0;
	return visitor->interrupted;
}

uint64_t visit_timed_ns(const struct visit_hooks *hooks, uint64_t run_visit_ns)
{
	return hooks && hooks->visit_ns && hooks->visit_ns < run_visit_ns ? hooks->visit_ns : run_visit_ns;
}

static int runner_fork_once(const struct visit_request *request, struct trial *trial)
{
	const struct visit_hooks *hooks = request->hooks;
	int parent = getpid();
	fflush(NULL);
	if (hooks->inherit)
		hooks->inherit(request->spec, true);
	int pid = fork(), error = errno;
	if (pid == 0)
		runner(request, trial, parent);
	if (hooks->inherit)
		hooks->inherit(request->spec, false);
	return pid < 0 ? status_fail_task(error, "fork of a runner") : pid;
}

// Where the kernel does not overcommit, what a runner inherits is counted twice from its fork on: it can do with its
// own.
static int runner_fork(const struct visit_request *request, struct trial *trial)
{
	int pid = runner_fork_once(request, trial);
	if (pid == -ENOMEM && request->hooks->give_back && request->hooks->give_back(request->spec))
		pid = runner_fork_once(request, trial);
	return pid;
}

int visit_run(struct visitor *visitor, const struct visit_request *request)
{
	int wait_status = 0;
	trial_reset(visitor, request,
	            visitor->visit_exact ? visitor->visit_ns : visit_timed_ns(request->hooks, visitor->visit_ns));
	int pid = runner_fork(request, visitor->trial);
	if (pid < 0)
		return pid;
	int waited = await(visitor, pid, request->deadline_ns, &wait_status);
	if (waited < 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	orphans_end(visitor->preexisting_children);
	int status = outcome(visitor->trial, waited, wait_status, request->deadline_ns);
	if (status < 0) // it may not have closed its channels
		channel_remove_leftovers();
	if (status < 0 && request->hooks->clean)
		request->hooks->clean();
	return status < 0 && request->hooks->explain ? request->hooks->explain(request->spec, status) : status;
}
