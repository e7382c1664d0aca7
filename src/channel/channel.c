// The registry of channels, and the loops every stream of bytes needs.
#include "channel/channel.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "channel/stream.h"

#define CHANNEL(name) extern const struct channel_type channel_##name;
#include "channel/list.def"
#undef CHANNEL

const struct channel_type *const channels[] = {
#define CHANNEL(name) &channel_##name,
#include "channel/list.def"
#undef CHANNEL
	NULL,
};

const struct channel_type *channel_find(const char *name)
{
	for (const struct channel_type *const *type = channels; *type; type++)
		if (strcmp((*type)->name, name) == 0)
			return *type;
	return NULL;
}

volatile sig_atomic_t channels_abandoned;

int channel_open(struct channel *channel, const struct channel_type *type, size_t message_bytes)
{
	*channel = (struct channel){
		.type = type,
		.message_bytes = message_bytes ? message_bytes : CHANNEL_MESSAGE_BYTES,
		.fd = {{-1, -1}, {-1, -1}},
	};
	return type->open(channel);
}

void channel_own(struct channel *channel, int end)
{
	if (channel->type->own)
		channel->type->own(channel, end);
}

int stream_write(struct channel *channel, int end, const void *data, size_t bytes)
{
	const char *from = data;
	while (bytes > 0) {
		ssize_t wrote = write(channel->fd[end][1], from, bytes);
		if (wrote < 0 && channel_resumes())
			continue;
		if (wrote < 0)
			return -errno;
		from += wrote;
		bytes -= (size_t)wrote;
	}
	return 0;
}

int stream_read(struct channel *channel, int end, void *data, size_t bytes)
{
	char *to = data;
	while (bytes > 0) {
		ssize_t got = read(channel->fd[end][0], to, bytes);
		if (got < 0 && channel_resumes())
			continue;
		if (got <= 0)
			return got == 0 ? -EPIPE : -errno;
		to += got;
		bytes -= (size_t)got;
	}
	return 0;
}

static void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void stream_close_end(struct channel *channel, int end)
{
	if (channel->fd[end][1] != channel->fd[end][0])
		fd_close(&channel->fd[end][1]);
	channel->fd[end][1] = -1;
	fd_close(&channel->fd[end][0]);
}

void stream_own(struct channel *channel, int end)
{
	for (int other = 0; other < 2; other++)
		if (other != end)
			stream_close_end(channel, other);
}

void stream_close(struct channel *channel)
{
	stream_own(channel, -1);
}
