// The cost and the resolution of the clock, measured: clock_getres() returns 1 ns everywhere.
#include "base/clock.h"

struct clock_facts clock_measure(void)
{
	enum { BLOCKS_N = 16, READS_N = 2000 };
	struct clock_facts facts = {.cost_ns = 1e9, .resolution_ns = UINT64_MAX};
	for (int block = 0; block < BLOCKS_N; block++) {
		uint64_t begin_ns = clock_now_ns(), last_ns = begin_ns;
		for (int read = 0; read < READS_N; read++) {
			uint64_t now_ns = clock_now_ns();
			if (now_ns != last_ns && now_ns - last_ns < facts.resolution_ns)
				facts.resolution_ns = now_ns - last_ns;
			last_ns = now_ns;
		}
		// The quietest block: an interrupt only ever adds.
		double cost_ns = (double)(last_ns - begin_ns) / READS_N;
		if (cost_ns < facts.cost_ns)
			facts.cost_ns = cost_ns;
	}
	return facts;
}
