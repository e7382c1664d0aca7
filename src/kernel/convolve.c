// Convolution of float32 images, one channel, dense k x k taps, borders replicated, computed as defined: no separable,
// Winograd or FFT form. Pixels and taps are whole numbers small enough that every order of additions is exact.
// Behind the input's pixels lie the checksums of the expected output's rows, so that check() can name a wrong row.
#include "kernel/convolve.h"

#include <errno.h>
#include <string.h>

#include "base/status.h"
#include "kernel/isa.h"
#include "kernel/kernel.h"

enum { SMALL_SIDE = 128 };

// None is zero and no symmetry holds; k x k taps are the first k * k of them.
const float convolve_taps[CONVOLVE_K_MAX * CONVOLVE_K_MAX] = {
	3, -1, 2, 5,  1, -4, 2,  7, -3, 1,  4, -2, 6, 1,  -5, 2, 3,  -1, 8, 2, -6, 1, 4, 3, -2,
	5, 1,  7, -3, 2, 4,  -1, 6, 2,  -7, 3, 1,  5, -2, 4,  1, -3, 2,  6, 1, -4, 3, 2, 7,
};

static const struct kernel_parameter parameters[] = {
	{.name = "k", .help = "taps per side", .preset = 5, .values = "3,5,7"},
	{0},
};

static unsigned taps_n(const struct problem *problem)
{
	return (unsigned)problem->options.value[0];
}

/// How a problem's images lie in memory.
struct layout {
	size_t images_n, width, height, stride; ///< stride in elements
};

static struct layout layout_of(const struct problem *problem)
{
	bool many = problem->size.form == SIZE_ITEMS;
	size_t width = many ? SMALL_SIDE : problem->size.width;
	return (struct layout){
		.images_n = many ? problem->size.items_n : 1,
		.width = width,
		.height = many ? SMALL_SIDE : problem->size.height,
		.stride = (width + CONVOLVE_STRIDE_ALIGN - 1) / CONVOLVE_STRIDE_ALIGN * CONVOLVE_STRIDE_ALIGN,
	};
}

static struct plane plane_of(const struct problem *problem, const struct layout *layout, size_t image)
{
	size_t offset = image * layout->height * layout->stride;
	return (struct plane){
		.in = (const float *)problem->in + offset,
		.out = (float *)problem->out + offset,
		.width = layout->width,
		.height = layout->height,
		.stride = layout->stride,
		.taps = convolve_taps,
	};
}

static uint64_t *row_sums(const struct problem *problem)
{
	return (uint64_t *)(problem->in + problem->out_bytes);
}

static int need(struct problem *problem)
{
	const uint64_t bytes_max = UINT64_C(1) << 46;
	struct layout layout = layout_of(problem);
	uint64_t rows_n = (uint64_t)layout.images_n * layout.height;
	if (rows_n > bytes_max / (layout.stride * sizeof(float)))
		return status_say(ERANGE, "kernel convolve: the size is beyond what can be addressed");
	problem->items_n = problem->size.form == SIZE_ITEMS ? layout.images_n : layout.height;
	problem->out_bytes = rows_n * layout.stride * sizeof(float);
	problem->in_bytes = problem->out_bytes + rows_n * sizeof(uint64_t);
	return 0;
}

typedef uint32_t lanes __attribute__((vector_size(16), may_alias, aligned(4)));

// Position-dependent, and at memory speed: four Fletcher sums side by side, then mixed (FNV-1a's prime).
static uint64_t row_sum(const float *row, size_t width)
{
	enum { LANES = sizeof(lanes) / sizeof(float) };
	lanes value = {0}, place = {0}, rest = {0};
	for (; width >= LANES; width -= LANES, row += LANES) {
		value += *(const lanes *)row;
		place += value;
	}
	memcpy(&rest, row, width * sizeof(float));
	value += rest;
	place += value;
	uint64_t sum = UINT64_C(0xcbf29ce484222325);
	for (size_t lane = 0; lane < LANES; lane++) {
		sum = (sum ^ value[lane]) * UINT64_C(0x100000001b3);
		sum = (sum ^ place[lane]) * UINT64_C(0x100000001b3);
	}
	return sum;
}

// Add tap * the row shifted by `shift` columns, its ends repeated.
static void row_add(float *restrict out, const float *restrict in, size_t width, ptrdiff_t shift, float tap)
{
	size_t left_n = shift < 0 ? (size_t)-shift : 0, right_n = shift > 0 ? (size_t)shift : 0;
	left_n = left_n < width ? left_n : width;
	right_n = right_n < width ? right_n : width;
	for (size_t x = 0; x < left_n; x++)
		out[x] += tap * in[0];
	for (size_t x = left_n; x < width - right_n; x++)
		out[x] += tap * in[(ptrdiff_t)x + shift];
	for (size_t x = width - right_n; x < width; x++)
		out[x] += tap * in[width - 1];
}

// The definition, tap by tap, without tiles.
static void row_define(const struct plane *plane, size_t y, unsigned k)
{
	float *out = plane->out + y * plane->stride;
	ptrdiff_t half = k / 2, last = (ptrdiff_t)plane->height - 1;
	memset(out, 0, plane->width * sizeof(*out));
	for (ptrdiff_t i = 0; i < (ptrdiff_t)k; i++) {
		ptrdiff_t row = (ptrdiff_t)y + i - half;
		row = row < 0 ? 0 : row > last ? last : row;
		for (ptrdiff_t j = 0; j < (ptrdiff_t)k; j++)
			row_add(out, plane->in + (size_t)row * plane->stride, plane->width, j - half,
			        plane->taps[(size_t)i * k + (size_t)j]);
	}
}

// Rows of one image, or images: an item's output is so many rows.
static size_t item_rows(const struct problem *problem)
{
	return problem->size.form == SIZE_ITEMS ? SMALL_SIDE : 1;
}

static void poison(const struct problem *problem, struct span span)
{
	size_t item_bytes = item_rows(problem) * layout_of(problem).stride * sizeof(float);
	memset(problem->out + span.begin * item_bytes, 0xff, span_items(span) * item_bytes);
}

// Pixels from 1 to 255. The output serves as scratch for the definition's rows, and is poisoned afterwards.
static int prepare(struct problem *problem)
{
	struct layout layout = layout_of(problem);
	float *in = (float *)problem->in;
	for (size_t i = 0; i < problem->out_bytes / sizeof(float); i++)
		in[i] = (float)(1 + ((uint32_t)i * 2654435761u >> 24) * 255 / 256);
	for (size_t image = 0; image < layout.images_n; image++) {
		struct plane plane = plane_of(problem, &layout, image);
		for (size_t y = 0; y < layout.height; y++) {
			row_define(&plane, y, taps_n(problem));
			row_sums(problem)[image * layout.height + y] = row_sum(plane.out + y * plane.stride, plane.width);
		}
	}
	poison(problem, span_whole(problem));
	problem->expected = 0;
	return 0;
}

static void run(const struct problem *problem, struct span span, double *partial)
{
	struct layout layout = layout_of(problem);
	unsigned k = taps_n(problem);
	(void)partial;
	if (problem->size.form == SIZE_ITEMS) {
		for (uint64_t image = span.begin; image < span.end; image += span.step) {
			struct plane plane = plane_of(problem, &layout, image);
			convolve_band(&plane, 0, plane.height, k, problem->way);
		}
		return;
	}
	struct plane plane = plane_of(problem, &layout, 0);
	if (span.step == 1)
		convolve_band(&plane, span.begin, span.end, k, problem->way);
	else
		for (uint64_t y = span.begin; y < span.end; y += span.step)
			convolve_band(&plane, y, y + 1, k, problem->way);
}

static int check(const struct problem *problem, struct span span, double total)
{
	struct layout layout = layout_of(problem);
	const float *out = (const float *)problem->out;
	(void)total;
	for (size_t row = span.begin * item_rows(problem); row < span.end * item_rows(problem); row++)
		if (row_sum(out + row * layout.stride, layout.width) != row_sums(problem)[row])
			return status_say(EBADMSG, "convolve: row %zu of image %zu is wrong", row % layout.height,
			                  row / layout.height);
	return 0;
}

static void slice(const struct problem *problem, struct span span, struct span_bytes *slice)
{
	struct layout layout = layout_of(problem);
	bool many = problem->size.form == SIZE_ITEMS;
	size_t item_bytes = layout.stride * sizeof(float) * (many ? layout.height : 1);
	size_t halo = many ? 0 : taps_n(problem) / 2;
	size_t first = span.begin > halo ? span.begin - halo : 0;
	size_t end = span.end + halo < problem->items_n ? span.end + halo : problem->items_n;
	bool empty = span_items(span) == 0;
	*slice = (struct span_bytes){
		.in_offset = first * item_bytes,
		.in_bytes = empty ? 0 : (end - first) * item_bytes,
		.out_offset = span.begin * item_bytes,
		.out_bytes = span_items(span) * item_bytes,
	};
}

static void traffic(const struct problem *problem, struct traffic *traffic)
{
	struct layout layout = layout_of(problem);
	uint64_t pixels_n = (uint64_t)layout.images_n * layout.height * layout.width, k = taps_n(problem);
	*traffic = (struct traffic){
		.read_bytes = pixels_n * sizeof(float),
		.written_bytes = pixels_n * sizeof(float),
		.flops = 2 * k * k * pixels_n,
	};
}

static unsigned ways(const struct problem *problem, unsigned *by_size)
{
	return convolve_ways(taps_n(problem), problem->in_bytes + problem->out_bytes > isa_cache_bytes(), by_size);
}

static const char *path(const struct problem *problem)
{
	return convolve_path(taps_n(problem), problem->way);
}

const struct kernel kernel_convolve = {
	.name = "convolve",
	.summary = "k x k convolution of float32 images; an item is a row of one image, or one of many 128x128 images",
	.size_forms = SIZE_IMAGE | SIZE_ITEMS,
	.size_default = "1920x1080",
	.parameters = parameters,
	.roof = {"fma", "copy_stream", "copy"},
	.need = need,
	.prepare = prepare,
	.run = run,
	.check = check,
	.poison = poison,
	.span_bytes = slice,
	.traffic = traffic,
	.ways = ways,
	.path = path,
};
