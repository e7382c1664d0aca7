// A ring of cells in shared memory, each with a turn of its own: Vyukov's bounded queue for many producers and
// consumers, with tickets where his has compare-and-swap, since all who come here are ready to wait.
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/status.h"
#include "bench/queue/queue.h"
#include "exec/exec.h"

// In lap n a cell's turn is 2n while it is empty and 2n + 1 while it is full. Turns are only compared for equality, so
// they may wrap round.
struct cell {
	struct eventcount turn;
	_Alignas(128) unsigned char item[];
};

struct ring {
	_Alignas(128) _Atomic uint64_t puts_n;
	_Alignas(128) _Atomic uint64_t takes_n;
	_Alignas(128) unsigned char cells[];
};

static size_t cell_bytes(const struct queue *queue)
{
	size_t align = _Alignof(struct cell);
	return (sizeof(struct cell) + queue->item_bytes + align - 1) / align * align;
}

// Relaxed: a ticket only has to be nobody else's. What the one before did to the cell is ordered by the cell's turn.
static struct cell *cell_next(struct queue *queue, _Atomic uint64_t *tickets_n, uint32_t *turn)
{
	struct ring *ring = queue->shared;
	uint64_t ticket = atomic_fetch_add_explicit(tickets_n, 1, memory_order_relaxed);
	*turn = (uint32_t)(ticket / queue->capacity_n * 2);
	return (struct cell *)(ring->cells + ticket % queue->capacity_n * cell_bytes(queue));
}

// Acquire: who comes to its turn sees all that was done before the turn was set, be it an item copied in or one copied
// out; nobody overwrites what is still being read. No wake-up is lost: all who wait for a cell sleep on its eventcount,
// which looks at the turn after it announced the sleeper, and each looks anew whenever the turn changed.
static void await_turn(struct queue *queue, struct cell *cell, uint32_t turn)
{
	uint32_t seen = atomic_load_explicit(&cell->turn.word, memory_order_acquire);
	while (seen != turn)
		seen = eventcount_wait(&cell->turn, seen, queue->wait);
}

static int put(struct queue *queue, const void *item)
{
	uint32_t turn;
	struct cell *cell = cell_next(queue, &((struct ring *)queue->shared)->puts_n, &turn);
	await_turn(queue, cell, turn);
	memcpy(cell->item, item, queue->item_bytes);
	eventcount_set(&cell->turn, turn + 1, queue->wait);
	return 0;
}

static int take(struct queue *queue, void *item)
{
	uint32_t turn;
	struct cell *cell = cell_next(queue, &((struct ring *)queue->shared)->takes_n, &turn);
	await_turn(queue, cell, turn + 1);
	memcpy(item, cell->item, queue->item_bytes);
	eventcount_set(&cell->turn, turn + 2, queue->wait);
	return 0;
}

// Zeroed memory is a ring of empty cells in lap 0.
static int open_ring(struct queue *queue)
{
	queue->shared_bytes = sizeof(struct ring) + queue->capacity_n * cell_bytes(queue);
	queue->shared = shared_map(queue->shared_bytes);
	return queue->shared ? 0 : -ENOMEM;
}

static void close_ring(struct queue *queue)
{
	if (queue->shared)
		munmap(queue->shared, queue->shared_bytes);
	queue->shared = NULL;
}

const struct queue_type queue_ring = {
	.name = "ring",
	.open = open_ring,
	.put = put,
	.take = take,
	.close = close_ring,
};
