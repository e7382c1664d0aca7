// A word each way that counts the messages, and a futex call each: what the private and the shared futex have in
// common.
#ifndef TVP_CHANNEL_FUTEX_BELL_H
#define TVP_CHANNEL_FUTEX_BELL_H

#include "channel/mailbox.h"
#include "sync/futex.h"

/// flag: 0 or FUTEX_PRIVATE_FLAG. Always one wake: to know that nobody sleeps would take a word that the sleeper
/// writes.
static inline __attribute__((always_inline)) int futex_bell_ring(struct channel *channel, int end, int flag)
{
	const struct mailbox *mailbox = channel->state;
	_Atomic uint32_t *word = mailbox->bell[!end];
	// Nobody else writes it; release: the message goes before it.
	atomic_store_explicit(word, atomic_load_explicit(word, memory_order_relaxed) + 1, memory_order_release);
	return syscall(SYS_futex, word, FUTEX_WAKE | flag, 1, 0, 0, 0) < 0 ? -errno : 0;
}

/// No wake-up is lost: the kernel compares the word under the lock that a wake takes, after the word was changed.
static inline __attribute__((always_inline)) int futex_bell_wait(struct channel *channel, int end, int flag)
{
	struct mailbox *mailbox = channel->state;
	_Atomic uint32_t *word = mailbox->bell[end];
	uint32_t heard = mailbox->side[end].heard, value;
	// Acquire: pairs with the ringer's release.
	while ((value = atomic_load_explicit(word, memory_order_acquire)) == heard) {
		if (channels_abandoned)
			return -EINTR;
		syscall(SYS_futex, word, FUTEX_WAIT | flag, heard, 0, 0, 0);
	}
	mailbox->side[end].heard = value;
	return 0;
}

#endif
