// A robust mutex whose owner dies: the next one to lock it learns so (EOWNERDEAD), declares it consistent, and owns it.
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/status.h"
#include "bench/locks/locks.h"

// In shared memory.
struct estate {
	union lock lock;
	struct eventcount held;   ///< counts the victims that hold the lock, or failed to
	struct eventcount wanted; ///< counts the times that the caller set out to lock
	uint64_t died_ns;         ///< the victim's last reading of the clock
	int error;                ///< the victim's
};

struct heir {
	struct estate *estate;
	enum between between;
	const struct placement *placement;
	uint32_t turn;
	uint64_t took_ns;
};

static const struct heir *watched; // by the handler of SIGCHLD

// A victim that was killed before it held the lock keeps nobody waiting; one that died as planned did say so itself.
static void victim_ended(int signal)
{
	int error = errno;
	(void)signal;
	eventcount_set(&watched->estate->held, watched->turn, WAIT_PARK);
	errno = error;
}

// All of a victim's life but its death. Plain fields: `held` orders error; died_ns is read after the victim was reaped.
static void live(const struct heir *heir)
{
	struct estate *estate = heir->estate;
	int error = -placement_apply(heir->placement, 1);
	estate->error = error ? error : pthread_mutex_lock(&estate->lock.mutex);
	eventcount_set(&estate->held, heir->turn, WAIT_PARK);
	eventcount_wait(&estate->wanted, heir->turn - 1, WAIT_PARK);
	estate->died_ns = clock_now_ns();
}

static void *thread_body(void *argument)
{
	live(argument);
	return NULL;
}

_Noreturn static void process_body(const struct heir *heir, int parent)
{
	worker_process_begin(parent);
	live(heir);
	kill(getpid(), SIGKILL);
	_exit(1);
}

static int inherit(struct heir *heir, uint64_t *owned_ns)
{
	struct estate *estate = heir->estate;
	eventcount_wait(&estate->held, heir->turn - 1, WAIT_PARK);
	if (estate->error)
		return status_fail(estate->error, "the owner that was to die could not lock");
	eventcount_set(&estate->wanted, heir->turn, WAIT_PARK);
	int error = pthread_mutex_lock(&estate->lock.mutex);
	*owned_ns = clock_now_ns();
	if (error != EOWNERDEAD)
		return status_say(EPROTO, "a robust mutex does not tell that its owner died");
	error = pthread_mutex_consistent(&estate->lock.mutex);
	error = error ? error : pthread_mutex_unlock(&estate->lock.mutex);
	return error ? status_fail(error, "making a robust mutex consistent") : 0;
}

static int from_thread(struct heir *heir, uint64_t *owned_ns)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, thread_body, heir);
	if (error)
		return status_fail(error, "pthread_create");
	int status = inherit(heir, owned_ns);
	if (status == 0)
		pthread_join(thread, NULL); // else the runner ends, and the thread with it
	return status;
}

static int from_process(struct heir *heir, uint64_t *owned_ns)
{
	int parent = getpid(), wait_status, pid = fork();
	if (pid == 0)
		process_body(heir, parent);
	if (pid < 0)
		return status_fail(errno, "fork");
	int status = inherit(heir, owned_ns);
	int waited =
		waitpid(pid, &wait_status, status < 0 ? WNOHANG : 0); // after a failure it may live on until the runner ends
	if (waited == pid && heir->estate->died_ns == 0 && WIFSIGNALED(wait_status))
		return status_say(ECHILD, "the owner of the mutex (pid %d) killed by %s before its time", pid,
		                  signal_text(WTERMSIG(wait_status)));
	if (status == 0 && (waited != pid || !WIFSIGNALED(wait_status)))
		status = status_say(EPROTO, "the owner did not die by a signal");
	return status;
}

static int recover(void *context)
{
	struct heir *heir = context;
	uint64_t owned_ns = 0;
	heir->turn++;
	heir->estate->died_ns = 0;
	int status = heir->between == BETWEEN_PROCESSES ? from_process(heir, &owned_ns) : from_thread(heir, &owned_ns);
	heir->took_ns = owned_ns - heir->estate->died_ns;
	return status;
}

static uint64_t took_ns(void *context)
{
	return ((const struct heir *)context)->took_ns;
}

int recover_trial(enum between between, bool shared, const struct placement *placement, struct trial *trial)
{
	struct heir heir = {.estate = shared_map(sizeof *heir.estate), .between = between, .placement = placement};
	if (!heir.estate)
		return -ENOMEM;
	struct sigaction action = {.sa_handler = victim_ended, .sa_flags = SA_NOCLDSTOP | SA_RESTART};
	watched = &heir;
	sigaction(SIGCHLD, &action, NULL); // for the rest of this runner's life
	int error = robust_init(&heir.estate->lock, shared);
	int status = error ? status_fail(error, "a robust mutex") : placement_apply(placement, 0);
	if (status == 0)
		status = trial_run(trial, &(struct operation){.context = &heir, .run = recover, .took_ns = took_ns});
	if (status == 0) { // else its owner may live yet
		pthread_mutex_destroy(&heir.estate->lock.mutex);
		munmap(heir.estate, sizeof *heir.estate);
	}
	return status;
}
