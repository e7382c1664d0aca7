// Template for isa_each.h: a convolution in tiles of ROWS x VECTORS sums that stay in registers. For each column of
// taps every input vector is loaded once and serves all output rows it touches; only the order of the additions differs
// from the definition. K, ROWS, VECTORS and `streams` are constants wherever these functions are inlined.

typedef float ISA(vector) __attribute__((vector_size(VECTOR_BYTES), may_alias));
typedef float ISA(unaligned) __attribute__((vector_size(VECTOR_BYTES), may_alias, aligned(4)));

// clang-format does not see that UNROLLED belongs to the loop after it.
// clang-format off

// in[i] + x is the tile's first column less K / 2, in the row i - K / 2 below the tile's first.
TARGET static inline __attribute__((always_inline)) void ISA(tile)(const float *const *in, size_t x, float *out,
								   size_t stride, const float *taps, const size_t K,
								   const size_t ROWS, const size_t VECTORS,
								   bool streams)
{
	enum { LANES = VECTOR_BYTES / sizeof(float) };
	ISA(vector) sum[TILE_ROWS_MAX][TILE_VECTORS_MAX] = {{{0}}};
	ISA(vector) tap[CONVOLVE_K_MAX];
	ROLLED for (size_t column = 0; column < K; column++) {
		// Vectors shorter than K columns overlap from column to column: gcc would carry them over, and spill them all.
		if (VECTOR_BYTES < 32)
			__asm__("" : "+r"(x));
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

// Ask for the same columns of the next strip's rows: as many streams as a strip has are more than the hardware follows
// by itself.
TARGET static inline __attribute__((always_inline)) void ISA(ask)(const float *from, size_t stride, const size_t ROWS,
								  const size_t BYTES)
{
	UNROLLED for (size_t row = 0; row < ROWS; row++)
		UNROLLED for (size_t i = 0; i < BYTES; i += CACHE_LINE_BYTES)
			__builtin_prefetch((const char *)(from + row * stride) + i);
}

// clang-format on

// n floats as vectors, the last of which overlaps the one before; gcc's memcpy() of a constant size is slower.
TARGET static inline __attribute__((always_inline)) void ISA(copy)(float *to, const float *from, const size_t n)
{
	enum { LANES = VECTOR_BYTES / sizeof(float) };
	UNROLLED for (size_t i = 0; i + LANES < n; i += LANES) * (ISA(unaligned) *)(to + i) =
		*(const ISA(unaligned) *)(from + i);
	*(ISA(unaligned) *)(to + n - LANES) = *(const ISA(unaligned) *)(from + n - LANES);
}

// A row's pad: the border left of the image, columns from `from` on, the border right of it.
TARGET static inline __attribute__((always_inline)) void ISA(pad)(float *pad, const float *from, size_t left_n,
                                                                  size_t middle_n, size_t right_n)
{
	UNROLLED for (size_t i = 0; i < left_n; i++) pad[i] = from[0];
	ISA(copy)(pad + left_n, from, middle_n);
	UNROLLED for (size_t i = 0; i < right_n; i++) pad[left_n + middle_n + i] = from[middle_n - 1];
}

// The same for images too narrow, or tiles cut off: any numbers, without haste.
TARGET static inline void ISA(pad_any)(float *pad, const float *row, ptrdiff_t x, size_t n, size_t width)
{
	for (size_t i = 0; i < n; i++, x++)
		pad[i] = row[x < 0 ? 0 : x < (ptrdiff_t)width ? x : (ptrdiff_t)width - 1];
}

// A tile at an edge: computed from a copy with its border replicated, and cut to the image. The usual edges are copied
// in constant sizes: for small images that doubles the speed of everything.
TARGET static inline __attribute__((always_inline)) void ISA(edge)(const struct plane *plane, const float *const *in,
                                                                   size_t x, float *out, const size_t K,
                                                                   const size_t ROWS, const size_t VECTORS)
{
	enum { TILE_MAX = TILE_VECTORS_MAX * VECTOR_BYTES / sizeof(float), PAD_MAX = TILE_MAX + CONVOLVE_K_MAX - 1 };
	const size_t tile = VECTORS * VECTOR_BYTES / sizeof(float), half = K / 2, width = plane->width;
	const bool left = x == 0 && tile + half <= width, right = x > 0 && x + tile == width;
	float pad[TILE_ROWS_MAX + CONVOLVE_K_MAX - 1][PAD_MAX];
	_Alignas(VECTOR_BYTES) float result[TILE_ROWS_MAX][TILE_MAX];
	const float *pads[TILE_ROWS_MAX + CONVOLVE_K_MAX - 1];
	for (size_t i = 0; i < ROWS + K - 1; i++) {
		pads[i] = pad[i];
		if (left)
			ISA(pad)(pad[i], in[i], half, tile + half, 0);
		else if (right)
			ISA(pad)(pad[i], in[i] + x - half, 0, tile + half, half);
		else
			ISA(pad_any)(pad[i], in[i], (ptrdiff_t)(x - half), tile + K - 1, width);
	}
	ISA(tile)(pads, 0, result[0], TILE_MAX, plane->taps, K, ROWS, VECTORS, false);
	for (size_t row = 0; row < ROWS; row++)
		if (x + tile <= width)
			ISA(copy)(out + row * plane->stride + x, result[row], tile);
		else
			memcpy(out + row * plane->stride + x, result[row], (width - x) * sizeof(float));
}

// The tiles of a strip that need no border; `streams` is constant here. Returns the first column not computed.
TARGET static inline __attribute__((always_inline)) size_t ISA(inner)(const struct plane *plane, const float *const *in,
                                                                      float *out, const size_t K, const size_t ROWS,
                                                                      const size_t VECTORS, const bool streams)
{
	const size_t tile = VECTORS * VECTOR_BYTES / sizeof(float), half = K / 2;
	size_t x = tile;
	for (; x + tile + half <= plane->width; x += tile) {
		if (streams)
			ISA(ask)(in[K - 1] + ROWS * plane->stride + x, plane->stride, ROWS, VECTORS * VECTOR_BYTES);
		ISA(tile)(in, x - half, out + x, plane->stride, plane->taps, K, ROWS, VECTORS, streams);
	}
	return x;
}

typedef void ISA(edge_function)(const struct plane *plane, const float *const *in, size_t x, float *out);
typedef void ISA(strip_function)(const struct plane *plane, size_t y, bool streams);

// ROWS output rows from y on. Rows beyond the image are its first and last again: a matter of pointers.
TARGET static inline __attribute__((always_inline)) void ISA(strip)(const struct plane *plane, size_t y,
                                                                    ISA(edge_function) * edge, const size_t K,
                                                                    const size_t ROWS, const size_t VECTORS,
                                                                    bool streams)
{
	const size_t tile = VECTORS * VECTOR_BYTES / sizeof(float), half = K / 2;
	const float *in[TILE_ROWS_MAX + CONVOLVE_K_MAX - 1];
	float *out = plane->out + y * plane->stride;
	for (size_t i = 0; i < ROWS + K - 1; i++) {
		size_t row = y + i < half ? 0 : y + i - half;
		in[i] = plane->in + (row < plane->height ? row : plane->height - 1) * plane->stride;
	}
	edge(plane, in, 0, out);
	size_t x = streams ? ISA(inner)(plane, in, out, K, ROWS, VECTORS, true)
	                   : ISA(inner)(plane, in, out, K, ROWS, VECTORS, false);
	for (; x < plane->width; x += tile)
		edge(plane, in, x, out);
}

// Functions of their own, because tiles are big once unrolled.
#define STRIP(name, K, ROWS, VECTORS)                                                                                 \
	TARGET static __attribute__((noinline)) void ISA(edge_##name)(const struct plane *plane, const float *const *in,  \
	                                                              size_t x, float *out)                               \
	{                                                                                                                 \
		ISA(edge)(plane, in, x, out, K, ROWS, VECTORS);                                                               \
	}                                                                                                                 \
	TARGET static __attribute__((noinline)) void ISA(strip_##name)(const struct plane *plane, size_t y, bool streams) \
	{                                                                                                                 \
		ISA(strip)(plane, y, ISA(edge_##name), K, ROWS, VECTORS, streams);                                            \
	}
STRIP(3, 3, TILE_ROWS(3), TILE_VECTORS)
STRIP(5, 5, TILE_ROWS(5), TILE_VECTORS)
STRIP(7, 7, TILE_ROWS(7), TILE_VECTORS)
STRIP(3_row, 3, 1, TILE_VECTORS_MAX)
STRIP(5_row, 5, 1, TILE_VECTORS_MAX)
STRIP(7_row, 7, 1, TILE_VECTORS_MAX)
#undef STRIP

// The last strip overlaps the one before where rows do not divide evenly; a band too low for that goes row by row, with
// enough sums side by side to hide the latency of an addition.
TARGET static void ISA(convolve)(const struct plane *plane, size_t first, size_t end, unsigned k, bool streams)
{
	static const struct {
		size_t rows_n;
		ISA(strip_function) * strip, *row;
	} by_k[] = {
		{TILE_ROWS(3), ISA(strip_3), ISA(strip_3_row)},
		{TILE_ROWS(5), ISA(strip_5), ISA(strip_5_row)},
		{TILE_ROWS(7), ISA(strip_7), ISA(strip_7_row)},
	};
	const size_t choice = k / 2 - 1, rows_n = by_k[choice].rows_n;
	size_t y = first;
	for (; y + rows_n <= end; y += rows_n)
		by_k[choice].strip(plane, y, streams);
	if (y < end && y > first)
		by_k[choice].strip(plane, end - rows_n, streams);
	else
		for (; y < end; y++)
			by_k[choice].row(plane, y, streams);
}
