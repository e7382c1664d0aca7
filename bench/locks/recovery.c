// Recovery of a robust mutex whose owner dies: the next worker to lock it gets EOWNERDEAD, declares it consistent and
// owns it.
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/status.h"
#include "host/task_limits.h"
#include "bench/locks/locks.h"

// In shared memory.
struct recovery_shared {
	union lock lock;
	struct eventcount held;   ///< number of the last death whose victim holds the lock, or failed to get it
	struct eventcount wanted; ///< number of the last death before which the caller is about to lock
	uint64_t died_ns;         ///< the victim's last clock reading
	int error;                ///< the victim's
};

struct recovery_run {
	struct recovery_shared *shared;
	enum between between;
	const struct placement *placement;
	uint32_t deaths_n; ///< so far, the current one included
	uint64_t took_ns;
};

static const struct recovery_run *watched_run; // by the handler of SIGCHLD

// Releases the caller where the victim was killed before it held the lock; otherwise the victim has done so itself.
static void victim_ended(int signal)
{
	int error = errno;
	(void)signal;
	eventcount_set(&watched_run->shared->held, watched_run->deaths_n, WAIT_PARK);
	errno = error;
}

// All that a victim does but die. Plain fields: `held` orders error; died_ns is read after the victim was reaped.
static void hold_until_wanted(const struct recovery_run *run)
{
	struct recovery_shared *shared = run->shared;
	int error = -placement_apply(run->placement, 1);
	shared->error = error ? error : pthread_mutex_lock(&shared->lock.mutex);
	eventcount_set(&shared->held, run->deaths_n, WAIT_PARK);
	eventcount_wait(&shared->wanted, run->deaths_n - 1, WAIT_PARK);
	shared->died_ns = clock_now_ns();
}

static void *thread_body(void *argument)
{
	hold_until_wanted(argument);
	return NULL;
}

_Noreturn static void process_body(const struct recovery_run *run, int parent)
{
	worker_process_begin(parent);
	hold_until_wanted(run);
	kill(getpid(), SIGKILL);
	_exit(1);
}

static int lock_after_death(struct recovery_run *run, uint64_t *owned_ns)
{
	struct recovery_shared *shared = run->shared;
	eventcount_wait(&shared->held, run->deaths_n - 1, WAIT_PARK);
	if (shared->error)
		return status_fail(shared->error, "the owner that should have died could not lock");
	eventcount_set(&shared->wanted, run->deaths_n, WAIT_PARK);
	int error = pthread_mutex_lock(&shared->lock.mutex);
	*owned_ns = clock_now_ns();
	if (error != EOWNERDEAD)
		return status_say(EPROTO, "a robust mutex does not report that its owner died");
	error = pthread_mutex_consistent(&shared->lock.mutex);
	error = error ? error : pthread_mutex_unlock(&shared->lock.mutex);
	return error ? status_fail(error, "making a robust mutex consistent") : 0;
}

static int recover_from_thread(struct recovery_run *run, uint64_t *owned_ns)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, thread_body, run);
	if (error)
		return status_fail_task(error, "pthread_create");
	int status = lock_after_death(run, owned_ns);
	if (status == 0)
		pthread_join(thread, NULL); // else the runner ends, and the thread with it
	return status;
}

static int recover_from_process(struct recovery_run *run, uint64_t *owned_ns)
{
	int parent = getpid(), wait_status, pid = fork();
	if (pid == 0)
		process_body(run, parent);
	if (pid < 0)
		return status_fail_task(errno, "fork");
	int status = lock_after_death(run, owned_ns);
	int waited =
		waitpid(pid, &wait_status, status < 0 ? WNOHANG : 0); // after a failure it may live until the runner ends
	if (waited == pid && run->shared->died_ns == 0 && WIFSIGNALED(wait_status))
		return status_say(ECHILD, "the owner of the mutex (pid %d) was killed by %s too early", pid,
		                  signal_text(WTERMSIG(wait_status)));
	if (status == 0 && (waited != pid || !WIFSIGNALED(wait_status)))
		status = status_say(EPROTO, "the owner did not die by a signal");
	return status;
}

static int recover(void *context)
{
	struct recovery_run *run = context;
	uint64_t owned_ns = 0;
	run->deaths_n++;
	run->shared->died_ns = 0;
	int status =
		run->between == BETWEEN_PROCESSES ? recover_from_process(run, &owned_ns) : recover_from_thread(run, &owned_ns);
	run->took_ns = owned_ns - run->shared->died_ns;
	return status;
}

// Own clock: took_ns() returns death to ownership, because the start of the victim does not count.
static uint64_t took_ns(void *context)
{
	return ((const struct recovery_run *)context)->took_ns;
}

int recovery_trial(enum between between, bool shared, const struct placement *placement, struct trial *trial)
{
	struct recovery_run run = {.shared = shared_map(sizeof *run.shared), .between = between, .placement = placement};
	if (!run.shared)
		return -ENOMEM;
	struct sigaction action = {.sa_handler = victim_ended, .sa_flags = SA_NOCLDSTOP | SA_RESTART};
	watched_run = &run;
	if (sigaction(SIGCHLD, &action, NULL) < 0) // until this runner ends
		return status_fail(errno, "a handler for the deaths of workers");
	int error = robust_init(&run.shared->lock, shared);
	int status = error ? status_fail(error, "a robust mutex") : placement_apply(placement, 0);
	if (status == 0)
		status = trial_run(trial, &(struct operation){.context = &run, .run = recover, .took_ns = took_ns});
	if (status == 0) { // else its owner may still be alive
		pthread_mutex_destroy(&run.shared->lock.mutex);
		munmap(run.shared, sizeof *run.shared);
	}
	return status;
}
