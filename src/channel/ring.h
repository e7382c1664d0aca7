// Two rings in shared memory, one each way: what the channels ring_spin, ring_adaptive and ring_park have in common.
#ifndef TVP_CHANNEL_RING_H
#define TVP_CHANNEL_RING_H

#include "channel/channel.h"
#include "sync/spsc.h"

/// channel->state is struct spsc [2]: [end] is what arrives at `end`.
int ring_open(struct channel *channel);
void ring_close(struct channel *channel);
int ring_send(struct channel *channel, int end, const void *data, size_t bytes, enum wait wait);
int ring_recv(struct channel *channel, int end, void *data, size_t bytes, enum wait wait);

#endif
