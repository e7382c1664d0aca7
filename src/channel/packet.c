// Packets through a pair of AF_UNIX sockets.
#include "channel/packet.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/status.h"
#include "channel/refuse.h"
#include "channel/stream.h"

// A packet must be smaller than SO_SNDBUF (212,992 by default), or the kernel answers EMSGSIZE.
enum { PACKET_BYTES = 65536, BUFFER_BYTES = 2 * PACKET_BYTES };

static size_t packet_of(size_t bytes)
{
	return bytes < PACKET_BYTES ? bytes : PACKET_BYTES;
}

static int buffer_grow(int fd, const char *what)
{
	int room_bytes, wanted = BUFFER_BYTES;
	for (int try = 0; try < 2; try++) {
		socklen_t bytes = sizeof room_bytes;
		if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room_bytes, &bytes) < 0)
			return channel_refuse(errno, what);
		if (room_bytes >= BUFFER_BYTES)
			return 0;
		if (setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &wanted, sizeof wanted) < 0)
			return channel_refuse(errno, what);
	}
	return status_say(ENOTSUP, "%s: this machine limits send buffers to %d bytes (net.core.wmem_max)", what,
	                  room_bytes);
}

int packet_open(struct channel *channel, int kind, const char *what)
{
	int fd[2];
	if (socketpair(AF_UNIX, kind | SOCK_CLOEXEC, 0, fd) < 0)
		return channel_refuse(errno, what);
	memcpy(channel->fd, (int[2][2]){{fd[0], fd[0]}, {fd[1], fd[1]}}, sizeof channel->fd);
	int status = buffer_grow(fd[0], what);
	if (status == 0)
		status = buffer_grow(fd[1], what);
	if (status < 0)
		stream_close(channel);
	return status;
}

int packet_send(struct channel *channel, int end, const void *data, size_t bytes)
{
	const char *from = data;
	while (bytes > 0) {
		size_t packet = packet_of(bytes);
		ssize_t sent = send(channel->fd[end][1], from, packet, MSG_NOSIGNAL);
		if (sent < 0 && channel_resumes())
			continue;
		if (sent < 0)
			return errno == ECONNREFUSED || errno == ECONNRESET || errno == ENOTCONN ? -EPIPE : -errno;
		from += packet;
		bytes -= packet;
	}
	return 0;
}

int packet_recv(struct channel *channel, int end, void *data, size_t bytes)
{
	char *to = data;
	while (bytes > 0) {
		size_t packet = packet_of(bytes);
		// MSG_TRUNC: returns the packet's true length, even where it does not fit.
		ssize_t got = recv(channel->fd[end][0], to, packet, MSG_TRUNC);
		if (got < 0 && channel_resumes())
			continue;
		if (got <= 0)
			return got == 0 || errno == ECONNRESET ? -EPIPE : -errno;
		if ((size_t)got != packet)
			return -EPROTO;
		to += packet;
		bytes -= packet;
	}
	return 0;
}
