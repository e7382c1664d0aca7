// What the parts of the experiment `numa` share: memory on one node, and workers of another that read it.
#ifndef TVP_BENCH_NUMA_NUMA_H
#define TVP_BENCH_NUMA_NUMA_H

#include <stddef.h>
#include <stdint.h>

#include "bench/team/team.h"

/// One cache line of the memory. All lines are one cycle in random order, which no prefetcher follows.
struct numa_line {
	uint64_t next; ///< index of the line behind this one
	uint64_t rank; ///< of this line in the cycle
	uint64_t rest[6];
};

/// In a mapping that runners inherit; for the program's life.
struct numa_memory {
	struct numa_line *line;
	size_t lines_n;
	uint64_t total; ///< of all 64-bit words, modulo 2^64
};

enum { NUMA_BYTES_LEAST = 1 << 20 };

/// Memory of that size on that node: made on first use (in the supervisor), found again later. Returns 0; -ENOTSUP
/// where memory policies are refused here; -ENOMEM; with a message.
int numa_memory_get(unsigned node, uint64_t bytes, const struct numa_memory **memory);
/// The share of its pages that are on that node. Returns 0 or -errno, with a message.
int numa_memory_look(const struct numa_memory *memory, unsigned node, double *share);

struct numa_reading {
	const struct numa_memory *memory;
	bool chases; ///< from line to line of the cycle: latency; else each worker reads its part: bandwidth
	enum between between;
	unsigned workers_n;
};
/// Time it: one pass over the memory by all workers together, or one step of a worker.
int numa_reading_time(const struct numa_reading *reading, const struct placement *placement, struct trial *trial);

#endif
