// An io_uring for each end: a message is a completion that the other side posts to it (IORING_OP_MSG_RING).
#include "base/status.h"
#include "channel/mailbox.h"
#include "channel/refuse.h"

#ifdef TVP_HAVE_LIBURING
#include <liburing.h>

enum { ENTRIES_N = 8 };

// Both rings' mappings and descriptors are inherited by forked workers; each is used by its own end only, so their
// bookkeeping may lie in the shared mapping.
static int ring(struct channel *channel, int end)
{
	const struct mailbox *mailbox = channel->state;
	struct io_uring *own = mailbox->bell[end];
	const struct io_uring *other = mailbox->bell[!end];
	struct io_uring_sqe *entry = io_uring_get_sqe(own);
	if (!entry)
		return -EBUSY;
	io_uring_prep_msg_ring(entry, other->ring_fd, 0, 0, 0);
	entry->flags |= IOSQE_CQE_SKIP_SUCCESS; // only a failure is posted to ourselves, and found by wait()
	int submitted = io_uring_submit(own);
	return submitted < 0 ? submitted : 0;
}

// The kernel posts a completion with release order, and liburing looks for it with acquire.
static int wait(struct channel *channel, int end)
{
	const struct mailbox *mailbox = channel->state;
	struct io_uring *own = mailbox->bell[end];
	struct io_uring_cqe *completion;
	int status;
	do
		status = io_uring_wait_cqe(own, &completion);
	while (status == -EINTR && !channels_abandoned);
	if (status < 0)
		return status;
	status = completion->res;
	io_uring_cqe_seen(own, completion);
	return status;
}

static void close_rings(struct channel *channel)
{
	const struct mailbox *mailbox = channel->state;
	for (int end = 0; mailbox && end < 2; end++)
		if (channel->fd[end][0] >= 0)
			io_uring_queue_exit(mailbox->bell[end]);
	memset(channel->fd, -1, sizeof channel->fd);
	mailbox_close(channel);
}

static int msg_ring_check(struct io_uring *own)
{
	struct io_uring_probe *probe = io_uring_get_probe_ring(own);
	bool supported = probe && io_uring_opcode_supported(probe, IORING_OP_MSG_RING);
	io_uring_free_probe(probe);
	return supported ? 0 : status_say(ENOTSUP, "MSG_RING of io_uring needs Linux 5.18");
}

static int ring_make(struct channel *channel, int end)
{
	const struct mailbox *mailbox = channel->state;
	struct io_uring *own = mailbox->bell[end];
	int status = io_uring_queue_init(ENTRIES_N, own, 0);
	if (status == -ENOSYS || status == -EPERM)
		return status_say(
			ENOTSUP, "io_uring_setup is not permitted (kernel.io_uring_disabled, or a container's seccomp filter): %s",
			strerror(-status));
	if (status < 0)
		return channel_refuse(-status, "io_uring_setup");
	channel->fd[end][0] = own->ring_fd;
	return msg_ring_check(own);
}

static int open_rings(struct channel *channel)
{
	int status = mailbox_open(channel, sizeof(struct io_uring));
	for (int end = 0; end < 2 && status == 0; end++)
		status = ring_make(channel, end);
	if (status < 0)
		close_rings(channel);
	return status;
}
#else
static int ring(struct channel *channel, int end)
{
	(void)channel, (void)end;
	return -ENOTSUP;
}

static int wait(struct channel *channel, int end)
{
	return ring(channel, end);
}

static void close_rings(struct channel *channel)
{
	(void)channel;
}

static int open_rings(struct channel *channel)
{
	(void)channel;
	return status_say(ENOTSUP, "built without liburing");
}
#endif

#include "channel/mailbox_messages.h"

const struct channel_type channel_msg_ring = {
	.name = "msg_ring",
	.summary = "shared memory, a completion posted to the other side's io_uring",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.alternates = true,
	.open = open_rings,
	.send = mailbox_send,
	.recv = mailbox_recv,
	.close = close_rings,
};
