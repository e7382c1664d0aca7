// Seeded randomness for orders and test data: splitmix64 (Steele, Lea, Flood, OOPSLA 2014). Not for secrets.
#ifndef TVP_BASE_RNG_H
#define TVP_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t state;
};

static inline uint64_t rng_next(struct rng *rng)
{
	uint64_t z = (rng->state += 0x9e3779b97f4a7c15ull);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

/// Uniform in [0, bound); bound > 0. The multiply-shift bias is below 2^-32 for the bounds used here.
static inline uint32_t rng_below(struct rng *rng, uint32_t bound)
{
	return (uint32_t)(((rng_next(rng) >> 32) * bound) >> 32);
}

/// Fisher-Yates shuffle of n indices.
static inline void rng_shuffle(struct rng *rng, uint32_t *index, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		uint32_t j = rng_below(rng, (uint32_t)i);
		uint32_t swap = index[i - 1];
		index[i - 1] = index[j];
		index[j] = swap;
	}
}

#endif
