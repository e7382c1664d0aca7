// Google Benchmark from C, implemented by one C++ file; no C++ type passes this header.
#ifndef TVP_GBENCH_GBENCH_H
#define TVP_GBENCH_GBENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct gbench_state;     ///< a running benchmark's state (benchmark::State)
struct gbench_benchmark; ///< a registered benchmark (benchmark::internal::Benchmark)

typedef void gbench_function(struct gbench_state *state, void *argument);

/// Neutral initialisation: ignores BENCHMARK_* environment variables and the program's own arguments. The first call
/// reads the machine's description (under 1 ms here), which processes forked later inherit; further calls cost nothing.
void gbench_init(void);
/// Initialise from Google Benchmark's own command line (argv[0] is the program); recognised flags are removed.
/// Returns 0, or -EINVAL when an argument is not one of Google Benchmark's (named in argv[1] afterwards).
int gbench_init_flags(int *argc, char **argv);

struct gbench_benchmark *gbench_register(const char *name, gbench_function *function, void *argument);
/// Exactly that many, at least 1; not together with gbench_min_time().
void gbench_iterations(struct gbench_benchmark *benchmark, uint64_t iterations_n);
void gbench_min_time(struct gbench_benchmark *benchmark, double seconds);
void gbench_manual_time(struct gbench_benchmark *benchmark);
void gbench_real_time(struct gbench_benchmark *benchmark);
void gbench_repetitions(struct gbench_benchmark *benchmark, int repetitions_n);
/// Forget every registered benchmark.
void gbench_clear(void);

/// while (gbench_keep_running(state)) { … }: the loop is Google Benchmark's own.
bool gbench_keep_running(struct gbench_state *state);
uint64_t gbench_max_iterations(const struct gbench_state *state);
/// Seconds this iteration took, for a benchmark under manual time.
void gbench_set_iteration_time(struct gbench_state *state, double seconds);
enum gbench_counter { GBENCH_COUNTER_PLAIN, GBENCH_COUNTER_PER_ITERATION, GBENCH_COUNTER_RATE };
void gbench_counter(struct gbench_state *state, const char *name, double value, enum gbench_counter kind);
void gbench_label(struct gbench_state *state, const char *label);
void gbench_set_bytes_processed(struct gbench_state *state, uint64_t bytes);
void gbench_set_items_processed(struct gbench_state *state, uint64_t items_n);
/// The run is reported as an error; the loop must end (keep_running() is false from now on).
void gbench_skip_with_error(struct gbench_state *state, const char *message);
/// Custom context, as it stands in Google Benchmark's JSON. The first value of a key stays.
void gbench_context(const char *key, const char *value);

/// One reported run, as Google Benchmark hands it to a reporter. Strings live until the callback returns.
struct gbench_run {
	const char *name;
	const char *label;
	bool failed;
	const char *error; ///< "" unless failed
	bool aggregate;    ///< mean, median, … of repetitions
	uint64_t iterations_n;
	double real_ns; ///< per iteration; manual time where that was asked for
	double cpu_ns;  ///< per iteration
	int64_t repetition_index;
	unsigned counters_n;
	const char *const *counter_names;
	const double *counter_values;
};
typedef void gbench_report(const struct gbench_run *run, void *context);

/// Run everything registered with our own reporter: no output whatever the flags are (it calls gbench_init()), each run
/// goes to `report`. Returns the number of benchmarks run.
size_t gbench_run(gbench_report *report, void *context);
/// Run with Google Benchmark's own reporters and flags (console, JSON, CSV; --benchmark_out). Returns the number run.
size_t gbench_run_default(void);
void gbench_shutdown(void);

/// The version of the library, "1.7.1", or "unknown".
const char *gbench_version(void);

/// The same empty loop written in C++ over benchmark::State, for the row that shows what the shim costs.
/// Fits gbench_function; argument: unused.
void gbench_loop_in_cxx(struct gbench_state *state, void *argument);

#ifdef __cplusplus
}
#endif

#endif
