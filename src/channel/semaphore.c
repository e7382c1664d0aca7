// A POSIX semaphore each way, in the shared mapping.
#include <errno.h>
#include <semaphore.h>

#include "base/status.h"
#include "channel/mailbox.h"

// sem_post() and sem_wait() order memory, says POSIX.
static int ring(struct channel *channel, int end)
{
	const struct mailbox *mailbox = channel->state;
	return sem_post(mailbox->bell[!end]) < 0 ? -errno : 0;
}

static int wait(struct channel *channel, int end)
{
	const struct mailbox *mailbox = channel->state;
	while (sem_wait(mailbox->bell[end]) < 0)
		if (!channel_resumes())
			return -errno;
	return 0;
}

static int open_semaphores(struct channel *channel)
{
	int status = mailbox_open(channel, sizeof(sem_t));
	const struct mailbox *mailbox = channel->state;
	for (int end = 0; end < 2 && status == 0; end++)
		if (sem_init(mailbox->bell[end], 1, 0) < 0)
			status = status_fail(errno, "sem_init");
	return status;
}

#include "channel/mailbox_messages.h"

const struct channel_type channel_semaphore = {
	.name = "semaphore",
	.summary = "shared memory, parked on a POSIX semaphore each way",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.alternates = true,
	.open = open_semaphores,
	.send = mailbox_send,
	.recv = mailbox_recv,
	.close = mailbox_close,
};
