// The problems of a run, each prepared once by the supervisor and inherited by every runner through its shared arena.
#ifndef TVP_BENCH_PROBLEMS_H
#define TVP_BENCH_PROBLEMS_H

#include "base/arena.h"
#include "kernel/kernel.h"

/// The prepared problem of that kernel, size, options and kind of pages; made on first use (that is: call it in the
/// supervisor first). The pointer stays valid until the program ends. Returns 0, -ENOMEM or what the kernel said.
int problems_get(const struct kernel *kernel, const struct size *size, const struct kernel_options *options,
                 enum pages pages, const struct problem **problem);

/// Memory that the machine and this process's cgroup can still give, in bytes.
uint64_t problems_available_bytes(void);

/// Bytes of the problem's memory on 2 MiB pages, as obtained: read from smaps when it was made.
size_t problems_huge_bytes(const struct problem *problem);

#endif
