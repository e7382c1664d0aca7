// A ring of bytes each way, in shared memory; a side that finds it empty or full waits in the way the name says.
#include "channel/ring.h"

static int send(struct channel *channel, int end, const void *data, size_t bytes)
{
	return ring_send(channel, end, data, bytes, WAIT_SPIN);
}

static int recv(struct channel *channel, int end, void *data, size_t bytes)
{
	return ring_recv(channel, end, data, bytes, WAIT_SPIN);
}

const struct channel_type channel_ring_spin = {
	.name = "ring_spin",
	.summary = "a 64 KiB ring each way in shared memory, waiting by spinning",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.spins = true,
	.open = ring_open,
	.send = send,
	.recv = recv,
	.close = ring_close,
};
