// Head and tail, each written by one side only, so that neither needs a read-modify-write: a store publishes, a load
// reads. That no wake-up is lost follows from the eventcounts (waiter.c).
#include "sync/spsc.h"

#include <errno.h>
#include <string.h>

#include "sync/short_copy.h"

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

// Wait until the other side's index, seen as `seen` when last looked at, has moved.
static int index_wait(struct eventcount *index, uint32_t *seen, enum wait wait, const volatile sig_atomic_t *abandoned)
{
	// Reading it first costs a load; parking, two atomic additions.
	uint32_t value = atomic_load_explicit(&index->word, memory_order_acquire);
	if (value == *seen)
		value = eventcount_wait_or(index, *seen, wait, abandoned);
	if (value == *seen)
		return -EINTR;
	*seen = value;
	return 0;
}

int spsc_write(struct spsc *ring, const void *data, size_t bytes, enum wait wait,
               const volatile sig_atomic_t *abandoned)
{
	const unsigned char *from = data;
	// Relaxed: nobody else writes it.
	uint32_t head = atomic_load_explicit(&ring->head.word, memory_order_relaxed);
	while (bytes > 0) {
		uint32_t free_bytes = SPSC_BYTES - (head - ring->tail_seen);
		if (free_bytes == 0) {
			// Acquire, in the eventcount: the consumer has read what is overwritten now.
			int status = index_wait(&ring->tail, &ring->tail_seen, wait, abandoned);
			if (status < 0)
				return status;
			continue;
		}
		size_t part_bytes = least(least(bytes, free_bytes), SPSC_PART_BYTES), at = head % SPSC_BYTES;
		size_t before_end = least(part_bytes, SPSC_BYTES - at);
		short_copy(ring->data + at, from, before_end);
		if (before_end < part_bytes)
			memcpy(ring->data, from + before_end, part_bytes - before_end);
		from += part_bytes;
		bytes -= part_bytes;
		head += (uint32_t)part_bytes;
		eventcount_set(&ring->head, head, wait); // release: the bytes above go before it
	}
	return 0;
}

int spsc_read(struct spsc *ring, void *data, size_t bytes, enum wait wait, const volatile sig_atomic_t *abandoned)
{
	unsigned char *to = data;
	uint32_t tail = atomic_load_explicit(&ring->tail.word, memory_order_relaxed); // as above
	while (bytes > 0) {
		uint32_t full_bytes = ring->head_seen - tail;
		if (full_bytes == 0) {
			// Acquire, in the eventcount: the bytes that this head counts are there.
			int status = index_wait(&ring->head, &ring->head_seen, wait, abandoned);
			if (status < 0)
				return status;
			continue;
		}
		size_t part_bytes = least(least(bytes, full_bytes), SPSC_PART_BYTES), at = tail % SPSC_BYTES;
		size_t before_end = least(part_bytes, SPSC_BYTES - at);
		short_copy(to, ring->data + at, before_end);
		if (before_end < part_bytes)
			memcpy(to + before_end, ring->data, part_bytes - before_end);
		to += part_bytes;
		bytes -= part_bytes;
		tail += (uint32_t)part_bytes;
		eventcount_set(&ring->tail, tail, wait); // release: the reads above are done before the producer may overwrite
	}
	return 0;
}
