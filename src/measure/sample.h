// One spec measured once: the numbers one visit hands back.
#ifndef TVP_MEASURE_SAMPLE_H
#define TVP_MEASURE_SAMPLE_H

#include <stdint.h>

// METRIC(identifier = JSON key, unit, what it is). Times, counts per operation; NAN where it was not measured.
#define TVP_METRICS(METRIC)                                                                                           \
	METRIC(wall_ns, "ns", "median over the visit's iterations, dispatch entry to return")                         \
	METRIC(wall_min_ns, "ns", "least")                                                                            \
	METRIC(wall_p10_ns, "ns", "10th percentile")                                                                  \
	METRIC(wall_p90_ns, "ns", "90th percentile")                                                                  \
	METRIC(wall_p99_ns, "ns", "99th percentile")                                                                  \
	METRIC(wall_max_ns, "ns", "most")                                                                             \
	METRIC(wall_mean_ns, "ns", "mean")                                                                            \
	METRIC(launch_ns, "ns", "median iteration: entry to the critical worker's begin")                             \
	METRIC(work_ns, "ns", "median iteration: the critical worker's begin to its end")                             \
	METRIC(collect_ns, "ns", "median iteration: the critical worker's end to return")                             \
	METRIC(cpu_ns, "ns", "CPU time of caller and workers per operation")                                          \
	METRIC(faults_n, "1", "page faults per operation, caller and workers")                                        \
	METRIC(switches_voluntary_n, "1", "voluntary context switches per operation")                                 \
	METRIC(switches_involuntary_n, "1", "involuntary context switches per operation")                             \
	METRIC(runner_resident_bytes, "B", "resident memory of the runner as the workers are made")                   \
	METRIC(runner_pagetable_bytes, "B", "page tables of the runner as the workers are made")                      \
	METRIC(huge_bytes, "B", "of the problem's memory (of private inputs: of these), what stands on 2 MiB pages")

enum metric {
#define METRIC(identifier, unit, text) METRIC_##identifier,
	TVP_METRICS(METRIC)
#undef METRIC
	METRIC_N
};

/// "wall_ns", as in the result file.
const char *metric_name(enum metric metric);
/// Returns the metric, or METRIC_N when there is none of that name.
enum metric metric_find(const char *name);

struct sample {
	uint32_t row;   ///< index of the spec's row in the record
	uint32_t round; ///< 0, 1, …
	uint32_t order; ///< position within the round
	uint32_t batch_n; ///< operations per clock reading; every value is per single operation
	uint64_t iterations_n; ///< clock readings
	double value[METRIC_N];
};

#endif
