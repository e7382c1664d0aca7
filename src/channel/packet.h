// What AF_UNIX channels of packets share: reliable, in order, and a sender waits where the buffer is full. Longer
// messages are cut; both ends know a message's length, so they agree on the cuts.
#ifndef TVP_CHANNEL_PACKET_H
#define TVP_CHANNEL_PACKET_H

#include "channel/channel.h"

/// A connected pair of sockets of `kind` (SOCK_SEQPACKET or SOCK_DGRAM). Returns as open(); `what` is for its messages.
int packet_open(struct channel *channel, int kind, const char *what);
int packet_send(struct channel *channel, int end, const void *data, size_t bytes);
int packet_recv(struct channel *channel, int end, void *data, size_t bytes);

#endif
