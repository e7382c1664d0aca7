// What channels over byte-stream descriptors share. SIGPIPE must be ignored: a dead reader is then -EPIPE.
#ifndef TVP_CHANNEL_STREAM_H
#define TVP_CHANNEL_STREAM_H

#include "channel/channel.h"

int stream_write(struct channel *channel, int end, const void *data, size_t bytes);
int stream_read(struct channel *channel, int end, void *data, size_t bytes);
void stream_close_end(struct channel *channel, int end);
void stream_own(struct channel *channel, int end);
void stream_close(struct channel *channel);

#endif
