// A word each way that counts the messages, and a futex call each: the doorbell of the channels futex and
// futex_private, which define FUTEX_FLAG (0 or FUTEX_PRIVATE_FLAG) and then include this.
#ifndef TVP_CHANNEL_FUTEX_DOORBELL_H
#define TVP_CHANNEL_FUTEX_DOORBELL_H

#include "channel/mailbox.h"
#include "sync/futex.h"

// Always one wake: to know that nobody sleeps would take a word that the sleeper writes.
static int ring(struct channel *channel, int end)
{
	const struct mailbox *mailbox = channel->state;
	_Atomic uint32_t *word = mailbox->bell[!end];
	// Nobody else writes it; release: the message goes before it.
	atomic_store_explicit(word, atomic_load_explicit(word, memory_order_relaxed) + 1, memory_order_release);
	return syscall(SYS_futex, word, FUTEX_WAKE | FUTEX_FLAG, 1, 0, 0, 0) < 0 ? -errno : 0;
}

// No wake-up is lost: the kernel compares the word under the lock that a wake takes, after the word was changed.
static int wait(struct channel *channel, int end)
{
	struct mailbox *mailbox = channel->state;
	_Atomic uint32_t *word = mailbox->bell[end];
	uint32_t seen = mailbox->side[end].seen, value;
	// Acquire: pairs with the ringer's release.
	while ((value = atomic_load_explicit(word, memory_order_acquire)) == seen) {
		if (channels_abandoned)
			return -EINTR;
		syscall(SYS_futex, word, FUTEX_WAIT | FUTEX_FLAG, seen, 0, 0, 0);
	}
	mailbox->side[end].seen = value;
	return 0;
}

#include "channel/mailbox_messages.h"

#endif
