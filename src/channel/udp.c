// UDP over the loopback interface. A datagram that finds the receiver's buffer full is dropped silently, so no more is
// ever in flight than fits: a message is cut into windows, and each but the last is acknowledged before the next. The
// last is acknowledged by the answer to the message, hence `alternates`; a message of one window is plain UDP.
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/status.h"
#include "channel/refuse.h"
#include "channel/stream.h"

// The kernel doubles what it is asked for, and half of that can be used safely: space that the reader has freed may be
// accounted as late as when a quarter is free.
enum { DATAGRAM_BYTES = 65507, BUFFER_BYTES = 212992, WINDOW_BYTES = BUFFER_BYTES };

// Space that a datagram takes in the receive buffer, at most: data and headers are rounded up to a power of two.
static size_t buffered_bytes(size_t bytes)
{
	return 2 * bytes + 2048;
}

// Both ends cut alike. Returns the bytes of the next datagram, and says whether a window ended before it.
static size_t cut(size_t bytes, size_t *room_bytes, bool *acknowledge)
{
	size_t piece = bytes < DATAGRAM_BYTES ? bytes : DATAGRAM_BYTES;
	*acknowledge = buffered_bytes(piece) > *room_bytes;
	*room_bytes = (*acknowledge ? WINDOW_BYTES : *room_bytes) - buffered_bytes(piece);
	return piece;
}

// The other side's port being closed is reported by ICMP to whoever sent to it, at its next call.
static int piece_send(int fd, const void *data, size_t bytes)
{
	ssize_t sent;
	do
		sent = send(fd, data, bytes, MSG_NOSIGNAL);
	while (sent < 0 && channel_resumes());
	if (sent < 0)
		return errno == ECONNREFUSED ? -EPIPE : -errno;
	return 0;
}

static int piece_recv(int fd, void *data, size_t bytes)
{
	ssize_t got;
	do // MSG_TRUNC: returns the datagram's true length, even where it does not fit
		got = recv(fd, data, bytes, MSG_TRUNC);
	while (got < 0 && channel_resumes());
	if (got < 0)
		return errno == ECONNREFUSED ? -EPIPE : -errno;
	return (size_t)got == bytes ? 0 : -EPROTO;
}

static int udp_send(struct channel *channel, int end, const void *data, size_t bytes)
{
	const char *from = data;
	int status = 0, fd = channel->fd[end][0];
	for (size_t room_bytes = WINDOW_BYTES; bytes > 0 && status == 0;) {
		char yes;
		bool acknowledge;
		size_t piece = cut(bytes, &room_bytes, &acknowledge);
		if (acknowledge)
			status = piece_recv(fd, &yes, sizeof yes);
		if (status == 0)
			status = piece_send(fd, from, piece);
		from += piece;
		bytes -= piece;
	}
	return status;
}

static int udp_recv(struct channel *channel, int end, void *data, size_t bytes)
{
	char *to = data;
	int status = 0, fd = channel->fd[end][0];
	for (size_t room_bytes = WINDOW_BYTES; bytes > 0 && status == 0;) {
		bool acknowledge;
		size_t piece = cut(bytes, &room_bytes, &acknowledge);
		if (acknowledge)
			status = piece_send(fd, "", 1);
		if (status == 0)
			status = piece_recv(fd, to, piece);
		to += piece;
		bytes -= piece;
	}
	return status;
}

static int socket_make(int *fd, struct sockaddr_in *address)
{
	int wanted = BUFFER_BYTES, room = 0;
	socklen_t bytes = sizeof *address, room_bytes = sizeof room;
	*address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	*fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (*fd < 0 || bind(*fd, (struct sockaddr *)address, sizeof *address) < 0 ||
	    getsockname(*fd, (struct sockaddr *)address, &bytes) < 0 ||
	    setsockopt(*fd, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted) < 0 ||
	    setsockopt(*fd, SOL_SOCKET, SO_SNDBUF, &wanted, sizeof wanted) < 0 ||
	    getsockopt(*fd, SOL_SOCKET, SO_RCVBUF, &room, &room_bytes) < 0)
		return channel_refuse(errno, "UDP over loopback");
	if (room < 2 * BUFFER_BYTES)
		return status_say(
			ENOTSUP, "UDP over loopback: this machine limits receive buffers to %d bytes (net.core.rmem_max)", room);
	return 0;
}

static int open_udp(struct channel *channel)
{
	struct sockaddr_in address[2];
	int fd[2] = {-1, -1};
	int status = socket_make(&fd[0], &address[0]);
	if (status == 0)
		status = socket_make(&fd[1], &address[1]);
	memcpy(channel->fd, (int[2][2]){{fd[0], fd[0]}, {fd[1], fd[1]}}, sizeof channel->fd);
	// Connected, they accept nothing from anybody else.
	for (int end = 0; end < 2 && status == 0; end++)
		if (connect(fd[end], (struct sockaddr *)&address[!end], sizeof address[!end]) < 0)
			status = channel_refuse(errno, "UDP over loopback");
	if (status < 0)
		stream_close(channel);
	return status;
}

const struct channel_type channel_udp = {
	.name = "udp",
	.summary = "UDP over loopback, never more in flight than the receiver's buffer holds",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.alternates = true,
	.open = open_udp,
	.own = stream_own,
	.send = udp_send,
	.recv = udp_recv,
	.close = stream_close,
};
