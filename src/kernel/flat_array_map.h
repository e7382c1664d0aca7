// Template for isa_each.h: out[i] = MAP(in[i]) over doubles, with ordinary or streaming stores.
// square, copy and copy_stream share it, so that the limits and the work follow the same access pattern.

typedef double ISA(vector) __attribute__((vector_size(VECTOR_BYTES), may_alias));

// Both arrays start at the same offset from an aligned address: what aligns one aligns the other. The prefetch is worth
// 8 % with streaming stores and costs 3 % with ordinary ones (Zen 4, 256 MiB). Ordinary stores are volatile because
// the compiler would make a copying loop a call of memcpy(), which streams when it likes.
TARGET static inline __attribute__((always_inline)) void ISA(map_by)(const double *in, double *out, size_t n,
                                                                     bool streams)
{
	enum { VECTORS = 8, LANES = VECTOR_BYTES / sizeof(double), AHEAD_BYTES = 6144 };
	for (; n && (uintptr_t)out % VECTOR_BYTES; n--, in++)
		*out++ = MAP(*in);
	for (; n >= VECTORS * LANES; n -= VECTORS * LANES, in += VECTORS * LANES, out += VECTORS * LANES) {
		for (size_t line = 0; streams && line < VECTORS * VECTOR_BYTES; line += CACHE_LINE_BYTES)
			__builtin_prefetch((const char *)in + AHEAD_BYTES + line, 0, 0);
		for (size_t i = 0; i < VECTORS; i++) {
			ISA(vector) value = ((const ISA(vector) *)in)[i];
			if (streams)
				STREAM((ISA(vector) *)out + i, MAP(value));
			else
				((volatile ISA(vector) *)out)[i] = MAP(value);
		}
	}
	for (; n; n--, in++)
		*out++ = MAP(*in);
}

TARGET static void ISA(map)(const double *in, double *out, size_t n, bool streams)
{
	if (streams)
		ISA(map_by)(in, out, n, true);
	else
		ISA(map_by)(in, out, n, false);
}
