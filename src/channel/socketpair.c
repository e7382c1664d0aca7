// A connected pair of AF_UNIX stream sockets: what Python's multiprocessing.Pipe() stands on.
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "channel/refuse.h"
#include "channel/stream.h"

static int open_pair(struct channel *channel)
{
	int fd[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) < 0)
		return channel_refuse(errno, "socketpair");
	memcpy(channel->fd, (int[2][2]){{fd[0], fd[0]}, {fd[1], fd[1]}}, sizeof channel->fd);
	return 0;
}

const struct channel_type channel_socketpair = {
	.name = "socketpair",
	.summary = "a pair of AF_UNIX stream sockets",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.open = open_pair,
	.own = stream_own,
	.send = stream_write,
	.recv = stream_read,
	.close = stream_close,
};
