// The only timed region, marked below. An iteration costs, beside the operation, two clock readings and Google
// Benchmark's loop.
#include "measure/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "gbench/gbench.h"
#include "measure/injection.h"
#include "stats/values.h"

// Shorter work than this many clock costs is batched: the clock is to be at most a percent of what it times.
enum { CLOCK_COSTS_LEAST = 100, CALIBRATION_NS = 1000000, CALIBRATION_RUNS_MAX = 100000, FASTEST_MOST = 4 };

struct loop {
	struct trial *trial;
	const struct operation *operation;
	uint64_t done_n;
	uint64_t operations_n, took_ns; ///< of all iterations
	int status;
	struct usage before, after;
	uint64_t counted_before[COUNTER_N], counted_after[COUNTER_N];
	double mean_ns; ///< as Google Benchmark reports it
};

static int usage_now(const struct operation *operation, struct usage *usage)
{
	if (operation->usage)
		return operation->usage(operation->context, usage);
	*usage = (struct usage){0};
	usage_of(RUSAGE_SELF, usage);
	usage_of(RUSAGE_CHILDREN, usage);
	return 0;
}

static void loop_body(struct gbench_state *state, void *argument)
{
	struct loop *loop = argument;
	struct trial *trial = loop->trial;
	const struct operation *operation = loop->operation;
	const uint32_t batch_n = trial->batch_n;
	const unsigned every = injection_every();
	// Here, not around Google Benchmark: its own page faults are not the operation's.
	loop->status = usage_now(operation, &loop->before);
	if (trial->counters)
		counters_read(trial->counters, loop->counted_before);
	if (loop->status < 0) {
		gbench_skip_with_error(state, status_message());
		return;
	}
	while (gbench_keep_running(state)) {
		int status = 0;
		// THE TIMED REGION: from this reading of the clock to the next one. No other lines of the program are timed,
		// except where an operation brings its own clock (took_ns, below), which reads it inside run().
		uint64_t entry_ns = clock_now_ns();
		for (uint32_t i = 0; i < batch_n && status == 0; i++)
			status = operation->run(operation->context);
		uint64_t return_ns = clock_now_ns();
		// END OF THE TIMED REGION.
		return_ns = injection_lengthen(trial, every, entry_ns, return_ns);
		if (status == 0 && operation->parts && batch_n == 1)
			status = operation->parts(operation->context, entry_ns, return_ns, &trial->parts[loop->done_n]);
		if (status != 0) {
			loop->status = status;
			gbench_skip_with_error(state, status_message());
			return;
		}
		uint64_t took_ns = operation->took_ns ? operation->took_ns(operation->context) : return_ns - entry_ns;
		uint64_t operations_n = operation->operations_n ? operation->operations_n(operation->context) : batch_n;
		trial->operations_n[loop->done_n] = operations_n;
		trial->wall_ns[loop->done_n++] = took_ns;
		loop->operations_n += operations_n;
		loop->took_ns += took_ns;
		gbench_set_iteration_time(state, (double)took_ns / (double)operations_n / 1e9);
	}
	if (trial->counters)
		counters_read(trial->counters, loop->counted_after);
	loop->status = usage_now(operation, &loop->after);
}

static void loop_report(const struct gbench_run *run, void *context)
{
	struct loop *loop = context;
	if (!run->aggregate)
		loop->mean_ns = run->real_ns;
}

static int iterate(struct loop *loop)
{
	gbench_clear();
	struct gbench_benchmark *benchmark = gbench_register("visit", loop_body, loop);
	gbench_iterations(benchmark, loop->trial->iterations_n);
	gbench_manual_time(benchmark);
	size_t run_n = gbench_run(loop_report, loop);
	if (loop->status == 0 && (run_n != 1 || loop->done_n != loop->trial->iterations_n))
		return status_say(EPROTO, "Google Benchmark ran %llu of %llu iterations", (unsigned long long)loop->done_n,
		                  (unsigned long long)loop->trial->iterations_n);
	return loop->status;
}

// Iterations and batch for about visit_ns of work, from a millisecond of trials. The slowest run is left out, and the
// mean is limited to a few times the fastest run: one that was preempted takes a hundred times as long, and would leave
// every visit of the whole run with an operation or two.
static int calibrate(struct trial *trial, const struct operation *operation)
{
	uint64_t begin_ns = clock_now_ns(), now_ns = begin_ns, slowest_ns = 0, fastest_ns = UINT64_MAX, runs_n = 0;
	while (runs_n < 2 || (now_ns - begin_ns - slowest_ns < CALIBRATION_NS && runs_n < CALIBRATION_RUNS_MAX)) {
		uint64_t before_ns = now_ns;
		int status = operation->run(operation->context);
		if (status < 0)
			return status;
		runs_n++;
		now_ns = clock_now_ns();
		slowest_ns = now_ns - before_ns > slowest_ns ? now_ns - before_ns : slowest_ns;
		fastest_ns = now_ns - before_ns < fastest_ns ? now_ns - before_ns : fastest_ns;
		if (runs_n > 1 && now_ns - begin_ns - slowest_ns > trial->visit_ns)
			break;
	}
	double mean_ns = (double)(now_ns - begin_ns - slowest_ns) / (double)(runs_n - 1);
	double run_ns = fmax(fmin(mean_ns, FASTEST_MOST * (double)fastest_ns) - trial->clock_cost_ns, 0.25);
	double least_ns = CLOCK_COSTS_LEAST * trial->clock_cost_ns;
	trial->batch_n = 1;
	bool batched = !operation->took_ns && !operation->operations_n;
	while (batched && trial->batch_n * run_ns < least_ns && trial->batch_n < 1u << 20)
		trial->batch_n *= 2;
	double iterations = (double)trial->visit_ns / (run_ns * trial->batch_n);
	trial->iterations_n = (uint64_t)fmin(fmax(iterations, 1), TRIAL_ITERATIONS_MAX);
	return 0;
}

// The parts of the iteration whose wall time is the (lower) median: so they add up to it.
static void fill_parts(struct trial *trial, double median_ns)
{
	uint64_t best = 0;
	double best_off_ns = INFINITY;
	for (uint64_t i = 0; i < trial->iterations_n; i++) {
		double off_ns = fabs((double)trial->wall_ns[i] - median_ns);
		if (off_ns < best_off_ns) {
			best_off_ns = off_ns;
			best = i;
		}
	}
	trial->value[METRIC_launch_ns] = (double)trial->parts[best].launch_ns;
	trial->value[METRIC_work_ns] = (double)trial->parts[best].work_ns;
	trial->value[METRIC_collect_ns] = (double)trial->parts[best].collect_ns;
}

static int fill_walls(struct trial *trial, const struct loop *loop)
{
	size_t n = trial->iterations_n;
	double *sorted = malloc(n * sizeof *sorted);
	if (!sorted)
		return status_fail(ENOMEM, "sorting %zu iterations", n);
	for (size_t i = 0; i < n; i++)
		sorted[i] = (double)trial->wall_ns[i] / (double)trial->operations_n[i];
	values_sort(sorted, n);
	// An order statistic, not a mean of two: one iteration's parts must add up to it.
	double median_ns = sorted[(n - 1) / 2];
	trial->value[METRIC_wall_ns] = median_ns;
	trial->value[METRIC_wall_min_ns] = sorted[0];
	trial->value[METRIC_wall_p10_ns] = quantile_sorted(sorted, n, 0.10);
	trial->value[METRIC_wall_p90_ns] = quantile_sorted(sorted, n, 0.90);
	trial->value[METRIC_wall_p99_ns] = quantile_sorted(sorted, n, 0.99);
	if (n >= 1000)
		trial->value[METRIC_wall_p999_ns] = quantile_sorted(sorted, n, 0.999);
	trial->value[METRIC_wall_max_ns] = sorted[n - 1];
	trial->value[METRIC_wall_mean_ns] = loop->mean_ns;
	free(sorted);
	if (loop->operation->parts && trial->batch_n == 1)
		fill_parts(trial, median_ns);
	return 0;
}

static void fill_usage(struct trial *trial, const struct loop *loop)
{
	const struct usage *before = &loop->before, *after = &loop->after;
	double operations_n = (double)loop->operations_n;
	trial->value[METRIC_cpu_ns] = (double)(after->cpu_ns - before->cpu_ns) / operations_n;
	if (after->other_cpu_ns > 0)
		trial->value[METRIC_cpu_other_ns] = (double)(after->other_cpu_ns - before->other_cpu_ns) / operations_n;
	trial->value[METRIC_faults_n] = (double)(after->faults_n - before->faults_n) / operations_n;
	trial->value[METRIC_switches_voluntary_n] =
		(double)(after->switches_voluntary_n - before->switches_voluntary_n) / operations_n;
	trial->value[METRIC_switches_involuntary_n] =
		(double)(after->switches_involuntary_n - before->switches_involuntary_n) / operations_n;
}

static void fill_counted(struct trial *trial, const struct loop *loop)
{
	double operations_n = (double)loop->operations_n;
	for (int i = 0; trial->counters && i < COUNTER_N; i++)
		if (loop->counted_after[i] != UINT64_MAX && loop->counted_before[i] != UINT64_MAX)
			trial->counted[i] =
				(uint64_t)llround((double)(loop->counted_after[i] - loop->counted_before[i]) * 1000 / operations_n);
}

static void note_kib(struct trial *trial, enum metric metric, const char *text, const char *key)
{
	const char *at = strstr(text, key);
	unsigned long kib;
	if (at && sscanf(at + strlen(key), " %lu kB", &kib) == 1)
		trial->value[metric] = (double)kib * 1024;
}

// Read by hand: a stream's buffer would be one more page to fault in for every visit.
void trial_note_size(struct trial *trial)
{
	char text[2048];
	int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	ssize_t bytes = file < 0 ? 0 : read(file, text, sizeof text - 1);
	text[bytes > 0 ? bytes : 0] = '\0';
	note_kib(trial, METRIC_runner_resident_bytes, text, "VmRSS:");
	note_kib(trial, METRIC_runner_pagetable_bytes, text, "VmPTE:");
	if (file >= 0)
		close(file);
}

// Async-signal-safe.
_Noreturn void trial_abandon(struct trial *trial, int error, const char *message)
{
	size_t length = strnlen(message, sizeof trial->message - 1);
	memcpy(trial->message, message, length);
	trial->message[length] = '\0';
	trial->status = -error;
	trial->answered = true;
	_exit(0);
}

int trial_run(struct trial *trial, const struct operation *operation)
{
	struct loop loop = {.trial = trial, .operation = operation};
	int status = injection_check(operation);
	if (status == 0)
		status = operation->warm_up ? operation->warm_up(operation->context) : operation->run(operation->context);
	if (status == 0 && trial->iterations_n == 0)
		status = calibrate(trial, operation);
	// Whoever asked for a batch did not know the operation: of several runs only the last one would be counted.
	if (operation->took_ns || operation->operations_n)
		trial->batch_n = 1;
	if (status == 0 && operation->ready)
		operation->ready(operation->context);
	if (status == 0)
		status = iterate(&loop);
	if (status < 0)
		return status;
	trial->value[METRIC_timed_ns] = (double)loop.took_ns;
	fill_usage(trial, &loop);
	if (operation->operations_n)
		trial->value[METRIC_run_operations_n] = (double)loop.operations_n / (double)loop.done_n;
	fill_counted(trial, &loop);
	return fill_walls(trial, &loop);
}
