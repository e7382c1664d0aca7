// `python`: operations of Python's standard library, each beside the C row of the same operation in the same rounds:
// that shows how much of the cost is Python's. Python times itself and is pinned only for round trips. plan.c has the
// rows, interpreter.c the process, files.c its temporary files; the operations are in scripts/peers/python.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/status.h"
#include "bench/plan/axis_product.h"
#include "bench/python/python.h"
#include "bench/python/interpreter.h"
#include "host/place.h"
#include "host/terminate.h"

enum {
	READINGS_MAX = 512,
	CALIBRATION_READINGS_N = 5,
	COLD_FACTOR = 4,
	OPERATIONS_MAX = 1000000,
	DIRECTORY_BYTES = 512
};

// Readings are fetched many at a time, so that no request is made between two of them.
struct python_run {
	struct interpreter interpreter;
	struct trial *trial;
	uint64_t ns[READINGS_MAX];
	uint32_t readings_n, next;
	bool warm;
	uint64_t took_ns;
	unsigned operations_n; ///< of one reading
};

static int fetch_readings(struct python_run *run, uint64_t readings_n)
{
	char request[32], *at = run->interpreter.line;
	snprintf(request, sizeof request, "run %llu", (unsigned long long)readings_n);
	int status = interpreter_ask(&run->interpreter, request);
	if (status < 0)
		return status;
	run->readings_n = 0;
	for (char *end; run->readings_n < readings_n; at = end) {
		run->ns[run->readings_n++] = strtoull(at, &end, 10);
		if (end == at)
			return status_say(EPROTO, "Python answered \"%.60s\" instead of %llu times", run->interpreter.line,
			                  (unsigned long long)readings_n);
	}
	run->next = 0;
	return 0;
}

static int next_reading(void *context)
{
	struct python_run *run = context;
	int status = 0;
	if (run->next == run->readings_n)
		status = fetch_readings(run, run->warm ? run->trial->iterations_n : 1);
	run->warm = true;
	if (status == 0)
		run->took_ns = run->ns[run->next++];
	return status;
}

// Own clock: took_ns() returns Python's own reading, because the request and its answer do not count.
static uint64_t took_ns(void *context)
{
	const struct python_run *run = context;
	return run->took_ns;
}

static uint64_t operations_n(void *context)
{
	const struct python_run *run = context;
	return run->operations_n;
}

static int usage(void *context, struct usage *usage)
{
	struct python_run *run = context;
	*usage = (struct usage){0};
	return interpreter_usage(&run->interpreter, usage);
}

// Waits for "ready VERSION OPERATIONS": everything that is not timed is set up then.
static int wait_until_ready(struct python_run *run)
{
	struct trial *trial = run->trial;
	char version[24];
	int status = interpreter_ask(&run->interpreter, NULL);
	if (status < 0)
		return status;
	if (sscanf(run->interpreter.line, "ready %23s %u", version, &run->operations_n) != 2 || run->operations_n < 1 ||
	    run->operations_n > OPERATIONS_MAX)
		return status_say(EPROTO, "Python's first line is \"%.60s\" instead of \"ready VERSION OPERATIONS\"",
		                  run->interpreter.line);
	snprintf(trial->label, sizeof trial->label, "Python %s", version);
	return 0;
}

// By Python's own clock, which excludes the request. The first reading is cold and ignored; of the next ones the
// smallest counts, because a slow one would leave every visit with a single reading.
static int calibrate(struct python_run *run)
{
	struct trial *trial = run->trial;
	int status = fetch_readings(run, 1);
	if (status == 0)
		status = fetch_readings(run, 1);
	if (status == 0 && run->ns[0] < COLD_FACTOR * trial->visit_ns)
		status = fetch_readings(run, CALIBRATION_READINGS_N);
	if (status < 0)
		return status;
	uint64_t least_ns = run->ns[0];
	for (uint32_t i = 1; i < run->readings_n; i++)
		least_ns = run->ns[i] < least_ns ? run->ns[i] : least_ns;
	double wanted = (double)trial->visit_ns / fmax((double)least_ns, 1);
	trial->iterations_n = (uint64_t)fmin(fmax(wanted, 1), READINGS_MAX);
	trial->batch_n = 1;
	run->next = run->readings_n;
	return 0;
}

static int time_operations(struct python_run *run)
{
	struct trial *trial = run->trial;
	int status = wait_until_ready(run);
	if (status == 0 && trial->iterations_n == 0)
		status = calibrate(run);
	if (status == 0)
		status = trial_run(trial, &(struct operation){run, next_reading, .took_ns = took_ns,
		                                              .operations_n = operations_n, .usage = usage});
	return status < 0 ? status : interpreter_close(&run->interpreter);
}

// The CPUs of the caller and the worker, for rows that have a place.
static int cpus_of(const struct spec *spec, const struct topology *topology, char *out, size_t out_bytes)
{
	enum place place;
	struct placement *placement = NULL;
	const char *name = spec_get(spec, "place");
	*out = '\0';
	int status = name ? place_parse(name, &place) : 0;
	if (name && status == 0)
		status = place_plan(topology, place, &placement);
	if (placement)
		snprintf(out, out_bytes, "%d,%d", placement_cpu(placement, 0), placement_cpu(placement, 1));
	placement_free(placement);
	return status;
}

// Removes figures that would be of something else: what the forkserver has reaped cannot be read, and a worker that is
// terminated has used most in its untimed start.
static void drop_usage(const struct spec *spec, struct trial *trial)
{
	if (!spec_axis_is(spec, "start", "forkserver") && !spec_axis_is(spec, "shape", "terminate"))
		return;
	static const enum metric unknown[] = {METRIC_cpu_ns, METRIC_faults_n, METRIC_switches_voluntary_n,
	                                      METRIC_switches_involuntary_n};
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
		trial->value[unknown[i]] = NAN;
}

static int trial(const struct spec *spec, struct trial *trial)
{
	static struct python_run run; // a runner has only one
	char cpus[32], directory[DIRECTORY_BYTES];
	run = (struct python_run){.trial = trial};
	terminate_with_parent(getppid()); // and with it what the interpreter has started
	python_files_path(getppid(), directory, sizeof directory);
	int status = spec_get(spec, "shape") ? cpus_of(spec, trial->topology, cpus, sizeof cpus)
	                                     : status_say(EINVAL, "a row of python needs a shape");
	if (status == 0)
		status = python_files_make(directory);
	if (status < 0)
		return status;
	status = interpreter_open(&run.interpreter, spec, cpus, directory);
	if (status == 0)
		status = time_operations(&run);
	interpreter_kill(&run.interpreter);
	python_files_remove(directory);
	if (status == 0)
		drop_usage(spec, trial);
	return status;
}

static void clean(void)
{
	char directory[DIRECTORY_BYTES];
	python_files_path(getpid(), directory, sizeof directory);
	python_files_remove(directory);
}

static const struct experiment_axis axes[] = {
	{"shape",
     "start_join,terminate,pool_open,pool_map_empty,serial_sum,pool_map_sum,serial_square,pool_map_square,serial_rows,"
     "pool_map_rows,pipe,queue,value_lock,array,semaphore,manager_list",
     NULL,
     "the operation in Python: start_join, terminate, pool_open, pool_map_empty, pool_map_sum, pool_map_square, "
     "pool_map_rows (and serial_sum, serial_square, serial_rows: the same work without a pool), pipe, queue, "
     "value_lock, array, semaphore, manager_list",
     NULL},
	{"start", "none,fork,spawn,forkserver", NULL, "start method of Python's processes: fork, spawn, forkserver; none",
     NULL},
	{"between", "threads,processes,none", NULL, "threads or processes", NULL},
	{"place", "none,places", NULL,
     "position of the two workers' CPUs: same_cpu, smt, same_cache, same_package, other_package", check_place},
	{"against", "none,spin,park", NULL,
     "how the C pool that Python's empty map is compared with waits: spin, park; none", NULL},
	{"workers", "1,2", NULL, "workers beside the caller", check_workers},
	{0},
};

static const struct experiment_plot plots[] = {
	{"shapes", "dots", "shape", "between start place against", METRIC_wall_ns, DRAW_METRIC, "Python's standard library",
     "operation", "time of one operation", NULL},
	{0},
};

const struct experiment experiment_python = {
	.name = "python",
	.summary = "operations of Python's standard library, beside the same operations in C",
	.suites = NULL,
	.budget_s = 600,
	.own_axes = axes,
	.figures = "cpu_ns",
	.plots = plots,
	.twins = "the same operation in C",
	.why_not = python_why_not,
	.plan = python_plan,
	.visit = {.trial = trial, .clean = clean, .remove_leftovers = python_files_remove_leftovers, .visit_ns = 6000000},
};
