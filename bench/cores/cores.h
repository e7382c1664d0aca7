// What the parts of `cores` share: rows of a class of pairs (sweep.c), and of one pair that the user chose (pair.c).
#ifndef TVP_BENCH_CORES_H
#define TVP_BENCH_CORES_H

#include <stdatomic.h>
#include <stdint.h>

#include "measure/spec.h"
#include "measure/trial.h"

enum {
	CORES_ROUNDS_N = 30,       ///< after so many rounds every pair of a class has been measured …
	CORES_PAIRS_LEAST = 16,    ///< … by at least so many pairs in a visit …
	CORES_PAIRS_MOST = 512,    ///< … and at most: of larger classes, a sample
	CORES_WARM_TRIPS_N = 64,   ///< round trips of a pair before …
	CORES_TIMED_TRIPS_N = 128, ///< … those that are timed
};

/// Pairs that a visit of a class of so many measures.
unsigned cores_visit_pairs(uint32_t class_pairs_n);

/// Spin until the word is no longer `old`; returns what it is. There is no pause instruction in the loop, which on some
/// CPUs takes as long as the transfer of the cache line. Release and acquire on both sides, as a program that hands
/// over data needs them: they order nothing else here.
static inline uint64_t cores_wait_for_change(const _Atomic uint64_t *word, uint64_t old)
{
	uint64_t now;
	while ((now = atomic_load_explicit(word, memory_order_acquire)) == old)
		;
	return now;
}

int cores_pair_trial(const struct spec *spec, struct trial *trial);
int cores_sweep_trial(const struct spec *spec, struct trial *trial);

#endif
