// A System V semaphore each way. The set outlives its users: it is made in an IPC namespace of this process's own, which ends
// with the last of them, or else under a key that tells whose it was.
#include <sched.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <unistd.h>

#include "base/status.h"
#include "channel/mailbox.h"

// Once per process: a second namespace would hide what was made in the first. Root may; others by way of a user namespace.
static int private_ipc(void)
{
	static int asked_by, status;
	if (asked_by != getpid()) {
		asked_by = getpid();
		status = unshare(CLONE_NEWIPC) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWIPC) == 0 ? 0 : -errno;
	}
	return status;
}

// "tv", and the process.
static key_t key_of(unsigned n)
{
	return (key_t)(0x74760000u + (((unsigned)getpid() * 16 + n) & 0xffff));
}

static int set_make(int *set)
{
	enum { KEYS_N = 16 };
	private_ipc();
	for (unsigned n = 0; n < KEYS_N; n++) {
		*set = semget(key_of(n), 2, IPC_CREAT | IPC_EXCL | 0600);
		if (*set >= 0)
			return 0;
		if (errno != EEXIST)
			break;
	}
	if (errno == ENOSPC || errno == ENOSYS || errno == EEXIST)
		return status_fail(ENOTSUP, "semget: %s", strerror(errno));
	return status_fail(errno, "semget");
}

// The kernel orders memory: both calls take the lock of the set.
static int ring(struct channel *channel, int end)
{
	const struct mailbox *mailbox = channel->state;
	struct sembuf up = {.sem_num = !end, .sem_op = 1};
	while (semop(*(int *)mailbox->bell[end], &up, 1) < 0)
		if (!mailbox_sleeps_on())
			return -errno;
	return 0;
}

static int wait(struct channel *channel, int end)
{
	const struct mailbox *mailbox = channel->state;
	struct sembuf down = {.sem_num = (unsigned short)end, .sem_op = -1};
	while (semop(*(int *)mailbox->bell[end], &down, 1) < 0)
		if (!mailbox_sleeps_on())
			return -errno;
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
	status = set_make(&set); // both values are 0, says Linux
	if (status < 0) {
		mailbox_close(channel);
		return status;
	}
	const struct mailbox *mailbox = channel->state;
	for (int end = 0; end < 2; end++)
		*(int *)mailbox->bell[end] = set;
	return 0;
}

static int send(struct channel *channel, int end, const void *data, size_t bytes)
{
	return mailbox_send(channel, end, data, bytes, ring, wait);
}

static int recv(struct channel *channel, int end, void *data, size_t bytes)
{
	return mailbox_recv(channel, end, data, bytes, ring, wait);
}

const struct channel_type channel_sysv_semaphore = {
	.name = "sysv_semaphore",
	.summary = "shared memory, parked on a System V semaphore each way",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.alternates = true,
	.open = open_set,
	.send = send,
	.recv = recv,
	.close = close_set,
};
