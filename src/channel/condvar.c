// A mutex and a condition variable each way, in the shared mapping. Unlike every other call that sleeps,
// pthread_cond_wait() does not come back for a signal: where a wait may have to be given up it wakes by a deadline
// and checks, for 0.3 us more.
#include <pthread.h>
#include <time.h>

#include "base/clock.h"
#include "base/status.h"
#include "channel/mailbox.h"

enum { CHECK_NS = 100000000 };

struct condvar_doorbell {
	pthread_mutex_t mutex; ///< robust, which costs nothing: its holder may be killed
	pthread_cond_t condition;
	uint32_t rung_n;          ///< and not yet seen by the waiter
	struct timespec deadline; ///< of its one waiter, renewed when past
};

// The mutex of a dead holder becomes unusable: unlocked without being made consistent.
static int locked(pthread_mutex_t *mutex, int error)
{
	if (error == EOWNERDEAD)
		pthread_mutex_unlock(mutex);
	return error == EOWNERDEAD || error == ENOTRECOVERABLE ? -EPIPE : -error;
}

// After the unlock: woken under the mutex, on the same CPU, the other side would only sleep again on it (9 us a round
// trip instead of 4.4).
static int ring(struct channel *channel, int end)
{
	const struct mailbox *mailbox = channel->state;
	struct condvar_doorbell *bell = mailbox->bell[!end];
	int status = locked(&bell->mutex, pthread_mutex_lock(&bell->mutex));
	if (status < 0)
		return status;
	bell->rung_n++;
	pthread_mutex_unlock(&bell->mutex);
	pthread_cond_signal(&bell->condition);
	return 0;
}

static int sleep_until_deadline(struct condvar_doorbell *bell)
{
	int error = pthread_cond_clockwait(&bell->condition, &bell->mutex, CLOCK_MONOTONIC, &bell->deadline);
	if (error != ETIMEDOUT)
		return error;
	clock_gettime(CLOCK_MONOTONIC, &bell->deadline);
	bell->deadline.tv_nsec += CHECK_NS;
	if (bell->deadline.tv_nsec >= (long)NS_PER_S) {
		bell->deadline.tv_nsec -= (long)NS_PER_S;
		bell->deadline.tv_sec++;
	}
	return 0;
}

static int wait(struct channel *channel, int end)
{
	const struct mailbox *mailbox = channel->state;
	struct condvar_doorbell *bell = mailbox->bell[end];
	int status = locked(&bell->mutex, pthread_mutex_lock(&bell->mutex));
	while (status == 0 && bell->rung_n == 0) {
		if (channels_abandoned) {
			pthread_mutex_unlock(&bell->mutex);
			return -EINTR;
		}
		status = locked(&bell->mutex, channel->never_abandoned ? pthread_cond_wait(&bell->condition, &bell->mutex)
		                                                       : sleep_until_deadline(bell));
	}
	if (status < 0)
		return status;
	bell->rung_n--;
	pthread_mutex_unlock(&bell->mutex);
	return 0;
}

static int open_doorbells(struct channel *channel)
{
	int status = mailbox_open(channel, sizeof(struct condvar_doorbell));
	if (status < 0)
		return status;
	const struct mailbox *mailbox = channel->state;
	pthread_mutexattr_t mutex;
	pthread_condattr_t condition;
	pthread_mutexattr_init(&mutex);
	pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&mutex, PTHREAD_MUTEX_ROBUST);
	pthread_condattr_init(&condition);
	pthread_condattr_setpshared(&condition, PTHREAD_PROCESS_SHARED);
	int error = 0;
	for (int end = 0; end < 2 && error == 0; end++) {
		struct condvar_doorbell *bell = mailbox->bell[end];
		error = pthread_mutex_init(&bell->mutex, &mutex);
		if (error == 0)
			error = pthread_cond_init(&bell->condition, &condition);
	}
	pthread_condattr_destroy(&condition);
	pthread_mutexattr_destroy(&mutex);
	return error ? status_fail(error, "a condition variable") : 0;
}

#include "channel/mailbox_messages.h"

const struct channel_type channel_condvar = {
	.name = "condvar",
	.summary = "shared memory, parked on a condition variable each way",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.alternates = true,
	.open = open_doorbells,
	.send = mailbox_send,
	.recv = mailbox_recv,
	.close = mailbox_close,
};
