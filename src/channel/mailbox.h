// Messages through slots of shared memory, one each way, and a bell each way that says: the slot is full. A channel of
// this kind is its bell: how one side tells the other, and how the other waits for it.
#ifndef TVP_CHANNEL_MAILBOX_H
#define TVP_CHANNEL_MAILBOX_H

#include <stdint.h>
#include <string.h>

#include "channel/channel.h"
#include "sync/short_copy.h"

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

/// At the head of the mapping, which has one address in all workers. The bell that `end` waits on lies directly before
/// the slot it rings for: a short message travels in the cache line of the bell's word.
struct mailbox {
	size_t bytes;  ///< of the mapping
	int opener;    ///< the process that opened it, and removes what outlives descriptors
	void *bell[2]; ///< [end]: what `end` waits on
	void *slot[2]; ///< [end]: what arrives at `end`
	struct {
		_Alignas(128) uint32_t heard; ///< what the bell's word was when `end` last heard it; written by `end` alone
	} side[2];
};

/// Map a mailbox with slots of channel->message_bytes and bells of `bell_bytes`, zeroed, into channel->state.
/// Returns 0 or -ENOMEM with a message.
int mailbox_open(struct channel *channel, size_t bell_bytes);
/// Unmap; safe when closed.
void mailbox_close(struct channel *channel);

/// A bell's two hooks. Ring the bell of the end that is not `end`; wait until the own bell, of `end`, is rung. What the
/// ringer stored before is visible to the one who waited.
typedef int mailbox_bell(struct channel *channel, int end);

// System calls order memory, which ThreadSanitizer is told: it does not know all of them.
static inline void mailbox_filled(void *slot)
{
#if defined(__SANITIZE_THREAD__)
	__tsan_release(slot);
#else
	(void)slot;
#endif
}

static inline void mailbox_heard(void *slot)
{
#if defined(__SANITIZE_THREAD__)
	__tsan_acquire(slot);
#else
	(void)slot;
#endif
}

/// Messages longer than a slot, in pieces: each but the last is answered, before the next is laid down, by ringing
/// back. So while one is under way, none goes the other way.
int mailbox_send_long(struct channel *channel, int end, const void *data, size_t bytes, mailbox_bell *ring,
                      mailbox_bell *wait);
int mailbox_recv_long(struct channel *channel, int end, void *data, size_t bytes, mailbox_bell *ring,
                      mailbox_bell *wait);

/// channel.send and channel.recv over these bells; inlined, so that a channel calls its bells directly.
static inline __attribute__((always_inline)) int mailbox_send(struct channel *channel, int end, const void *data,
                                                              size_t bytes, mailbox_bell *ring, mailbox_bell *wait)
{
	if (bytes == 0)
		return 0;
	if (__builtin_expect(bytes > channel->message_bytes, 0))
		return mailbox_send_long(channel, end, data, bytes, ring, wait);
	const struct mailbox *mailbox = channel->state;
	short_copy(mailbox->slot[!end], data, bytes);
	mailbox_filled(mailbox->slot[!end]);
	return ring(channel, end);
}

static inline __attribute__((always_inline)) int mailbox_recv(struct channel *channel, int end, void *data,
                                                              size_t bytes, mailbox_bell *ring, mailbox_bell *wait)
{
	if (bytes == 0)
		return 0;
	if (__builtin_expect(bytes > channel->message_bytes, 0))
		return mailbox_recv_long(channel, end, data, bytes, ring, wait);
	int status = wait(channel, end);
	if (status < 0)
		return status;
	const struct mailbox *mailbox = channel->state;
	mailbox_heard(mailbox->slot[end]);
	short_copy(data, mailbox->slot[end], bytes);
	return 0;
}

#endif
