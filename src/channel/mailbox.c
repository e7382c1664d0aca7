// The mapping of a mailbox: its head, then for each end the doorbell, the slot behind it, on cache lines of their own.
#include "channel/mailbox.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"

enum { LINES_BYTES = 128, WORD_BYTES = 8 };

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

int mailbox_open_words(struct channel *channel)
{
	return mailbox_open(channel, sizeof(_Atomic uint32_t));
}

void mailbox_close(struct channel *channel)
{
	struct mailbox *mailbox = channel->state;
	if (mailbox)
		munmap(mailbox, mailbox->bytes);
	channel->state = NULL;
}

int mailbox_send_long(struct channel *channel, int end, const void *data, size_t bytes,
                      const struct mailbox_doorbell *doorbell)
{
	const struct mailbox *mailbox = channel->state;
	const unsigned char *from = data;
	for (;;) {
		size_t piece_bytes = bytes < channel->message_bytes ? bytes : channel->message_bytes;
		memcpy(mailbox->slot[!end], from, piece_bytes);
		mailbox_slot_release(mailbox->slot[!end]);
		int status = doorbell->ring(channel, end);
		from += piece_bytes;
		bytes -= piece_bytes;
		if (status < 0 || bytes == 0)
			return status;
		status = doorbell->wait(channel, end);
		if (status < 0)
			return status;
		mailbox_slot_acquire(mailbox->slot[end]);
	}
}

int mailbox_recv_long(struct channel *channel, int end, void *data, size_t bytes,
                      const struct mailbox_doorbell *doorbell)
{
	const struct mailbox *mailbox = channel->state;
	unsigned char *to = data;
	for (;;) {
		int status = doorbell->wait(channel, end);
		if (status < 0)
			return status;
		mailbox_slot_acquire(mailbox->slot[end]);
		size_t piece_bytes = bytes < channel->message_bytes ? bytes : channel->message_bytes;
		memcpy(to, mailbox->slot[end], piece_bytes);
		to += piece_bytes;
		bytes -= piece_bytes;
		if (bytes == 0)
			return 0;
		mailbox_slot_release(mailbox->slot[!end]);
		status = doorbell->ring(channel, end);
		if (status < 0)
			return status;
	}
}
