// A futex known by its page: the same object between threads and between processes.
#include "channel/futex_bell.h"

static int ring(struct channel *channel, int end)
{
	return futex_bell_ring(channel, end, 0);
}

static int wait(struct channel *channel, int end)
{
	return futex_bell_wait(channel, end, 0);
}

static int open_words(struct channel *channel)
{
	return mailbox_open(channel, sizeof(_Atomic uint32_t));
}

static int send(struct channel *channel, int end, const void *data, size_t bytes)
{
	return mailbox_send(channel, end, data, bytes, ring, wait);
}

static int recv(struct channel *channel, int end, void *data, size_t bytes)
{
	return mailbox_recv(channel, end, data, bytes, ring, wait);
}

const struct channel_type channel_futex = {
	.name = "futex",
	.summary = "shared memory, parked on a process-shared futex",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.alternates = true,
	.open = open_words,
	.send = send,
	.recv = recv,
	.close = mailbox_close,
};
