// Bounded queues for several producers and several consumers (ring.c, pipe.c), between threads and between processes,
// and the bursts of items that `queue` times (burst.c).
#ifndef TVP_BENCH_QUEUE_H
#define TVP_BENCH_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/team/team.h"
#include "sync/waiter.h"

struct queue {
	const struct queue_type *type;
	size_t item_bytes;   ///< at least 1
	unsigned capacity_n; ///< items it holds, at least 1; a pipe may hold more
	enum wait wait;      ///< how workers wait while it is full or empty; those of a pipe sleep
	/// Of a pipe; -1 when closed. Every worker keeps both, so that a death is reported as such and not as a broken pipe
	/// of another worker.
	int fd[2];
	struct ring_shared *ring; ///< of a ring
	size_t ring_bytes;
};

struct queue_type {
	const char *name;
	size_t item_most_bytes; ///< 0: any
	/// Before the workers exist. Returns 0 or -errno, with a message; on failure nothing is left.
	int (*open)(struct queue *queue);
	/// TIMED. The item is copied in, or out. Return 0, or -errno without a message.
	int (*put)(struct queue *queue, const void *item);
	int (*take)(struct queue *queue, void *item);
	void (*close)(struct queue *queue);
};

extern const struct queue_type queue_ring, queue_pipe;
/// NULL where no queue has this name.
const struct queue_type *queue_type_find(const char *name);

/// Set up and open. Returns as open().
int queue_open(struct queue *queue, const struct queue_type *type, size_t item_bytes, unsigned capacity_n,
               enum wait wait);

enum { QUEUE_WORKERS_MOST = 64, QUEUE_ITEM_LEAST_BYTES = 8 };

/// What a row of `queue` runs.
struct queue_workers {
	unsigned producers_n, consumers_n; ///< 1 to QUEUE_WORKERS_MOST each
	size_t item_bytes;                 ///< at least QUEUE_ITEM_LEAST_BYTES: an item holds its producer and its number
	enum between between;
};
/// Time bursts of items through the queue, each checked. Placement: the producers, then the consumers. Returns 0 or
/// -errno, with a message.
int queue_trial(const struct queue_type *type, const struct queue_workers *workers, const struct placement *placement,
                struct trial *trial);

#endif
