// Which vector instructions this CPU and this kernel of the OS let us use; read once, cheap to ask.
#ifndef TVP_KERNEL_ISA_H
#define TVP_KERNEL_ISA_H

#include <stddef.h>

enum isa { ISA_SCALAR, ISA_NEON, ISA_AVX2, ISA_AVX512 };

/// The best this machine runs. TVP_ISA=scalar|avx2|avx512 in the environment lowers it (for tests of every path).
/// ISA_SCALAR is the compiler's baseline for the architecture (SSE2 on x86-64).
enum isa isa_best(void);
const char *isa_name(enum isa isa);

struct problem;
/// struct kernel's path, of kernels that always take the best.
const char *isa_path(const struct problem *problem);

/// Bytes of the last cache level one CPU sees; 32 MiB where the system does not say.
size_t isa_cache_bytes(void);

#endif
