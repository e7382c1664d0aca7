// Work of a known length that touches no memory: a chain of dependent multiply-adds. `busy` and `synthetic` share it.
#ifndef TVP_KERNEL_CHAIN_H
#define TVP_KERNEL_CHAIN_H

#include <stdint.h>

// One step: a multiply and an add, each waiting for the one before. Knuth's MMIX generator.
#define CHAIN_FACTOR UINT64_C(6364136223846793005)
#define CHAIN_SUMMAND UINT64_C(1442695040888963407)

/// Where the chain of an item begins.
static inline uint64_t chain_start(uint64_t item)
{
	return (item + 1) * 0x9e3779b97f4a7c15u;
}

/// TIMED. The value after so many steps. The empty asm is an unknown operation to the compiler, which then cannot fold
/// several steps into one.
static inline uint64_t chain(uint64_t value, uint64_t steps_n)
{
	while (steps_n-- > 0) {
		value = value * CHAIN_FACTOR + CHAIN_SUMMAND;
		__asm__ volatile("" : "+r"(value));
	}
	return value;
}

/// The same, computed by leaps.
uint64_t chain_leap(uint64_t value, uint64_t steps_n);

/// How fast the chain runs here: measured at the first call in a process, about 2 ms.
double chain_steps_per_ns(void);

#endif
