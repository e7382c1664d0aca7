// channel.send and channel.recv of a mailbox channel, over its doorbell. Included once by each such channel's file,
// below its own
//   static int ring(struct channel *channel, int end); // ring the doorbell of the end that is not `end`
//   static int wait(struct channel *channel, int end); // wait until the doorbell of `end` is rung
// so that the compiler can inline these: a call through a pointer would be a part of what is measured. Both return 0 or
// -errno as send() and recv() do; what the ringer stored before is visible to the one who waited.
#ifndef TVP_CHANNEL_MAILBOX_MESSAGES_H
#define TVP_CHANNEL_MAILBOX_MESSAGES_H

#include "channel/mailbox.h"
#include "sync/short_copy.h"

static const struct mailbox_doorbell mailbox_doorbell = {ring, wait};

static int mailbox_send(struct channel *channel, int end, const void *data, size_t bytes)
{
	if (bytes == 0)
		return 0;
	if (__builtin_expect(bytes > channel->message_bytes, 0))
		return mailbox_send_long(channel, end, data, bytes, &mailbox_doorbell);
	const struct mailbox *mailbox = channel->state;
	short_copy(mailbox->slot[!end], data, bytes);
	mailbox_slot_release(mailbox->slot[!end]);
	return ring(channel, end);
}

static int mailbox_recv(struct channel *channel, int end, void *data, size_t bytes)
{
	if (bytes == 0)
		return 0;
	if (__builtin_expect(bytes > channel->message_bytes, 0))
		return mailbox_recv_long(channel, end, data, bytes, &mailbox_doorbell);
	int status = wait(channel, end);
	if (status < 0)
		return status;
	const struct mailbox *mailbox = channel->state;
	mailbox_slot_acquire(mailbox->slot[end]);
	short_copy(data, mailbox->slot[end], bytes);
	return 0;
}

#endif
