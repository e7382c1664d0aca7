// One side of a comparison: a tvp binary, the words before it and the environment around it; and running one slice of
// it.
#ifndef TVP_GATE_SIDE_H
#define TVP_GATE_SIDE_H

#include "gate/slice/process.h"
#include "gate/slice/slice.h"

enum { SIDE_OLD, SIDE_NEW, SIDES_N };
enum { SIDE_PLUGINS_MAX = 33, SIDE_PLUGIN_BYTES = 64 };
enum { SIDE_WORDS_MAX = 256, SIDE_PREFIX_MAX = 32, SIDE_ENV_MAX = 32, SIDE_PAD_MAX = 4096, SIDE_VARIANTS_MAX = 64 };
/// In the environment of every slice that a gate starts: the padding.
#define SIDE_PAD_VARIABLE "TVP_PAD"

struct side {
	const char *name;    ///< "old", "new"
	const char *program; ///< path, or a name to be found in PATH
	const char
		*variant[SIDE_VARIANTS_MAX];     ///< builds of the same source with different layouts; `program` is the first
	unsigned variants_n;                 ///< 0: `program` alone
	const char *prefix[SIDE_PREFIX_MAX]; ///< words of a command that runs the rest: "taskset", "-c", "0"
	unsigned prefix_n;
	const char *env[SIDE_ENV_MAX]; ///< "KEY=VALUE"
	unsigned env_n;
	char plugin[SIDE_PLUGINS_MAX][SIDE_PLUGIN_BYTES]; ///< options of each slice for kernels from files: "--plugin=FILE"
	unsigned plugins_n;
	const char *const *words; ///< instead of a tvp: the command to measure, NULL-terminated; `program` is then the tvp
	                          ///< that measures it
	bool is_gbench;           ///< words[0] is a program of Google Benchmark
	char revision[48];        ///< as its slices reported it; "" before the first
};

/// How many variants a side has: at least 1.
unsigned side_variants_n(const struct side *side);
/// The path or name of one of them; of a side that is no tvp its command's.
const char *side_program(const struct side *side, unsigned variant);

struct slice_request {
	const char *spec;
	unsigned variant;      ///< of the side: which of its programs runs
	uint64_t iterations_n; ///< 0: calibrate for time_ns
	uint32_t batch_n;
	uint64_t time_ns;
	uint64_t deadline_ns;
	bool one_cpu;
	bool has_exit_code; ///< of the row's first slice, which all others must have: of programs that are no tvp
	int exit_code;
	unsigned pad_bytes;            ///< of environment, so that the stack begins at another address in every process
	struct slice_printed *printed; ///< out: what a program that is no tvp printed, where the slice failed, too; NULL
};

/// What it cost, beside the slice itself.
struct slice_cost {
	uint64_t start_ns; ///< fork to the end of the slice's start-up
	uint64_t took_ns;  ///< fork to reaped
};

/// Whether each program, and the first word of its prefix, can be run at all; names without a slash are searched in the
/// side's PATH (a program's name only without a prefix, which may change PATH). Returns 0 or -errno, with a message
/// naming side and word.
int side_check(const struct side *side);

/// Run one slice in a fresh process (group), ended at the deadline or an interrupt. Returns 0 with a slice measured or
/// skipped, to be closed; -EINTR; -ETIMEDOUT; -ECHILD (a signal, an exit code), -EBADMSG, -EPROTO (another version of
/// the protocol, or a variant of another revision) or the slice's own failure, with a message that names the side and
/// its program.
int side_run(struct side *side, struct listener *listener, const struct slice_request *request,
             struct slice_times *slice, struct slice_cost *cost);

#endif
