// Template for isa_each.h: a convolution in tiles of ROWS x VECTORS sums that stay in registers. For each column of taps
// every input vector is loaded once and serves all output rows it touches; only the order of the additions differs from
// the definition. K, ROWS, VECTORS and `streams` are constants wherever these functions are inlined.

typedef float ISA(vector) __attribute__((vector_size(VECTOR_BYTES), may_alias));
typedef float ISA(unaligned) __attribute__((vector_size(VECTOR_BYTES), may_alias, aligned(4)));

// in[i] + x is the tile's first column less K / 2, in the row i - K / 2 below the tile's first.
TARGET static inline __attribute__((always_inline)) void ISA(tile)(const float *const *in, size_t x, float *out,
                                                                   size_t stride, const float *taps, const size_t K,
                                                                   const size_t ROWS, const size_t VECTORS,
                                                                   const bool streams)
{
	enum { LANES = VECTOR_BYTES / sizeof(float) };
	ISA(vector) sum[TILE_ROWS_MAX][TILE_VECTORS_MAX] = {{{0}}};
	ISA(vector) tap[CONVOLVE_K_MAX];
	ROLLED for (size_t column = 0; column < K; column++) {
		UNROLLED for (size_t i = 0; i < K; i++)
			tap[i] = taps[i * K + column] - (ISA(vector)){0};
		UNROLLED for (size_t i = 0; i < ROWS + K - 1; i++)
			UNROLLED for (size_t v = 0; v < VECTORS; v++) {
				const ISA(vector) value = *(const ISA(unaligned) *)(in[i] + x + column + v * LANES);
				UNROLLED for (size_t row = 0; row < ROWS; row++)
					if (row <= i && i < row + K)
						sum[row][v] += tap[i - row] * value;
			}
	}
	UNROLLED for (size_t row = 0; row < ROWS; row++)
		UNROLLED for (size_t v = 0; v < VECTORS; v++) {
			ISA(vector) *place = (ISA(vector) *)(out + row * stride) + v;
			if (streams)
				STREAM(place, sum[row][v]);
			else
				*place = sum[row][v];
		}
}

// A tile at the left or right edge: computed from a copy with its border replicated, and cut to the image.
TARGET static inline __attribute__((always_inline)) void ISA(edge)(const struct plane *plane, const float *const *in,
                                                                   size_t x, float *out, const size_t K,
                                                                   const size_t ROWS, const size_t VECTORS)
{
	enum { TILE_MAX = TILE_VECTORS_MAX * VECTOR_BYTES / sizeof(float), PAD_MAX = TILE_MAX + CONVOLVE_K_MAX - 1 };
	const size_t tile = VECTORS * VECTOR_BYTES / sizeof(float), pad_n = tile + K - 1, left_n = x ? 0 : K / 2;
	const size_t begin = x + left_n - K / 2;
	const size_t middle_n = pad_n - left_n < plane->width - begin ? pad_n - left_n : plane->width - begin;
	const size_t out_n = tile < plane->width - x ? tile : plane->width - x;
	float pad[TILE_ROWS_MAX + CONVOLVE_K_MAX - 1][PAD_MAX];
	_Alignas(VECTOR_BYTES) float result[TILE_ROWS_MAX][TILE_MAX];
	const float *pads[TILE_ROWS_MAX + CONVOLVE_K_MAX - 1];
	for (size_t i = 0; i < ROWS + K - 1; i++) {
		pads[i] = pad[i];
		for (size_t j = 0; j < left_n; j++)
			pad[i][j] = in[i][0];
		memcpy(pad[i] + left_n, in[i] + begin, middle_n * sizeof(float));
		for (size_t j = left_n + middle_n; j < pad_n; j++)
			pad[i][j] = in[i][plane->width - 1];
	}
	ISA(tile)(pads, 0, result[0], TILE_MAX, plane->taps, K, ROWS, VECTORS, false);
	for (size_t row = 0; row < ROWS; row++)
		memcpy(out + row * plane->stride + x, result[row], out_n * sizeof(float));
}

// ROWS output rows from y on. Rows beyond the image are its first and last again: a matter of pointers.
TARGET static inline __attribute__((always_inline)) void ISA(strip)(const struct plane *plane, size_t y, const size_t K,
                                                                    const size_t ROWS, const size_t VECTORS,
                                                                    const bool streams)
{
	const size_t tile = VECTORS * VECTOR_BYTES / sizeof(float), half = K / 2;
	const float *in[TILE_ROWS_MAX + CONVOLVE_K_MAX - 1];
	float *out = plane->out + y * plane->stride;
	for (size_t i = 0; i < ROWS + K - 1; i++) {
		size_t row = y + i < half ? 0 : y + i - half;
		in[i] = plane->in + (row < plane->height ? row : plane->height - 1) * plane->stride;
	}
	ISA(edge)(plane, in, 0, out, K, ROWS, VECTORS);
	size_t x = tile;
	for (; x + tile + half <= plane->width; x += tile) {
		// The next strip's rows: as many streams as this one has are more than the hardware follows by itself.
		UNROLLED for (size_t row = 0; streams && row < ROWS; row++)
			UNROLLED for (size_t v = 0; v < VECTORS * VECTOR_BYTES; v += CACHE_LINE_BYTES)
				__builtin_prefetch((const char *)(in[K - 1] + (ROWS + row) * plane->stride + x) + v);
		ISA(tile)(in, x - half, out + x, plane->stride, plane->taps, K, ROWS, VECTORS, streams);
	}
	for (; x < plane->width; x += tile)
		ISA(edge)(plane, in, x, out, K, ROWS, VECTORS);
}

// The last strip overlaps the one before where rows do not divide evenly; a band too low for that goes row by row, with
// enough sums side by side to hide the latency of an addition.
TARGET static inline __attribute__((always_inline)) void ISA(band)(const struct plane *plane, size_t first, size_t end,
                                                                   const size_t K, const size_t ROWS,
                                                                   const bool streams)
{
	size_t y = first;
	for (; y + ROWS <= end; y += ROWS)
		ISA(strip)(plane, y, K, ROWS, TILE_VECTORS, streams);
	if (y < end && y > first)
		ISA(strip)(plane, end - ROWS, K, ROWS, TILE_VECTORS, streams);
	else
		for (; y < end; y++)
			ISA(strip)(plane, y, K, 1, TILE_VECTORS_MAX, false);
}

TARGET static void ISA(convolve)(const struct plane *plane, size_t first, size_t end, unsigned k, bool streams)
{
	switch (streams ? -(int)k : (int)k) {
	case 3:
		return ISA(band)(plane, first, end, 3, TILE_ROWS(3), false);
	case -3:
		return ISA(band)(plane, first, end, 3, TILE_ROWS(3), true);
	case 5:
		return ISA(band)(plane, first, end, 5, TILE_ROWS(5), false);
	case -5:
		return ISA(band)(plane, first, end, 5, TILE_ROWS(5), true);
	case 7:
		return ISA(band)(plane, first, end, 7, TILE_ROWS(7), false);
	default:
		return ISA(band)(plane, first, end, 7, TILE_ROWS(7), true);
	}
}
