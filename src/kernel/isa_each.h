// Compiles the template that EACH_ISA names once per instruction set: ISA(run) becomes run_base, run_avx2, run_avx512.
// The template sees TARGET, VECTOR_BYTES, VECTOR_REGISTERS and STREAM(pointer, vector); it writes its code with GCC's
// vector types, which gcc and clang know. Every function of it carries TARGET, or vectors would be lowered to the
// baseline first. No include guard: a file may include this for several templates.
#include "kernel/isa.h"

#if defined(__x86_64__)
#include <immintrin.h>

/// The instance of a template's function for an instruction set.
#define ISA_PICK(isa, name) ((isa) == ISA_AVX512 ? name##_avx512 : (isa) == ISA_AVX2 ? name##_avx2 : name##_base)
/// Streaming stores pass by the store order: fence before other workers are told.
#define STREAM_FENCE() _mm_sfence()

#define ISA(name) name##_avx512
#define TARGET __attribute__((target("avx512f,fma")))
#define VECTOR_BYTES 64
#define VECTOR_REGISTERS 32
#define STREAM(pointer, vector) _mm512_stream_si512((void *)(pointer), (__m512i)(vector))
#include EACH_ISA
#undef ISA
#undef TARGET
#undef VECTOR_BYTES
#undef VECTOR_REGISTERS
#undef STREAM

#define ISA(name) name##_avx2
#define TARGET __attribute__((target("avx2,fma")))
#define VECTOR_BYTES 32
#define VECTOR_REGISTERS 16
#define STREAM(pointer, vector) _mm256_stream_si256((void *)(pointer), (__m256i)(vector))
#include EACH_ISA
#undef ISA
#undef TARGET
#undef VECTOR_BYTES
#undef VECTOR_REGISTERS
#undef STREAM

#define VECTOR_REGISTERS 16
#define STREAM(pointer, vector) _mm_stream_si128((void *)(pointer), (__m128i)(vector))
#else
// No architecture but x86 lets C ask for a store around the caches: an ordinary one, then, and no fence.
#define ISA_PICK(isa, name) name##_base
#define STREAM_FENCE() ((void)0)
#define VECTOR_REGISTERS 32
#define STREAM(pointer, vector) (*(pointer) = (vector))
#endif

#define ISA(name) name##_base
#define TARGET
#define VECTOR_BYTES 16
#include EACH_ISA
#undef ISA
#undef TARGET
#undef VECTOR_BYTES
#undef VECTOR_REGISTERS
#undef STREAM
#undef EACH_ISA
