// Both sides spin on a word beside the message: the fastest that shared memory gives, for a CPU on each side.
#include "channel/mailbox.h"
#include "sync/waiter.h"

static int ring(struct channel *channel, int end)
{
	const struct mailbox *mailbox = channel->state;
	_Atomic uint32_t *word = mailbox->bell[!end];
	// Nobody else writes it; release: the message goes before it.
	atomic_store_explicit(word, atomic_load_explicit(word, memory_order_relaxed) + 1, memory_order_release);
	return 0;
}

static int wait(struct channel *channel, int end)
{
	struct mailbox *mailbox = channel->state;
	const _Atomic uint32_t *word = mailbox->bell[end];
	uint32_t seen = mailbox->side[end].seen, value;
	// Acquire: pairs with the ringer's release.
	while ((value = atomic_load_explicit(word, memory_order_acquire)) == seen) {
		if (channels_abandoned)
			return -EINTR;
		cpu_relax();
	}
	mailbox->side[end].seen = value;
	return 0;
}

#include "channel/mailbox_messages.h"

const struct channel_type channel_spin = {
	.name = "spin",
	.summary = "shared memory, both sides spinning on a word of it",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.spins = true,
	.alternates = true,
	.open = mailbox_open_words,
	.send = mailbox_send,
	.recv = mailbox_recv,
	.close = mailbox_close,
};
