// The contract of the work. A kernel is pure computation over one problem: it knows nothing of threads or processes.
// Inputs are small whole numbers, chosen so that every order of summation gives the same bits: checks are exact.
#ifndef TVP_KERNEL_KERNEL_H
#define TVP_KERNEL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What `--size` means for a kernel.
enum size_form {
	SIZE_NONE = 0,
	SIZE_BYTES = 1,    ///< bytes of input: 32MiB
	SIZE_IMAGE = 2,    ///< one image: 1920x1080
	SIZE_ITEMS = 4,    ///< a count of items: 1000
	SIZE_DURATION = 8, ///< how long one worker takes for all of it: 100us
};

struct size {
	enum size_form form;
	uint64_t bytes;         ///< SIZE_BYTES
	uint32_t width, height; ///< SIZE_IMAGE
	uint64_t items_n;       ///< SIZE_ITEMS
	uint64_t duration_ns;   ///< SIZE_DURATION
};

/// A number that a kernel takes beside its size, like convolve's k. The option `--NAME=LIST` and the axis NAME of the
/// kernel's specs follow from it. Several kernels may have parameters of one name; no other axis may be
/// called the same.
struct kernel_parameter {
	const char *name;     ///< "k"
	const char *help;     ///< "taps per side"
	uint64_t preset;      ///< its value where the user gives none
	const char *values;   ///< all that it takes: "3,5,7"; NULL: every number from least to most
	uint64_t least, most; ///< where values is NULL
};

enum { KERNEL_PARAMETERS_MAX = 8 };

/// The values of a kernel's parameters, in the order it declares them; 0 behind the last.
struct kernel_options {
	uint64_t value[KERNEL_PARAMETERS_MAX];
};

/// One prepared piece of work. Plain data plus two pointers into arenas; may be copied (transport gives each worker a
/// copy with `in` and `out` pointing at private memory of the same layout). The first members are those of struct
/// tvp_problem (src/kernel/tvp/kernel.h), which is what a plug-in sees of it.
struct problem {
	uint64_t items_n; ///< what schedules cut: elements, rows, images, waits
	char *in;         ///< in_bytes, 2 MiB-aligned; NULL when in_bytes is 0
	size_t in_bytes;
	char *out; ///< out_bytes, 2 MiB-aligned; NULL when out_bytes is 0
	size_t out_bytes;
	double expected; ///< what the partials of one complete run must add up to, exactly (0 for kernels with an output)
	struct size size;
	struct kernel_options options;
	uint64_t number[8]; ///< what need() and prepare() keep for run()
	const struct kernel *kernel;
	double serial_total; ///< of plug-ins without a check: the sum of the first serial run
	uint64_t steps_n;    ///< set by prepare() of kernels that find out on this machine how much a run is; else 0
	unsigned way;        ///< which of the kernel's ways is taken; set by problem_plan(): see kernel/ways.h
};

/// Items begin, begin+step, … below end. step 1: a contiguous block; step n: data[i::n].
struct span {
	uint64_t begin, end, step;
};

/// A contiguous span's bytes: what must travel to a worker and back when data is sent instead of shared.
struct span_bytes {
	size_t in_offset, in_bytes;
	size_t out_offset, out_bytes;
};

/// What one item, and one whole run, move and compute: the roofline's side of the kernel.
struct traffic {
	uint64_t read_bytes, written_bytes; ///< of one complete run, compulsory: each byte once
	uint64_t flops;                     ///< of one complete run
	uint64_t waited_ns; ///< of one complete run: what its items wait or compute by the clock, one after the other
};

struct kernel {
	const char *name;
	const char *summary;                       ///< one line for `tvp list kernels`, says what an item is
	unsigned size_forms;                       ///< OR of enum size_form; SIZE_NONE: takes no size
	const char *size_default;                  ///< as for --size; NULL when it takes none
	const struct kernel_parameter *parameters; ///< up to KERNEL_PARAMETERS_MAX, ended by one without a name; NULL: none
	bool measures_machine; ///< a limit of the machine (read, copy, fma …), not work anyone wants done
	const char *content; ///< kernels of equal content prepare equal inputs: same-sized problems of theirs share memory,
	                     ///< so that limits are measured on the bytes they bound; NULL: nobody else's
	const char *roof[3]; ///< names of the limit kernels that bound it; NULL-terminated when fewer
	struct plugin *plugin; ///< the file it comes from (src/kernel/plugin/plugin.h): its hooks run in other processes;
	                       ///< NULL: built in
	bool keeps_reference;  ///< of plug-ins: the output of the first serial run stands behind `out`, to compare with

	/// Required; untimed. Fill items_n, in_bytes, out_bytes from size and options. Returns 0, -EINVAL or -ERANGE, with
	/// a message. Kernels of SIZE_BYTES take every multiple of 8: tests and others rely on it.
	int (*need)(struct problem *problem);
	/// Required; untimed, once, by the supervisor. Fill the inputs at problem->in and set `expected`. Returns 0 or
	/// -errno with a message.
	int (*prepare)(struct problem *problem);
	/// Required; TIMED, in any worker. Compute the items of `span`; add what they contribute to *partial (sums; others
	/// leave it). Pure: no I/O (except what `sleep` is about), no allocation, no threads, no globals written.
	void (*run)(const struct problem *problem, struct span span, double *partial);
	/// Required; untimed. Returns 0 when, of a complete run, `total` and the output of the items of `span` (step 1) are
	/// exactly right, -EBADMSG with a message that says what was wrong where. Must be cheap: of all items at most about
	/// one run's time at memory speed, of fewer accordingly.
	int (*check)(const struct problem *problem, struct span span, double total);
	/// Required where there is an output; untimed. Overwrite that of the items of `span` (step 1) so that a later check
	/// proves it was computed anew. Called at every visit's begin, if only for an item: what a worker that was killed
	/// in an earlier visit may have left in shared memory is put right here. NULL: the result is the sum of the
	/// partials.
	void (*poison)(const struct problem *problem, struct span span);
	/// Untimed. Bytes of a contiguous span (step 1), which must be all that run() needs of it. NULL: there is no data,
	/// or a span's data is not contiguous, so that it cannot be sent.
	void (*span_bytes)(const struct problem *problem, struct span span, struct span_bytes *slice);
	/// Required; untimed. The compulsory traffic of one complete run.
	void (*traffic)(const struct problem *problem, struct traffic *traffic);
	/// Untimed. How many ways this CPU has to compute the problem, 1 to WAYS_MAX (kernel/ways.h), all with the same
	/// result; *by_size: the one to take where they were not measured. NULL: one.
	unsigned (*ways)(const struct problem *problem, unsigned *by_size);
	/// Untimed. Which code path this CPU takes ("avx512", "avx2", "neon", "scalar"); NULL where there is one only.
	const char *(*path)(const struct problem *problem);
};

/// The registry, in list.def's order, NULL-terminated.
extern const struct kernel *kernels[];
/// Add one that comes from a file, at the end; it must stay where it is. Before anything is planned. Returns 0, or
/// -EINVAL with a message: its name is taken, or there are too many.
int kernels_add(const struct kernel *kernel);
/// NULL when there is none of that name.
const struct kernel *kernel_find(const char *name);

/// The parameter of that name; NULL when the kernel has none.
const struct kernel_parameter *kernel_parameter_find(const struct kernel *kernel, const char *name);
/// Whether any kernel has a parameter of that name.
bool kernels_have_parameter(const char *name);
/// "3, 5 or 7", "1 to 64": the values a parameter takes.
char *kernel_parameter_takes(const struct kernel_parameter *parameter, char *out, size_t out_bytes);
/// Every parameter at its preset.
struct kernel_options kernel_options_preset(const struct kernel *kernel);
/// Set one parameter from its text. Returns 0, or -EINVAL with a message that says which values the kernel takes.
int kernel_options_parse(const struct kernel *kernel, const char *name, const char *text,
                         struct kernel_options *options);
/// 0, or -EINVAL where a parameter has a value that it does not take, with a message.
int kernel_options_check(const struct kernel *kernel, const struct kernel_options *options);

/// "32MiB", "1920x1080", "1000", "100us" for a kernel that takes that form. Returns 0 or -EINVAL, with a message.
int size_parse(const struct kernel *kernel, const char *text, struct size *size);
/// The canonical text, as it stands in spec names: size_parse() reads it back to the same size.
char *size_format(char *out, size_t out_bytes, const struct size *size);

/// Set up everything of a problem but its memory: kernel, size, options (NULL: all preset), then kernel->need().
/// Returns 0 or -errno, with a message.
int problem_plan(struct problem *problem, const struct kernel *kernel, const struct size *size,
                 const struct kernel_options *options);
/// Bytes of arena both buffers take, with their alignment.
size_t problem_arena_bytes(const struct problem *problem);

/// Number of items in a span.
static inline uint64_t span_items(struct span span)
{
	return span.begin >= span.end ? 0 : (span.end - span.begin + span.step - 1) / span.step;
}

/// All items of a problem.
static inline struct span span_whole(const struct problem *problem)
{
	return (struct span){0, problem->items_n, 1};
}

/// Overwrite the output of these items, where there is one.
static inline void problem_poison(const struct problem *problem, struct span span)
{
	if (problem->kernel->poison)
		problem->kernel->poison(problem, span);
}

#endif
