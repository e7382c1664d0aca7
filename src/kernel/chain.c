// The chain's speed and its result. Caveat: at another clock frequency than the calibration's it runs as much slower or
// faster.
#include "kernel/chain.h"

#include "base/clock.h"

enum { CALIBRATION_STEPS = 40000, CALIBRATION_TRIES = 50 };

// n steps at once: x -> ax + c applied twice is x -> aax + (a + 1)c.
uint64_t chain_leap(uint64_t value, uint64_t steps_n)
{
	uint64_t a = CHAIN_FACTOR, c = CHAIN_SUMMAND;
	for (; steps_n > 0; steps_n >>= 1) {
		if (steps_n & 1)
			value = value * a + c;
		c *= a + 1;
		a *= a;
	}
	return value;
}

// The fastest of many tries: everything that disturbs one only makes it slower.
double chain_steps_per_ns(void)
{
	static double known;
	double fastest = known;
	for (int i = 0; known == 0 && (fastest == 0 || i < CALIBRATION_TRIES); i++) {
		uint64_t begin_ns = clock_now_ns(), end = chain(chain_start((uint64_t)i), CALIBRATION_STEPS);
		uint64_t took_ns = clock_now_ns() - begin_ns;
		if (end != chain_leap(chain_start((uint64_t)i), CALIBRATION_STEPS) || took_ns == 0)
			continue;
		double tried = CALIBRATION_STEPS / (double)took_ns;
		fastest = tried > fastest ? tried : fastest;
	}
	return known = fastest;
}
