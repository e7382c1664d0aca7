// The same shapes in Python's standard library, each beside the C row of the same shape in the same rounds: what of
// Python's cost is the model's, and what is Python's. Python times itself and, except for round trips, is not pinned.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/status.h"
#include "bench/plan/axis_product.h"
#include "bench/python/python.h"
#include "bench/python/peer.h"
#include "host/place.h"

enum {
	READINGS_MAX = 512,
	CALIBRATION_READINGS_N = 5,
	COLD_FACTOR = 4,
	OPERATIONS_MAX = 1000000,
	DIRECTORY_BYTES = 512
};

// Readings are fetched many at a time, so that asking for one never stands between two.
struct talk {
	struct python_peer peer;
	struct trial *trial;
	uint64_t ns[READINGS_MAX];
	uint32_t readings_n, next;
	bool warm;
	uint64_t took_ns;
	unsigned operations_n; ///< of one reading
};

static int fetch(struct talk *talk, uint64_t readings_n)
{
	char request[32], *at = talk->peer.line;
	snprintf(request, sizeof request, "run %llu", (unsigned long long)readings_n);
	int status = python_peer_ask(&talk->peer, request);
	if (status < 0)
		return status;
	talk->readings_n = 0;
	for (char *end; talk->readings_n < readings_n; at = end) {
		talk->ns[talk->readings_n++] = strtoull(at, &end, 10);
		if (end == at)
			return status_say(EPROTO, "Python answered \"%.60s\", not %llu times", talk->peer.line,
			                  (unsigned long long)readings_n);
	}
	talk->next = 0;
	return 0;
}

static int run(void *context)
{
	struct talk *talk = context;
	int status = 0;
	if (talk->next == talk->readings_n)
		status = fetch(talk, talk->warm ? talk->trial->iterations_n : 1);
	talk->warm = true;
	if (status == 0)
		talk->took_ns = talk->ns[talk->next++];
	return status;
}

static uint64_t took_ns(void *context)
{
	const struct talk *talk = context;
	return talk->took_ns;
}

static uint64_t operations_n(void *context)
{
	const struct talk *talk = context;
	return talk->operations_n;
}

static int usage(void *context, struct usage *usage)
{
	struct talk *talk = context;
	*usage = (struct usage){0};
	return python_peer_usage(&talk->peer, usage);
}

// "ready VERSION OPERATIONS", once everything is set up that is not timed.
static int get_ready(struct talk *talk)
{
	struct trial *trial = talk->trial;
	char version[24];
	int status = python_peer_ask(&talk->peer, NULL);
	if (status < 0)
		return status;
	if (sscanf(talk->peer.line, "ready %23s %u", version, &talk->operations_n) != 2 || talk->operations_n < 1 ||
	    talk->operations_n > OPERATIONS_MAX)
		return status_say(EPROTO, "Python began with \"%.60s\", not with what it is ready for", talk->peer.line);
	snprintf(trial->label, sizeof trial->label, "Python %s", version);
	return 0;
}

// By Python's own clock: ours would count the asking. The first reading is cold and says nothing; of the next ones the
// least counts, since a slow one would leave every visit with a single reading.
static int calibrate(struct talk *talk)
{
	struct trial *trial = talk->trial;
	int status = fetch(talk, 1);
	if (status == 0)
		status = fetch(talk, 1);
	if (status == 0 && talk->ns[0] < COLD_FACTOR * trial->visit_ns)
		status = fetch(talk, CALIBRATION_READINGS_N);
	if (status < 0)
		return status;
	uint64_t least_ns = talk->ns[0];
	for (uint32_t i = 1; i < talk->readings_n; i++)
		least_ns = talk->ns[i] < least_ns ? talk->ns[i] : least_ns;
	double wanted = (double)trial->visit_ns / fmax((double)least_ns, 1);
	trial->iterations_n = (uint64_t)fmin(fmax(wanted, 1), READINGS_MAX);
	trial->batch_n = 1;
	talk->next = talk->readings_n;
	return 0;
}

static int talk_and_time(struct talk *talk)
{
	struct trial *trial = talk->trial;
	int status = get_ready(talk);
	if (status == 0 && trial->iterations_n == 0)
		status = calibrate(talk);
	if (status == 0)
		status = trial_run(
			trial, &(struct operation){talk, run, .took_ns = took_ns, .operations_n = operations_n, .usage = usage});
	return status < 0 ? status : python_peer_close(&talk->peer);
}

// The CPUs of caller and partner, for rows that have a place.
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

// What the forkserver has reaped is nowhere to be read, and of a worker that is terminated most was its untimed start:
// better no figure than one of something else.
static void forget_usage(const struct spec *spec, struct trial *trial)
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
	static struct talk talk; // a runner runs one
	char cpus[32], directory[DIRECTORY_BYTES];
	talk = (struct talk){.trial = trial};
	python_files_path(getppid(), directory, sizeof directory);
	int status = spec_get(spec, "shape") ? cpus_of(spec, trial->topology, cpus, sizeof cpus)
	                                     : status_say(EINVAL, "a row of python needs a shape");
	if (status == 0)
		status = python_files_make(directory);
	if (status < 0)
		return status;
	status = python_peer_open(&talk.peer, spec, cpus, directory);
	if (status == 0)
		status = talk_and_time(&talk);
	python_peer_kill(&talk.peer);
	python_files_remove(directory);
	if (status == 0)
		forget_usage(spec, trial);
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
     "what Python does: start_join, terminate, pool_open, pool_map_empty, pool_map_sum, pool_map_square, pool_map_rows (and "
     "serial_sum, serial_square, serial_rows: the same work without a pool), pipe, queue, value_lock, array, semaphore, "
     "manager_list",
     NULL},
	{"start", "none,fork,spawn,forkserver", NULL, "how Python makes processes: fork, spawn, forkserver; none", NULL},
	{"between", "threads,processes,none", NULL, "threads or processes", NULL},
	{"place", "none,places", NULL,
     "position of the two workers' CPUs: same_cpu, smt, same_cache, same_package, other_package", check_place},
	{"against", "none,spin,park", NULL, "how the C pool beside Python's empty map waits: spin, park; none", NULL},
	{"workers", "1,2", NULL, "workers beside the caller", check_workers},
	{0},
};

static const struct experiment_plot plots[] = {
	{"shapes", "dots", "shape", "between start place against", METRIC_wall_ns, DRAW_METRIC, "Python's standard library",
     "shape", "one operation", NULL},
	{0},
};

const struct experiment experiment_python = {
	.name = "python",
	.summary = "the same shapes in Python's standard library, beside the C rows",
	.axes = "shape start between place against workers",
	.suites = NULL,
	.budget_s = 600,
	.own_axes = axes,
	.figures = "cpu_ns",
	.plots = plots,
	.twins = "the same shape in C",
	.why_not = python_why_not,
	.plan = python_plan,
	.visit = {.trial = trial, .clean = clean, .remove_leftovers = python_files_remove_leftovers, .visit_ns = 6000000},
};
