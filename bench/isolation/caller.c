// The caller's side of `isolation`: processes watched through SIGCHLD, jobs kept until they are done, and recovery.
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "host/task_limits.h"
#include "bench/isolation/isolation.h"
#include "exec/exec.h"

enum { CLOSE_DEADLINE_S = 10 };

static struct isolation_run *volatile watched_run; // by the handler of SIGCHLD

static void on_child(int signal)
{
	(void)signal;
	int error = errno;
	for (unsigned i = 0; watched_run && i < watched_run->processes_n; i++) {
		int wait_status, pid = watched_run->processes[i].pid;
		if (pid <= 0 || waitpid(pid, &wait_status, WNOHANG) != pid)
			continue;
		watched_run->processes[i].noticed_ns = clock_now_ns();
		watched_run->processes[i].wait_status = wait_status;
		watched_run->processes[i].pid = -pid;
		isolation_notify(&watched_run->shared->events);
	}
	errno = error;
}

static uint32_t jobs_given(const struct isolation_run *run, unsigned worker)
{
	return atomic_load_explicit(&run->shared->slot[worker].go.word, memory_order_relaxed); // only the caller writes it
}

static bool job_is_done(const struct isolation_run *run, unsigned worker)
{
	return atomic_load_explicit(&run->shared->slot[worker].done, memory_order_acquire) == jobs_given(run, worker);
}

static bool belongs_to(const struct isolation_run *run, unsigned worker, unsigned process)
{
	return run->processes_n == 1 || worker == process;
}

static int process_start(struct isolation_run *run, unsigned process)
{
	int parent = getpid();
	int pid = fork();
	if (pid == 0) {
		watched_run = NULL;
		if (run->processes_n == 1)
			isolation_run_threads(run->shared, run->workers, parent);
		isolation_run_process(run->shared, process, run->workers[process].seen, parent);
	}
	if (pid < 0)
		return status_fail_task(errno, "fork of worker %u", process);
	run->processes[process].pid = pid;
	raise(SIGCHLD); // the handler did not find a process that died before its number was stored
	return 0;
}

// Wait until the count of events differs from `*events`.
static void wait_for_event(struct isolation_run *run, uint32_t *events)
{
	*events = eventcount_wait(&run->shared->events, *events, WAIT_PARK);
}

static int process_failure(const struct isolation_run *run, unsigned process)
{
	int wait_status = run->processes[process].wait_status, pid = -run->processes[process].pid;
	if (*run->shared->failure)
		return status_say(ECHILD, "%s", run->shared->failure);
	if (WIFSIGNALED(wait_status))
		return status_say(ECHILD, "worker process %u (pid %d) was killed by %s", process, pid,
		                  signal_text(WTERMSIG(wait_status)));
	return status_say(ECHILD, "worker process %u (pid %d) exited with code %d", process, pid, WEXITSTATUS(wait_status));
}

// The process that died as intended. -EAGAIN: none yet; else the failure of one that should not have died, or died
// another way.
static int find_dead_process(const struct isolation_run *run, unsigned victim)
{
	for (unsigned process = 0; process < run->processes_n; process++) {
		if (run->processes[process].pid > 0)
			continue;
		int wait_status = run->processes[process].wait_status;
		bool intended = belongs_to(run, victim, process) && WIFSIGNALED(wait_status) &&
		                WTERMSIG(wait_status) == isolation_signal(run->death);
		return intended ? (int)process : process_failure(run, process);
	}
	return -EAGAIN;
}

static void give_job(struct isolation_run *run, unsigned worker, uint64_t number, enum death death)
{
	struct isolation_slot *slot = &run->shared->slot[worker];
	slot->number = number;
	slot->go.command = death;
	eventcount_set(&slot->go, jobs_given(run, worker) + 1, WAIT_PARK);
}

static int wait_for_death(struct isolation_run *run, unsigned victim)
{
	uint32_t events = atomic_load_explicit(&run->shared->events.word, memory_order_acquire);
	int process;
	while ((process = find_dead_process(run, victim)) == -EAGAIN)
		wait_for_event(run, &events);
	return process;
}

// Give out the lost jobs again, to workers that do not exist yet, and start those.
static int replace(struct isolation_run *run, unsigned process)
{
	run->lost_n = 0;
	for (unsigned worker = 0; worker < run->shared->workers_n; worker++) {
		struct isolation_worker *state = &run->workers[worker];
		state->retried = belongs_to(run, worker, process) && !job_is_done(run, worker);
		if (belongs_to(run, worker, process))
			state->seen = jobs_given(run, worker);
		if (!state->retried)
			continue;
		run->lost_n++;
		give_job(run, worker, run->shared->slot[worker].number, DEATH_NONE);
	}
	return process_start(run, process);
}

static int wait_for_jobs(struct isolation_run *run, uint64_t died_ns)
{
	uint32_t events = atomic_load_explicit(&run->shared->events.word, memory_order_acquire);
	run->wall_ns = 0;
	for (;;) {
		bool all = true, replaced = false;
		for (unsigned worker = 0; worker < run->shared->workers_n; worker++) {
			bool done = job_is_done(run, worker);
			all = all && done;
			replaced = replaced || (done && run->workers[worker].retried);
		}
		if (run->wall_ns == 0 && replaced)
			run->wall_ns = clock_now_ns() - died_ns;
		if (all)
			return 0;
		for (unsigned process = 0; process < run->processes_n; process++)
			if (run->processes[process].pid < 0)
				return process_failure(run, process);
		wait_for_event(run, &events);
	}
}

static int check_results(const struct isolation_run *run)
{
	for (unsigned worker = 0; worker < run->shared->workers_n; worker++) {
		const struct isolation_slot *slot = &run->shared->slot[worker];
		if (slot->result != isolation_result(slot->number))
			return status_say(EBADMSG, "job %llu has a wrong result", (unsigned long long)slot->number);
	}
	return 0;
}

int isolation_recover(struct isolation_run *run)
{
	unsigned victim = (unsigned)(run->deaths_n++ % run->shared->workers_n);
	atomic_store(&run->shared->died_ns, 0);
	for (unsigned worker = 0; worker < run->shared->workers_n; worker++)
		give_job(run, worker, ++run->number, worker == victim ? run->death : DEATH_NONE);
	int process = wait_for_death(run, victim);
	if (process < 0)
		return process;
	uint64_t died_ns = atomic_load(&run->shared->died_ns);
	run->noticed_ns = run->processes[process].noticed_ns - died_ns;
	int status = replace(run, (unsigned)process);
	if (status == 0)
		status = wait_for_jobs(run, died_ns);
	return status < 0 ? status : check_results(run);
}

static bool any_alive(const struct isolation_run *run)
{
	for (unsigned process = 0; process < run->processes_n; process++)
		if (run->processes[process].pid > 0)
			return true;
	return false;
}

int isolation_start(struct isolation_run *run)
{
	int status = 0;
	struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_NOCLDSTOP};
	watched_run = run;
	if (sigaction(SIGCHLD, &action, NULL) < 0)
		return status_fail(errno, "a handler for the deaths of workers");
	for (unsigned process = 0; process < run->processes_n && status == 0; process++)
		status = process_start(run, process);
	return status;
}

// After a failure no process is told to end: the one that should have died may be stuck.
void isolation_stop(struct isolation_run *run, bool gracefully)
{
	uint64_t deadline_ns = clock_now_ns() + (gracefully ? CLOSE_DEADLINE_S * NS_PER_S : 0);
	atomic_store_explicit(&run->shared->over, true, memory_order_relaxed); // ordered by the eventcounts
	for (unsigned worker = 0; worker < run->shared->workers_n; worker++)
		give_job(run, worker, 0, DEATH_NONE);
	for (uint32_t i = 0; any_alive(run) && clock_now_ns() < deadline_ns; i++)
		nanosleep(&(struct timespec){.tv_nsec = i < 10 ? 20000 : 200000}, NULL); // SIGCHLD ends it early
	signal(SIGCHLD, SIG_DFL);
	for (unsigned process = 0; process < run->processes_n; process++)
		if (run->processes[process].pid > 0) {
			kill(run->processes[process].pid, SIGKILL);
			waitpid(run->processes[process].pid, NULL, 0);
		}
	watched_run = NULL;
}
