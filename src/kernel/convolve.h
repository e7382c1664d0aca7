// Between convolve.c (the kernel's hooks) and convolve_band.c (its tiles): one image, and the rows to compute.
#ifndef TVP_KERNEL_CONVOLVE_H
#define TVP_KERNEL_CONVOLVE_H

#include <stdbool.h>
#include <stddef.h>

enum { CONVOLVE_K_MAX = 7, CONVOLVE_STRIDE_ALIGN = 16 };

/// The k * k taps of every problem are the first of these.
extern const float convolve_taps[CONVOLVE_K_MAX * CONVOLVE_K_MAX];

/// One image of one float32 channel. Rows are `stride` elements apart, a multiple of CONVOLVE_STRIDE_ALIGN (64 bytes);
/// `out` is 64-byte aligned.
struct plane {
	const float *in;
	float *out;
	size_t width, height, stride;
	const float *taps; ///< k * k of them, row by row, not flipped: a correlation, as OpenCV's filter2D
};

/// Compute output rows [first, end), reading up to k / 2 rows above and below them. k: 3, 5 or 7. way: kernel/ways.h;
/// whatever was stored is visible to other workers after the return.
void convolve_band(const struct plane *plane, size_t first, size_t end, unsigned k, unsigned way);

/// struct kernel's ways; big: the images are too big for the caches.
unsigned convolve_ways(unsigned k, bool big, unsigned *by_size);

/// "avx2 6x2 stream": instruction set, output rows x vectors of a tile, and whether stores stream.
const char *convolve_path(unsigned k, unsigned way);

#endif
