// The problems of a run, each prepared once by the supervisor and inherited by every runner through its shared arena.
#ifndef TVP_BENCH_PROBLEMS_H
#define TVP_BENCH_PROBLEMS_H

#include <stdbool.h>

#include "base/arena.h"
#include "host/numa.h"
#include "kernel/kernel.h"

/// What a problem's memory is to be like.
struct problem_memory {
	enum pages pages;
	const struct numa_plan *numa; ///< one of bench/plan/numa_plans.h; NULL: wherever the kernel puts it
};

/// The prepared problem of that kernel, size, options and memory; made on first use (that is: call it in the
/// supervisor first). The pointer stays valid until the program ends. Returns 0, -ENOMEM or what the kernel said.
int problems_get(const struct kernel *kernel, const struct size *size, const struct kernel_options *options,
                 const struct problem_memory *memory, const struct problem **problem);

/// The arena of a problem that problems_get() made; of a kernel from a file, other programs can map it.
const struct arena *problems_arena(const struct problem *problem);

/// In the host of a kernel from a file: take over a problem that was prepared elsewhere, with its pointers, so that
/// problems_get() finds it. Returns 0 or -ENOMEM.
int problems_adopt(const struct problem *problem, const struct problem_memory *memory, size_t huge_bytes);

/// Memory that the machine and this process's cgroup can still give, in bytes.
uint64_t problems_available_bytes(void);

/// Bytes of the problem's memory on 2 MiB pages, as obtained: read from smaps when it was made.
size_t problems_huge_bytes(const struct problem *problem);
/// The share of its pages that lie on the NUMA nodes that were planned, looked up now; NAN where none were. Returns 0
/// or -errno, with a message, where the kernel does not tell.
int problems_placed(const struct problem *problem, double *share);

/// A copy of the inputs in private memory of the supervisor, which runners inherit copy-on-write. Made once; where
/// memory is short there is none, and runners make their own.
void problems_copy_private(const struct problem *problem);
/// That copy and how much of it is on 2 MiB pages; NULL where there is none.
char *problems_private(const struct problem *problem, size_t *huge_bytes);
/// Whether runners forked from now on inherit the problem's memory, shared and private: none does unless told so, since
/// each mapping makes every fork longer, a worker's, too.
void problems_inherit(const struct problem *problem, bool inherited);
/// Unmap it for good. Returns whether there was one.
bool problems_give_back_private(const struct problem *problem);

#endif
