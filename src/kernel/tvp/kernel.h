// SPDX-License-Identifier: MIT
// A kernel of your own for tvp (threads versus processes): `tvp run scaling --kernel=./mine.c`, or ./mine.so.
//
// A plug-in is a shared object, or one C file, that exports one object called `tvp_kernel`. It needs no symbol of tvp.
// What it is built against stays valid: structs only grow at their ends, and a plug-in that was built against 1.0 is
// opened by every later tvp of ABI 1. docs/adding.md has whole examples in C, C++ and Rust.
//
// Distributing: this header is MIT, and so is everything of tvp in the process that opens a plug-in
// (tvp-kernel-host), which has no code of the GNU Scientific Library. A plug-in under any licence, a proprietary one
// too, meets there only code under MIT, BSD and Apache licences, and the libraries of system and compiler (those of GCC
// have its runtime library exception). tvp itself, which is under the GPLv3 as a whole where it is linked with that
// library, never opens a plug-in: the two programs exchange data.
#ifndef TVP_KERNEL_H
#define TVP_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TVP_KERNEL_MAGIC UINT64_C(0x6c6e72656b707674) // "tvpkernl", little-endian
#define TVP_KERNEL_ABI_MAJOR 1u
#define TVP_KERNEL_ABI_MINOR 0u

/// The first members of a tvp_kernel, as this header has them.
#define TVP_KERNEL_HEAD                                                                              \
	.magic = TVP_KERNEL_MAGIC, .abi_major = TVP_KERNEL_ABI_MAJOR, .abi_minor = TVP_KERNEL_ABI_MINOR, \
	.struct_bytes = sizeof(struct tvp_kernel)

/// What `--size` means for a kernel; combined by |.
#define TVP_SIZE_NONE 0u     ///< it takes no size
#define TVP_SIZE_BYTES 1u    ///< bytes of input: 32MiB
#define TVP_SIZE_IMAGE 2u    ///< one image: 1920x1080
#define TVP_SIZE_ITEMS 4u    ///< a count of items: 1000
#define TVP_SIZE_DURATION 8u ///< how long one worker takes for all of it: 100us

#define TVP_PARAMETERS_MAX 8
#define TVP_NUMBERS_MAX 8

struct tvp_size {
	uint32_t form;          ///< one of TVP_SIZE_*: which of these is given; the others are 0
	uint32_t reserved;      ///< 0
	uint64_t bytes;         ///< TVP_SIZE_BYTES
	uint32_t width, height; ///< TVP_SIZE_IMAGE
	uint64_t items_n;       ///< TVP_SIZE_ITEMS
	uint64_t duration_ns;   ///< TVP_SIZE_DURATION
};

/// A whole number that a kernel takes beside its size. `n` of a kernel `mine` is the option --mine.n=LIST, and stands
/// as mine.n:VALUE in the names of its rows.
struct tvp_parameter {
	const char *name;     ///< "n": a to z, 0 to 9 and _; NULL ends the list
	const char *help;     ///< "rounds per item"
	uint64_t preset;      ///< its value where the user gives none
	uint64_t least, most; ///< what it takes, where values is NULL
	const char *values;   ///< all that it takes: "3,5,7"; or NULL
	uint64_t reserved[2]; ///< 0
};

/// One piece of work. Each process maps `in` and `out` anew: an address, of them or of static data, that prepare()
/// stores is not valid in run(); numbers are.
struct tvp_problem {
	uint64_t items_n; ///< what is divided among workers, at least 1
	void *in;         ///< in_bytes, 2 MiB-aligned; NULL where in_bytes is 0. Read-only in run()
	uint64_t in_bytes;
	void *out; ///< out_bytes, 2 MiB-aligned; NULL where out_bytes is 0
	uint64_t out_bytes;
	double expected; ///< prepare() may keep here what the partials must add up to
	struct tvp_size size;
	uint64_t parameter[TVP_PARAMETERS_MAX]; ///< the values, in the order of the kernel's parameters
	uint64_t number[TVP_NUMBERS_MAX];       ///< for the kernel's own use: set by need() or prepare()
};

/// The items begin, begin+step, … below end. step 1: a block; step n: every n-th.
struct tvp_span {
	uint64_t begin, end, step;
};

/// The bytes of a block of items: what is sent to a worker, and back, where data is sent instead of shared.
struct tvp_span_bytes {
	uint64_t in_offset, in_bytes;
	uint64_t out_offset, out_bytes;
};

/// What a complete run moves and computes at least.
struct tvp_traffic {
	uint64_t read_bytes, written_bytes; ///< each byte once
	uint64_t flops;
	uint64_t waited_ns; ///< what its items wait by the clock, one after the other
};

/// A kernel. Only the head, name and run are required; what is 0 or NULL has the default that stands with it. Hooks
/// that return text return NULL, or in one line what is wrong (the text must stay where it is).
///
/// Where they are called: all in processes of tvp-kernel-host, which open the plug-in anew; need() and traffic() in one
/// of their own, prepare() in one, run(), check() and span_bytes() in those that measure. Only run() is timed. It is
/// called at once by several threads, or in several processes, each with items of its own, and must be pure: it writes
/// to its items of `out` and to *partial, and does no I/O, allocates nothing and starts no threads. Static data is
/// shared by threads and private to processes: a result that is kept there is found by some models and not by others.
struct tvp_kernel {
	uint64_t magic; ///< TVP_KERNEL_HEAD sets these four
	uint32_t abi_major, abi_minor;
	uint64_t struct_bytes;
	const char *name;         ///< in the names of rows: a letter a to z; then also 0 to 9, _ and -; 23 at most
	const char *summary;      ///< one line for `tvp list`, says what an item is
	const char *size_default; ///< as for --size: "32MiB"; required where it takes one
	const struct tvp_parameter *parameters; ///< up to TVP_PARAMETERS_MAX, ended by one without a name
	uint32_t size_forms;                    ///< TVP_SIZE_BYTES | …; 0: it takes no size
	uint32_t reserved;                      ///< 0
	/// Where items lie one after the other in `in` and in `out`: the bytes of one. Defaults follow from them.
	uint64_t in_item_bytes, out_item_bytes;
	uint64_t item_flops; ///< floating-point operations per item, for the default of traffic()
	double tolerance;    ///< without check(): how far sums may differ from the serial run's, relative;
	                     ///< 0: 1e-9, because every cut adds up in another order

	/// Fill in items_n, in_bytes and out_bytes from size and parameters. Default: size.items_n items, or size.bytes ÷
	/// in_item_bytes (÷ out_item_bytes, where that is 0), or width x height, or 1 item where it takes no size; of
	/// in_item_bytes and out_item_bytes each.
	const char *(*need)(struct tvp_problem *problem);
	/// Fill `in`, which is all zeros. Called once for all rows of a problem. Default: it stays so.
	const char *(*prepare)(struct tvp_problem *problem);
	/// TIMED. Compute the items of `span`, and add what they contribute to *partial (which kernels with an output may
	/// leave alone).
	void (*run)(const struct tvp_problem *problem, struct tvp_span span, double *partial);
	/// After runs of all items: are the outputs of the items of `span` (step 1) right, and is `total`, the sum of all
	/// partials of the last run? Before the last runs the output of these items was overwritten by bytes 0xff. Visits
	/// check all items at first, and later a part that nobody knows beforehand. Default: the total, and the output, are
	/// compared with what the first serial run gave.
	const char *(*check)(const struct tvp_problem *problem, struct tvp_span span, double total);
	/// The bytes of a block of items (step 1): all that run() needs of it. Default: follows from in_item_bytes and
	/// out_item_bytes; where these are 0 too, its data cannot be sent.
	void (*span_bytes)(const struct tvp_problem *problem, struct tvp_span span, struct tvp_span_bytes *bytes);
	/// Default: in_bytes read, out_bytes written, item_flops for each item.
	void (*traffic)(const struct tvp_problem *problem, struct tvp_traffic *traffic);
};

#if defined __GNUC__
__attribute__((visibility("default")))
#endif
extern const struct tvp_kernel tvp_kernel;

#ifdef __cplusplus
}
#endif

#endif
