// The mapping of a mailbox: its head, then for each end the bell, the slot behind it, on cache lines of their own.
#include "channel/mailbox.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"

enum { LINES_BYTES = 128, WORD_BYTES = 8 };

static size_t round_up(size_t bytes, size_t unit)
{
	return (bytes + unit - 1) / unit * unit;
}

int mailbox_open(struct channel *channel, size_t bell_bytes)
{
	size_t head_bytes = round_up(sizeof(struct mailbox), LINES_BYTES), slot_at = round_up(bell_bytes, WORD_BYTES);
	size_t side_bytes = round_up(slot_at + channel->message_bytes, LINES_BYTES);
	struct mailbox *mailbox = shared_map(head_bytes + 2 * side_bytes);
	if (!mailbox)
		return -ENOMEM;
	mailbox->bytes = head_bytes + 2 * side_bytes;
	mailbox->opener = getpid();
	for (int end = 0; end < 2; end++) {
		mailbox->bell[end] = (char *)mailbox + head_bytes + (size_t)end * side_bytes;
		mailbox->slot[end] = (char *)mailbox->bell[end] + slot_at;
	}
	channel->state = mailbox;
	return 0;
}

void mailbox_close(struct channel *channel)
{
	struct mailbox *mailbox = channel->state;
	if (mailbox)
		munmap(mailbox, mailbox->bytes);
	channel->state = NULL;
}
