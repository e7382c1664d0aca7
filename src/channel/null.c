// A channel without a receiver: what the harness itself costs.
#include "channel/channel.h"

static int open_nothing(struct channel *channel)
{
	(void)channel;
	return 0;
}

static int send_nothing(struct channel *channel, int end, const void *data, size_t bytes)
{
	(void)channel, (void)end, (void)data, (void)bytes;
	return 0;
}

static int receive_nothing(struct channel *channel, int end, void *data, size_t bytes)
{
	(void)channel, (void)end, (void)data, (void)bytes;
	return 0;
}

static void close_nothing(struct channel *channel)
{
	(void)channel;
}

const struct channel_type channel_null = {
	.name = "null",
	.summary = "nothing at all: the harness's own cost",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.bare = true,
	.open = open_nothing,
	.send = send_nothing,
	.recv = receive_nothing,
	.close = close_nothing,
};
