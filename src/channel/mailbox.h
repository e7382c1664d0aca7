// Messages through slots of shared memory, one each way, and a doorbell each way: a signal without content that says
// "your slot is full". A channel of this kind is its doorbell: how one side rings, and how the other waits for it.
#ifndef TVP_CHANNEL_MAILBOX_H
#define TVP_CHANNEL_MAILBOX_H

#include <stdint.h>
#include <string.h>

#include "channel/channel.h"

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

/// At the head of the mapping, which has one address in all workers. The doorbell of `end` lies directly before the
/// slot of `end`: a short message travels in the cache line of the doorbell's word.
struct mailbox {
	size_t bytes;  ///< of the mapping
	int opener;    ///< the process that opened it, and removes what outlives descriptors
	void *bell[2]; ///< [end]: the doorbell that `end` waits on
	void *slot[2]; ///< [end]: what arrives at `end`
	struct {
		_Alignas(128) uint32_t seen; ///< the doorbell's word as `end` last saw it; written by `end` alone
	} side[2];
};

/// Map a mailbox with slots of channel->message_bytes and doorbells of `bell_bytes`, zeroed, into channel->state.
/// Returns 0 or -ENOMEM with a message.
int mailbox_open(struct channel *channel, size_t bell_bytes);
/// channel.open of those whose doorbell is a word that counts the messages.
int mailbox_open_words(struct channel *channel);
/// Unmap; safe when closed.
void mailbox_close(struct channel *channel);

/// Ring the doorbell of the end that is not `end`; wait for that of `end`: see mailbox_messages.h.
struct mailbox_doorbell {
	int (*ring)(struct channel *channel, int end);
	int (*wait)(struct channel *channel, int end);
};

/// Messages longer than a slot, in pieces: each but the last is answered, before the next is laid down, by ringing
/// back. So while one is on its way, none goes the other way. Return as channel.send and channel.recv.
int mailbox_send_long(struct channel *channel, int end, const void *data, size_t bytes,
                      const struct mailbox_doorbell *doorbell);
int mailbox_recv_long(struct channel *channel, int end, void *data, size_t bytes,
                      const struct mailbox_doorbell *doorbell);

// System calls order memory, which ThreadSanitizer has to be told: it does not know all of them. After a slot was
// filled; before it is read.
static inline void mailbox_slot_release(void *slot)
{
#if defined(__SANITIZE_THREAD__)
	__tsan_release(slot);
#else
	(void)slot;
#endif
}

static inline void mailbox_slot_acquire(void *slot)
{
#if defined(__SANITIZE_THREAD__)
	__tsan_acquire(slot);
#else
	(void)slot;
#endif
}

#endif
