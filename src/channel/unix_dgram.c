// A connected pair of AF_UNIX datagram sockets: reliable on Linux, a sender waits while the other side has
// net.unix.max_dgram_qlen datagrams unread. Whoever waits for a datagram does not learn that the other side is gone.
#include <sys/socket.h>

#include "channel/packet.h"
#include "channel/stream.h"

static int open_pair(struct channel *channel)
{
	return packet_open(channel, SOCK_DGRAM, "a pair of AF_UNIX datagram sockets");
}

const struct channel_type channel_unix_dgram = {
	.name = "unix_dgram",
	.summary = "a pair of AF_UNIX datagram sockets (datagrams of up to 64 KiB)",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.open = open_pair,
	.own = stream_own,
	.send = packet_send,
	.recv = packet_recv,
	.close = stream_close,
};
