// A connected pair of AF_UNIX sockets that keep packets apart.
#include <sys/socket.h>

#include "channel/packet.h"
#include "channel/stream.h"

static int open_pair(struct channel *channel)
{
	return packet_open(channel, SOCK_SEQPACKET, "a pair of AF_UNIX seqpacket sockets");
}

const struct channel_type channel_seqpacket = {
	.name = "seqpacket",
	.summary = "a pair of AF_UNIX seqpacket sockets (packets of up to 64 KiB)",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.open = open_pair,
	.own = stream_own,
	.send = packet_send,
	.recv = packet_recv,
	.close = stream_close,
};
