// The convolution's tiles for every instruction set, and the choice between them.
// A unit of its own, so that the compiler cannot know the taps, as it could not in any real filter.
#include "kernel/convolve.h"
#include "kernel/ways.h"

#include <stdint.h>
#include <string.h>

enum { TILE_ROWS_MAX = 6, TILE_VECTORS = 2, TILE_VECTORS_MAX = 8, CACHE_LINE_BYTES = 64 };
// The fastest found (Zen 4): sums, one column of taps and one input vector must fit the registers. With 5 and 7 taps
// ordinary stores can hide behind the arithmetic and be 5 % faster than streaming ones, but only while in and out
// happen to share no cache sets: else 10 to 40 % slower, from run to run. Streaming is the same every time.
#define TILE_ROWS(k) ((k) == 3 ? 6 : (k) == 7 ? 4 : VECTOR_REGISTERS >= 32 ? 6 : 5)
// clang unrolls by a count only after it has decided that the sums live in memory.
#if defined(__clang__)
#define UNROLLED _Pragma("clang loop unroll(full)")
#define ROLLED _Pragma("clang loop unroll(disable)")
#else
#define UNROLLED _Pragma("GCC unroll 16")
#define ROLLED _Pragma("GCC unroll 1")
#endif

#define EACH_ISA "kernel/convolve_tile.h"
#include "kernel/isa_each.h"

static enum isa convolve_isa(unsigned way)
{
	enum isa best = isa_best();
	return best == ISA_AVX512 && way & WAY_NARROW ? ISA_AVX2 : best;
}

void convolve_band(const struct plane *plane, size_t first, size_t end, unsigned k, unsigned way)
{
	ISA_PICK(convolve_isa(way), convolve)(plane, first, end, k, way & WAY_STREAMS);
	if (way & WAY_STREAMS)
		STREAM_FENCE();
}

// Three taps are bound by loads, and all shifted 64-byte loads cross a cache line, but half the 32-byte ones do: 2.5
// against 2.2 times OpenCV's speed (Zen 4).
unsigned convolve_ways(unsigned k, bool big, unsigned *by_size)
{
	enum isa best = isa_best();
	*by_size = best == ISA_NEON ? 0 : (big ? WAY_STREAMS : 0) | (best == ISA_AVX512 && k == 3 ? WAY_NARROW : 0);
	return best == ISA_AVX512 ? 4 : best == ISA_NEON ? 1 : 2;
}

const char *convolve_path(unsigned k, unsigned way)
{
	static const char *const names[][CONVOLVE_K_MAX / 2][2] = {
		[ISA_SCALAR] = {{"scalar 6x2", "scalar 6x2 stream"},
	                    {"scalar 5x2", "scalar 5x2 stream"},
	                    {"scalar 4x2", "scalar 4x2 stream"}},
		[ISA_NEON] = {{"neon 6x2", "neon 6x2"}, {"neon 6x2", "neon 6x2"}, {"neon 4x2", "neon 4x2"}},
		[ISA_AVX2] = {{"avx2 6x2", "avx2 6x2 stream"},
	                  {"avx2 5x2", "avx2 5x2 stream"},
	                  {"avx2 4x2", "avx2 4x2 stream"}},
		[ISA_AVX512] = {{"avx512 6x2", "avx512 6x2 stream"},
	                    {"avx512 6x2", "avx512 6x2 stream"},
	                    {"avx512 4x2", "avx512 4x2 stream"}},
	};
	return names[convolve_isa(way)][k / 2 - 1][way & WAY_STREAMS];
}
