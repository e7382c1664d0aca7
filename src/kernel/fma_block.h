// Template for isa_each.h: blocks of fused multiply-adds in enough independent chains to fill every unit.

typedef float ISA(vector) __attribute__((vector_size(VECTOR_BYTES), may_alias));

// Half the registers hold chains: 8 or more, while two units of four cycles' latency need 8. Every lane counts its own
// steps (x = x * 1 + 1), exactly: a whole block stays below 2^24. Chains start apart, or the compiler would keep one.
TARGET static double ISA(fma_blocks)(float factor, float addend, uint64_t blocks_n)
{
	enum { CHAINS = VECTOR_REGISTERS / 2, LANES = VECTOR_BYTES / sizeof(float), STEPS = BLOCK_FMAS / CHAINS / LANES };
	const ISA(vector) factors = factor - (ISA(vector)){0}, addends = addend - (ISA(vector)){0};
	double total = 0;
	for (uint64_t block = 0; block < blocks_n; block++) {
		ISA(vector) chain[CHAINS];
		for (size_t i = 0; i < CHAINS; i++)
			chain[i] = (float)i - (ISA(vector)){0};
		for (size_t step = 0; step < STEPS; step++)
			for (size_t i = 0; i < CHAINS; i++)
				chain[i] = chain[i] * factors + addends;
		for (size_t i = 1; i < CHAINS; i++)
			chain[0] += chain[i] - (float)i;
		for (size_t lane = 0; lane < LANES; lane++)
			total += chain[0][lane];
	}
	return total;
}
