// Programs that know nothing of tvp, measured as slices: what the gate compares of any two commands, or of any two
// programs of Google Benchmark.
#ifndef TVP_GATE_SLICE_PROGRAM_H
#define TVP_GATE_SLICE_PROGRAM_H

#include "gate/slice/slice.h"
#include "measure/trial.h"

struct program_request {
	const char *const *words; ///< NULL-terminated: the command; of Google Benchmark the program alone
	const char *benchmark;    ///< its name there
	uint64_t iterations_n;    ///< of the slice; 0: calibrate for time_ns
	uint64_t batch_n;         ///< of Google Benchmark: iterations within each
	uint64_t time_ns, deadline_ns;
};

/// Measure a command: an iteration is one run of it, of which a short one has several. What the runs do not agree in
/// is their exit code: then -EBADMSG. Fills the slice's values and exit code, and the trial's times. Returns 0 or
/// -errno with a message.
int program_command(const struct program_request *request, struct slice_times *slice, struct trial *trial);
/// Measure one benchmark of a program that was linked with Google Benchmark, in three repetitions; their iterations are
/// fixed where the library can do that (1.8 and later), else it chooses them for the same time. Fills the same.
int program_gbench(const struct program_request *request, struct slice_times *slice, struct trial *trial);

/// The benchmarks of such a program that match a regular expression of its own kind (NULL: all), one a line, malloc'd.
/// Returns 0 or -errno with a message.
int program_gbench_list(const char *program, const char *filter, uint64_t deadline_ns, char **names);

#endif
