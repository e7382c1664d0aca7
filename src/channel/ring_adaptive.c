// A ring of bytes each way, in shared memory; a side that finds it empty or full waits in the way the name says.
#include "channel/ring.h"

static enum wait wait_of(const struct channel *channel)
{
	return channel->oversubscribed ? WAIT_PARK : WAIT_ADAPTIVE;
}

static int send(struct channel *channel, int end, const void *data, size_t bytes)
{
	return ring_send(channel, end, data, bytes, wait_of(channel));
}

static int recv(struct channel *channel, int end, void *data, size_t bytes)
{
	return ring_recv(channel, end, data, bytes, wait_of(channel));
}

const struct channel_type channel_ring_adaptive = {
	.name = "ring_adaptive",
	.summary = "a 64 KiB ring each way in shared memory, spinning 50 us, then parked on a futex",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.spins_first = true,
	.open = ring_open,
	.send = send,
	.recv = recv,
	.close = ring_close,
};
