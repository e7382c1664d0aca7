// Bounded queues that many put items into and many take them from, between threads and between processes.
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
	enum wait wait;      ///< how those wait who find it full or empty; a pipe sleeps
	int fd[2]; ///< of a pipe; -1 when closed. Every worker keeps both: one that dies is to be named by its death, not
	           ///< by the survivors' broken pipe
	void *shared; ///< of a ring
	size_t shared_bytes;
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
/// NULL where there is none of that name.
const struct queue_type *queue_type_find(const char *name);

/// Set up and open. Returns as open().
int queue_open(struct queue *queue, const struct queue_type *type, size_t item_bytes, unsigned capacity_n,
               enum wait wait);

enum { QUEUE_SIDE_MOST = 64, QUEUE_ITEM_LEAST_BYTES = 8 };

/// Who stands at a queue.
struct queue_row {
	unsigned producers_n, consumers_n; ///< 1 to QUEUE_SIDE_MOST each
	size_t item_bytes;                 ///< QUEUE_ITEM_LEAST_BYTES and more: an item says what it is
	enum between between;
};
/// Bursts of items through it, each checked. Placement: the producers, then the consumers. Returns 0 or -errno, with a
/// message.
int queue_trial(const struct queue_type *type, const struct queue_row *row, const struct placement *placement,
                struct trial *trial);

#endif
