// A ring of bytes from one producer to one consumer, in memory that both share. A stream, so messages can be of any
// size.
#ifndef TVP_SYNC_SPSC_H
#define TVP_SYNC_SPSC_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "sync/waiter.h"

enum {
	SPSC_BYTES = 65536, // a power of two: so that the counters may wrap at 2^32
	/// A longer message is published in parts, so that the consumer copies one out while the producer copies the next
	/// in.
	SPSC_PART_BYTES = SPSC_BYTES / 4,
};

/// Zeroed it is empty. Each index counts bytes, and is at the same time the eventcount where the other side waits for
/// it.
struct spsc {
	struct eventcount head; ///< bytes ever written
	struct eventcount tail; ///< bytes ever read
	_Alignas(
		128) uint32_t tail_seen; ///< the producer's copy: it touches the consumer's line only when the ring looks full
	_Alignas(128) uint32_t head_seen; ///< the consumer's copy
	_Alignas(128) unsigned char data[SPSC_BYTES];
};

/// All of `bytes` into the ring, waiting for space where there is none. Both sides of a ring use the same `wait`.
/// Returns 0, or -EINTR once *abandoned is set (some of it may have been written).
int spsc_write(struct spsc *ring, const void *data, size_t bytes, enum wait wait,
               const volatile sig_atomic_t *abandoned);

/// Exactly `bytes` out of the ring. Returns as spsc_write().
int spsc_read(struct spsc *ring, void *data, size_t bytes, enum wait wait, const volatile sig_atomic_t *abandoned);

#endif
