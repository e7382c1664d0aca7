// A System V semaphore each way. The set outlives its users where it is not in an IPC namespace of their own
// (leftovers.h).
#include <sys/ipc.h>
#include <sys/sem.h>
#include <unistd.h>

#include "channel/mailbox.h"
#include "channel/refuse.h"
#include "channel/leftovers.h"

static int set_get(key_t key, int flags)
{
	int set = semget(key, 2, flags);
	return set < 0 ? -errno : set;
}

static int set_make(int *set)
{
	*set = channel_ipc_make(set_get);
	if (*set < 0)
		return channel_refuse(-*set, "semget");
	// Linux has set their values to 0 already: set them again, so that the kernel records by whom, for
	// channel_remove_leftovers().
	for (int end = 0; end < 2; end++)
		semctl(*set, end, SETVAL, 0);
	return 0;
}

// EIDRM: the opener closed it.
static int failure(void)
{
	return errno == EIDRM || errno == EINVAL ? -EPIPE : -errno;
}

// The kernel orders memory: both calls take the lock of the set.
static int ring(struct channel *channel, int end)
{
	const struct mailbox *mailbox = channel->state;
	struct sembuf up = {.sem_num = !end, .sem_op = 1};
	while (semop(*(int *)mailbox->bell[end], &up, 1) < 0)
		if (!channel_resumes())
			return failure();
	return 0;
}

static int wait(struct channel *channel, int end)
{
	const struct mailbox *mailbox = channel->state;
	struct sembuf down = {.sem_num = (unsigned short)end, .sem_op = -1};
	while (semop(*(int *)mailbox->bell[end], &down, 1) < 0)
		if (!channel_resumes())
			return failure();
	return 0;
}

static void close_set(struct channel *channel)
{
	const struct mailbox *mailbox = channel->state;
	// Forked workers have it from the opener, who alone removes it.
	if (mailbox && mailbox->opener == getpid())
		semctl(*(int *)mailbox->bell[0], 0, IPC_RMID);
	mailbox_close(channel);
}

static int open_set(struct channel *channel)
{
	int set;
	int status = mailbox_open(channel, sizeof set);
	if (status < 0)
		return status;
	status = set_make(&set);
	if (status < 0) {
		mailbox_close(channel);
		return status;
	}
	const struct mailbox *mailbox = channel->state;
	for (int end = 0; end < 2; end++)
		*(int *)mailbox->bell[end] = set;
	return 0;
}

#include "channel/mailbox_messages.h"

const struct channel_type channel_sysv_semaphore = {
	.name = "sysv_semaphore",
	.summary = "shared memory, parked on a System V semaphore each way",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.alternates = true,
	.open = open_set,
	.send = mailbox_send,
	.recv = mailbox_recv,
	.close = close_set,
};
