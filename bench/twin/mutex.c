// A bare pthread mutex that nobody else wants: lock, increment, unlock. Process-shared between processes, private
// between threads, and with a second one of the kind about: glibc takes no atomic instruction for a private mutex of a
// process with one thread.
#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>

#include "base/status.h"
#include "bench/twin/twin.h"

enum { INCREMENTS_N = 10000 };

// In shared memory.
struct tally {
	pthread_mutex_t mutex;
	volatile uint64_t count;
	uint64_t runs_n;
};

static int increment(void *context)
{
	struct tally *tally = context;
	tally->runs_n++;
	for (int i = 0; i < INCREMENTS_N; i++) {
		pthread_mutex_lock(&tally->mutex);
		tally->count++;
		pthread_mutex_unlock(&tally->mutex);
	}
	return 0;
}

static uint64_t increments_n(void *context)
{
	(void)context;
	return INCREMENTS_N;
}

static int stand_by(struct team_member *member)
{
	while (team_turn(member))
		;
	return 0;
}

static int with_bystander(const struct twin_setup *setup, struct tally *tally, struct trial *trial)
{
	struct team *team;
	struct team_config config = {.between = setup->processes ? BETWEEN_PROCESSES : BETWEEN_THREADS,
	                             .members_n = 1,
	                             .placement = setup->placement,
	                             .body = stand_by};
	int status = team_open(&team, &config, trial);
	if (status < 0)
		return status;
	status = trial_run(trial, &(struct operation){.context = tally, .run = increment, .operations_n = increments_n});
	if (status == 0 && tally->count != tally->runs_n * INCREMENTS_N)
		status = status_say(EPROTO, "%llu increments counted as %llu", (unsigned long long)tally->runs_n * INCREMENTS_N,
		                    (unsigned long long)tally->count);
	int closed = team_close(team);
	return status < 0 ? status : closed;
}

static int mutex_trial(const struct twin_setup *setup, struct trial *trial)
{
	struct tally *tally = shared_map(sizeof *tally);
	pthread_mutexattr_t attributes;
	if (!tally)
		return -ENOMEM;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, setup->processes ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE);
	int error = pthread_mutex_init(&tally->mutex, &attributes);
	int status = error ? status_fail(error, "pthread_mutex_init") : with_bystander(setup, tally, trial);
	pthread_mutexattr_destroy(&attributes);
	munmap(tally, sizeof *tally);
	return status;
}

const struct twin twin_mutex = {
	.call = "mutex",
	.summary = "an uncontended pthread mutex locked, a counter incremented, unlocked",
	.trial = mutex_trial,
};
