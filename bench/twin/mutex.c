// A bare pthread mutex without contention: lock, increment, unlock. Process-shared between processes, private between
// threads, with one idle worker beside the caller: glibc uses no atomic instruction for a private mutex of a process
// that has only one thread.
#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>

#include "base/status.h"
#include "bench/twin/twin.h"

enum { INCREMENTS_N = 10000 };

// In shared memory.
struct mutex_shared {
	pthread_mutex_t mutex;
	volatile uint64_t count;
	uint64_t runs_n;
};

static int increment(void *context)
{
	struct mutex_shared *shared = context;
	shared->runs_n++;
	for (int i = 0; i < INCREMENTS_N; i++) {
		pthread_mutex_lock(&shared->mutex);
		shared->count++;
		pthread_mutex_unlock(&shared->mutex);
	}
	return 0;
}

static uint64_t increments_n(void *context)
{
	(void)context;
	return INCREMENTS_N;
}

static int idle(struct team_member *member)
{
	while (team_turn_next(member))
		;
	return 0;
}

static int time_beside_idle(const struct twin_setup *setup, struct mutex_shared *shared, struct trial *trial)
{
	struct team *team;
	struct team_config config = {.between = setup->processes ? BETWEEN_PROCESSES : BETWEEN_THREADS,
	                             .members_n = 1,
	                             .placement = setup->placement,
	                             .body = idle};
	int status = team_open(&team, &config, trial);
	if (status < 0)
		return status;
	status = trial_run(trial, &(struct operation){.context = shared, .run = increment, .operations_n = increments_n});
	if (status == 0 && shared->count != shared->runs_n * INCREMENTS_N)
		status = status_say(EPROTO, "%llu increments counted as %llu",
		                    (unsigned long long)shared->runs_n * INCREMENTS_N, (unsigned long long)shared->count);
	int closed = team_close(team);
	return status < 0 ? status : closed;
}

static int mutex_trial(const struct twin_setup *setup, struct trial *trial)
{
	struct mutex_shared *shared = shared_map(sizeof *shared);
	pthread_mutexattr_t attributes;
	if (!shared)
		return -ENOMEM;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, setup->processes ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE);
	int error = pthread_mutex_init(&shared->mutex, &attributes);
	int status = error ? status_fail(error, "pthread_mutex_init") : time_beside_idle(setup, shared, trial);
	pthread_mutexattr_destroy(&attributes);
	munmap(shared, sizeof *shared);
	return status;
}

const struct twin twin_mutex = {
	.call = "mutex",
	.summary = "an uncontended pthread mutex locked, a counter incremented, unlocked",
	.trial = mutex_trial,
};
