// One spec measured once: the numbers one visit hands back.
#ifndef TVP_MEASURE_SAMPLE_H
#define TVP_MEASURE_SAMPLE_H

#include <stdint.h>

// METRIC(identifier = JSON key, unit, heading in tables, what it is). Times and counts are per operation; NAN where it
// was not measured.
#define TVP_METRICS(METRIC)                                                                                            \
	METRIC(wall_ns, "ns", "wall", "median over the visit's iterations, dispatch entry to return")                      \
	METRIC(wall_min_ns, "ns", "min", "least")                                                                          \
	METRIC(wall_p10_ns, "ns", "p10", "10th percentile")                                                                \
	METRIC(wall_p90_ns, "ns", "p90", "90th percentile")                                                                \
	METRIC(wall_p99_ns, "ns", "p99", "99th percentile")                                                                \
	METRIC(wall_p999_ns, "ns", "p99.9", "99.9th percentile, of visits with 1000 iterations and more")                  \
	METRIC(wall_max_ns, "ns", "max", "most")                                                                           \
	METRIC(wall_mean_ns, "ns", "mean", "mean")                                                                         \
	METRIC(launch_ns, "ns", "launch", "median iteration: entry to the critical worker's begin")                        \
	METRIC(work_ns, "ns", "work", "median iteration: the critical worker's begin to its end")                          \
	METRIC(collect_ns, "ns", "collect", "median iteration: the critical worker's end to return")                       \
	METRIC(running_ns, "ns", "→running", "median: call that creates to the first statement of the created")            \
	METRIC(reaped_ns, "ns", "exit→reaped", "median: last statement of the created to the return of its reaping")       \
	METRIC(noticed_ns, "ns", "noticed", "median: death of a worker to the caller's knowing of it")                     \
	METRIC(replaced_ns, "ns", "replaced", "median: death of a worker to the first job done by its replacement")        \
	METRIC(lost_n, "1", "lost", "jobs lost with a dead worker")                                                        \
	METRIC(run_operations_n, "1", "ops/run", "operations per clock reading, where each run does many and counts them") \
	METRIC(fairness, "1", "fairness", "operations of the slowest worker ÷ of the fastest")                             \
	METRIC(alone_ns, "ns", "alone", "per hop, one task doing the same hops alone: work and pipe")                      \
	METRIC(switch_ns, "ns", "switch", "per hop, less what one task alone needs for the same hops")                     \
	METRIC(cpu_ns, "ns", "CPU/op", "CPU time of caller and workers per operation")                                     \
	METRIC(cpu_other_ns, "ns", "other CPU", "of cpu_ns, what the other side burnt")                                    \
	METRIC(faults_n, "1", "faults", "page faults per operation, caller and workers")                                   \
	METRIC(switches_voluntary_n, "1", "switches", "voluntary context switches per operation")                          \
	METRIC(switches_involuntary_n, "1", "forced", "involuntary context switches per operation")                        \
	METRIC(worker_resident_bytes, "B", "resident", "resident memory a further worker adds, shared pages counted")      \
	METRIC(worker_pss_bytes, "B", "PSS", "proportional share of resident memory a further worker adds")                \
	METRIC(worker_private_bytes, "B", "private", "memory a further worker has to itself")                              \
	METRIC(worker_peak_bytes, "B", "peak", "largest resident memory of one process that a command started")            \
	METRIC(failed_n, "1", "failed", "items of a pass for which the command failed")                                    \
	METRIC(worker_pagetable_bytes, "B", "page tables/w", "page tables a further worker adds")                          \
	METRIC(runner_resident_bytes, "B", "runner", "resident memory of the runner as the workers are made")              \
	METRIC(runner_pagetable_bytes, "B", "page tables", "page tables of the runner as the workers are made")            \
	METRIC(placed, "1", "on node", "of the problem's memory, what lies on the NUMA nodes planned for it")              \
	METRIC(huge_bytes, "B", "huge pages",                                                                              \
	       "of the problem's memory (of private inputs: of these), what stands on 2 MiB pages")                        \
	METRIC(timed_ns, "ns", "timed", "timed work of the whole visit: all its iterations")                               \
	METRIC(checked, "1", "checked", "share of the output that was checked after the visit")                            \
	METRIC(rate_hz, "1", "done/s", "requests finished per second")                                                     \
	METRIC(late_ns, "ns", "sent late", "median: a request's arrival to its being sent to a worker")                    \
	METRIC(item_median_ns, "ns", "median", "an item's time, at the median")                                            \
	METRIC(item_max_ns, "ns", "longest", "the longest item's time")                                                    \
	METRIC(item_cv, "1", "CV", "coefficient of variation of single items' times")                                      \
	METRIC(item_slope, "1", "slope",                                                                                   \
	       "how items' times rise along their order: the last less the first, half of it ÷ mean")                      \
	METRIC(item_bend, "1", "bend",                                                                                     \
	       "how much longer items take at both ends than in the middle, two thirds of it ÷ mean")                      \
	METRIC(item_wait_ns, "ns", "waits", "mean, of an item's time, without computing or queueing for a CPU")            \
	METRIC(item_in_bytes, "B", "in/item", "bytes of the input that belong to an item")                                 \
	METRIC(item_out_bytes, "B", "out/item", "bytes of the output that belong to an item")

enum metric {
#define METRIC(identifier, unit, heading, text) METRIC_##identifier,
	TVP_METRICS(METRIC)
#undef METRIC
		METRIC_N
};

/// "wall_ns", as in the result file.
const char *metric_name(enum metric metric);
/// "wall": its heading in tables; its unit: "ns", "B" or "1".
const char *metric_heading(enum metric metric);
const char *metric_unit(enum metric metric);
/// Returns the metric, or METRIC_N when there is none of that name.
enum metric metric_find(const char *name);

struct sample {
	uint32_t row;          ///< index of the spec's row in the record
	uint32_t round;        ///< 0, 1, …
	uint32_t order;        ///< position within the round
	uint32_t batch_n;      ///< operations per clock reading; every value is per single operation
	uint64_t iterations_n; ///< clock readings
	double value[METRIC_N];
	uint32_t
		previous; ///< 1 + index of the sample of the same row added before it, 0: none; record_add_sample() sets it
};

#endif
