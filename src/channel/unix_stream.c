// An AF_UNIX stream connection, listened for and accepted. The addresses are abstract ones that the kernel picks
// (autobind): nothing appears in a file system.
#include <string.h>
#include <sys/un.h>

#include "channel/connected_pair.h"
#include "channel/refuse.h"
#include "channel/stream.h"

static int open_unix(struct channel *channel)
{
	struct sockaddr_un any_address = {.sun_family = AF_UNIX};
	int fd[2];
	int status = stream_connect_pair((struct sockaddr *)&any_address, sizeof any_address.sun_family, fd);
	if (status < 0)
		return channel_refuse(-status, "an AF_UNIX connection");
	memcpy(channel->fd, (int[2][2]){{fd[0], fd[0]}, {fd[1], fd[1]}}, sizeof channel->fd);
	return 0;
}

const struct channel_type channel_unix_stream = {
	.name = "unix_stream",
	.summary = "an AF_UNIX stream connection, accepted from a listener",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.open = open_unix,
	.own = stream_own,
	.send = stream_write,
	.recv = stream_read,
	.close = stream_close,
};
