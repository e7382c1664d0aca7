// A ring of cells in shared memory, each with a sequence number: Vyukov's bounded queue for several producers and
// consumers, but with tickets instead of compare-and-swap, since put() and take() may wait.
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/status.h"
#include "bench/queue/queue.h"
#include "exec/exec.h"

// In lap n a cell's sequence number is 2n while it is empty and 2n + 1 while it is full. The numbers are only compared
// for equality, so they may wrap round.
struct ring_cell {
	struct eventcount sequence;
	_Alignas(128) unsigned char item[];
};

struct ring_shared {
	_Alignas(128) _Atomic uint64_t puts_n;
	_Alignas(128) _Atomic uint64_t takes_n;
	_Alignas(128) unsigned char cells[];
};

static size_t cell_bytes(const struct queue *queue)
{
	size_t align = _Alignof(struct ring_cell);
	return (sizeof(struct ring_cell) + queue->item_bytes + align - 1) / align * align;
}

// Relaxed: a ticket only has to be unique. What was done to the cell before is ordered by its sequence number.
static struct ring_cell *cell_next(struct queue *queue, _Atomic uint64_t *tickets_n, uint32_t *sequence)
{
	struct ring_shared *ring = queue->ring;
	uint64_t ticket = atomic_fetch_add_explicit(tickets_n, 1, memory_order_relaxed);
	*sequence = (uint32_t)(ticket / queue->capacity_n * 2);
	return (struct ring_cell *)(ring->cells + ticket % queue->capacity_n * cell_bytes(queue));
}

// Acquire: whoever finds its sequence number sees all that was done before that number was set, whether an item was
// copied in or out, so that nothing is overwritten while it is still being read. No wake-up is lost: all that wait for
// a cell sleep on its eventcount, which reads the number after it announced the sleeper, and each compares again
// whenever the number changes.
static void wait_for_sequence(struct queue *queue, struct ring_cell *cell, uint32_t sequence)
{
	uint32_t seen = atomic_load_explicit(&cell->sequence.word, memory_order_acquire);
	while (seen != sequence)
		seen = eventcount_wait(&cell->sequence, seen, queue->wait);
}

static int put(struct queue *queue, const void *item)
{
	uint32_t sequence;
	struct ring_cell *cell = cell_next(queue, &queue->ring->puts_n, &sequence);
	wait_for_sequence(queue, cell, sequence);
	memcpy(cell->item, item, queue->item_bytes);
	eventcount_set(&cell->sequence, sequence + 1, queue->wait);
	return 0;
}

static int take(struct queue *queue, void *item)
{
	uint32_t sequence;
	struct ring_cell *cell = cell_next(queue, &queue->ring->takes_n, &sequence);
	wait_for_sequence(queue, cell, sequence + 1);
	memcpy(item, cell->item, queue->item_bytes);
	eventcount_set(&cell->sequence, sequence + 2, queue->wait);
	return 0;
}

// Zeroed memory is a ring of empty cells in lap 0.
static int open_ring(struct queue *queue)
{
	queue->ring_bytes = sizeof(struct ring_shared) + queue->capacity_n * cell_bytes(queue);
	queue->ring = shared_map(queue->ring_bytes);
	return queue->ring ? 0 : -ENOMEM;
}

static void close_ring(struct queue *queue)
{
	if (queue->ring)
		munmap(queue->ring, queue->ring_bytes);
	queue->ring = NULL;
}

const struct queue_type queue_ring = {
	.name = "ring",
	.open = open_ring,
	.put = put,
	.take = take,
	.close = close_ring,
};
