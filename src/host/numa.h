// On which NUMA nodes a problem's memory lies: asked for by a policy, planned for the CPUs of the workers, made when
// the memory is first touched, and looked up afterwards.
#ifndef TVP_HOST_NUMA_H
#define TVP_HOST_NUMA_H

#include <stdint.h>

#include "base/arena.h"
#include "host/placement.h"

enum numa_kind {
	NUMA_LOCAL,               ///< each worker's part on the node of its CPU
	NUMA_BIND,                ///< all on one node
	NUMA_INTERLEAVE,          ///< page by page over all nodes with memory
	NUMA_REMOTE,              ///< each worker's part on the node that is farthest from its CPU
	NUMA_FIRST_TOUCH_CALLER,  ///< no policy: all touched first on the CPU of worker 0
	NUMA_FIRST_TOUCH_WORKERS, ///< no policy: each worker's part touched first on its CPU
	NUMA_KINDS_N
};

struct numa_policy {
	enum numa_kind kind;
	unsigned node; ///< of NUMA_BIND, as the kernel numbers it; else 0
};

/// "local", "bind:1", "interleave", "remote", "first_touch:caller", "first_touch:workers". Returns 0 or -EINVAL.
int numa_parse(const char *text, struct numa_policy *policy);
/// The same text. Returns `out`.
char *numa_format(const struct numa_policy *policy, char *out, size_t out_bytes);

/// Why it cannot be had of this machine, with workers pinned like this; NULL where it can. Static.
const char *numa_why_not(const struct topology *topology, const struct numa_policy *policy, enum pin pin);

enum { NUMA_PARTS_MAX = 1024 };

/// Memory in parts of equal size, each on one node. parts_n 0: wherever the kernel puts it, and nothing to look up.
struct numa_plan {
	struct numa_policy policy;
	bool by_touch;                ///< the CPU that touches it first decides; else the node is asked for
	bool by_page;                 ///< the parts are not stretches: page i is of part i modulo parts_n
	unsigned parts_n;             ///< one, where all would be on the same node
	int16_t node[NUMA_PARTS_MAX]; ///< as the kernel numbers them; -1: not known
	int16_t cpu[NUMA_PARTS_MAX];  ///< a CPU of each part's worker; -1: none
};

/// Plan for these workers; workers_n of them, where `placement` says. With PIN_NONE, or one node with memory, local
/// memory has no parts. Returns 0, or -ENOTSUP as numa_why_not() says, with a message.
int numa_plan_make(struct numa_plan *plan, const struct topology *topology, const struct numa_policy *policy,
                   enum pin pin, unsigned workers_n);
/// Whether memory of the one can be used for the other.
bool numa_plan_equal(const struct numa_plan *a, const struct numa_plan *b);

/// Touch this part of an arena that was only mapped, each page where the plan says, and collapse it to huge pages where
/// it has those. Binds the calling thread meanwhile. `base` is the begin of a page of the arena's kind. Returns 0;
/// -EPERM or -ENOSYS where a node is asked for and memory policies are refused here; -ENOMEM; with a message.
int numa_fill(const struct numa_plan *plan, const struct arena *arena, char *base, size_t bytes);

/// The share of the pages that are where the plan wants them, of a sample of at most 16,384: 0 to 1. Reads a byte of
/// each. Returns 0; or -errno, with a message, where the kernel does not tell.
int numa_look(const struct numa_plan *plan, enum pages pages, char *base, size_t bytes, double *share);

#endif
