// Rings as a channel. Nothing shows that the other side has died: whoever waits must be told (channels_abandoned).
#include "channel/ring.h"

#include <errno.h>
#include <sys/mman.h>

#include "base/arena.h"

int ring_open(struct channel *channel)
{
	channel->state = shared_map(2 * sizeof(struct spsc));
	return channel->state ? 0 : -ENOMEM;
}

void ring_close(struct channel *channel)
{
	if (channel->state)
		munmap(channel->state, 2 * sizeof(struct spsc));
	channel->state = NULL;
}

int ring_send(struct channel *channel, int end, const void *data, size_t bytes, enum wait wait)
{
	struct spsc *rings = channel->state;
	return spsc_write(&rings[!end], data, bytes, wait, &channels_abandoned);
}

int ring_recv(struct channel *channel, int end, void *data, size_t bytes, enum wait wait)
{
	struct spsc *rings = channel->state;
	return spsc_read(&rings[end], data, bytes, wait, &channels_abandoned);
}
