// Template for isa_each.h: adds up an array of ELEMENT (double or uint64_t), as fast as memory gives it.
// sum and read share it, so that the limit and the work follow the same access pattern.

typedef ELEMENT ISA(vector) __attribute__((vector_size(VECTOR_BYTES), may_alias));

// Lines of data that come once are asked for early and past the outer caches: 4 % over the hardware's own prefetching
// (Zen 4, 256 MiB). Where the data fits the caches the hint would only keep it out of them.
TARGET static inline __attribute__((always_inline)) ELEMENT ISA(reduce_by)(const ELEMENT *data, size_t n, bool streams)
{
	enum { CHAINS = 8, LANES = VECTOR_BYTES / sizeof(ELEMENT), AHEAD_BYTES = 6144 };
	ELEMENT total = 0;
	ISA(vector) sum[CHAINS] = {{0}};
	for (; n && (uintptr_t)data % VECTOR_BYTES; n--)
		total += *data++;
	for (; n >= CHAINS * LANES; n -= CHAINS * LANES, data += CHAINS * LANES) {
		for (size_t line = 0; streams && line < CHAINS * VECTOR_BYTES; line += CACHE_LINE_BYTES)
			__builtin_prefetch((const char *)data + AHEAD_BYTES + line, 0, 0);
		for (size_t i = 0; i < CHAINS; i++)
			sum[i] += ((const ISA(vector) *)data)[i];
	}
	for (size_t i = 1; i < CHAINS; i++)
		sum[0] += sum[i];
	for (size_t lane = 0; lane < LANES; lane++)
		total += sum[0][lane];
	while (n--)
		total += *data++;
	return total;
}

TARGET static ELEMENT ISA(reduce)(const ELEMENT *data, size_t n, bool streams)
{
	return streams ? ISA(reduce_by)(data, n, true) : ISA(reduce_by)(data, n, false);
}
