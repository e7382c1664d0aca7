// A futex known by its address alone, which spares the kernel the look-up of the page behind it.
#include "channel/futex_bell.h"

static int ring(struct channel *channel, int end)
{
	return futex_bell_ring(channel, end, FUTEX_PRIVATE_FLAG);
}

static int wait(struct channel *channel, int end)
{
	return futex_bell_wait(channel, end, FUTEX_PRIVATE_FLAG);
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

const struct channel_type channel_futex_private = {
	.name = "futex_private",
	.summary = "shared memory, parked on a private futex",
	.joins = JOINS_THREADS,
	.apart = "a private futex is known by its address in one process only",
	.alternates = true,
	.open = open_words,
	.send = send,
	.recv = recv,
	.close = mailbox_close,
};
