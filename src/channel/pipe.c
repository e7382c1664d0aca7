// Two pipes, one each way: what Python's multiprocessing.Queue and Pool stand on.
#include <fcntl.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "channel/refuse.h"
#include "channel/stream.h"

static int open_pipes(struct channel *channel)
{
	int there[2], back[2];
	if (pipe2(there, O_CLOEXEC) < 0)
		return channel_refuse(errno, "pipe");
	if (pipe2(back, O_CLOEXEC) < 0) {
		int status = channel_refuse(errno, "pipe");
		close(there[0]);
		close(there[1]);
		return status;
	}
	memcpy(channel->fd, (int[2][2]){{back[0], there[1]}, {there[0], back[1]}}, sizeof channel->fd);
	return 0;
}

const struct channel_type channel_pipe = {
	.name = "pipe",
	.summary = "two pipes, one each way (64 KiB of buffer each)",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.open = open_pipes,
	.own = stream_own,
	.send = stream_write,
	.recv = stream_read,
	.close = stream_close,
};
