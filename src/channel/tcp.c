// TCP over the loopback interface, small messages sent at once (TCP_NODELAY).
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "channel/connected_pair.h"
#include "channel/refuse.h"
#include "channel/stream.h"

static int open_tcp(struct channel *channel)
{
	static const char what[] = "TCP over loopback";
	struct sockaddr_in any_address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd[2], at_once = 1;
	int status = stream_connect_pair((struct sockaddr *)&any_address, sizeof any_address, fd);
	if (status < 0)
		return channel_refuse(-status, what);
	memcpy(channel->fd, (int[2][2]){{fd[0], fd[0]}, {fd[1], fd[1]}}, sizeof channel->fd);
	for (int end = 0; end < 2; end++)
		if (setsockopt(fd[end], IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once) < 0) {
			status = channel_refuse(errno, what);
			stream_close(channel);
			return status;
		}
	return 0;
}

const struct channel_type channel_tcp = {
	.name = "tcp",
	.summary = "TCP over loopback, with TCP_NODELAY",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.open = open_tcp,
	.own = stream_own,
	.send = stream_write,
	.recv = stream_read,
	.close = stream_close,
};
