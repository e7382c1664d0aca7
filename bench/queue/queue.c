// `queue`: items through a bounded queue of several producers and consumers. The queues are in ring.c (in shared
// memory) and pipe.c, the timed bursts of items in burst.c.
#include "bench/queue/queue.h"

#include <errno.h>

#include "base/status.h"
#include "base/units.h"
#include "bench/plan/axis_product.h"
#include "bench/plan/experiment.h"

static int workers_read(const struct spec *spec, struct queue_workers *workers)
{
	uint64_t producers_n, consumers_n, bytes;
	int status = spec_axis_count(spec, "producers", 1, QUEUE_WORKERS_MOST, &producers_n);
	if (status == 0)
		status = spec_axis_count(spec, "consumers", 1, QUEUE_WORKERS_MOST, &consumers_n);
	if (status == 0)
		status = spec_axis_bytes(spec, "bytes", &bytes);
	if (status == 0)
		status = team_between(spec, &workers->between);
	if (status < 0)
		return status;
	workers->producers_n = (unsigned)producers_n;
	workers->consumers_n = (unsigned)consumers_n;
	workers->item_bytes = bytes;
	return 0;
}

static int trial(const struct spec *spec, struct trial *trial)
{
	const struct queue_type *type = queue_type_find(spec_get(spec, "queue"));
	const char *pin_text = spec_get(spec, "pin");
	struct placement *placement = NULL;
	struct queue_workers workers;
	enum pin pin;
	if (!type || !pin_text || pin_parse(pin_text, &pin) < 0)
		return status_say(EINVAL, "a row of queue needs queue and pin");
	int status = workers_read(spec, &workers);
	if (status == 0)
		status = placement_plan(trial->topology, pin, workers.producers_n + workers.consumers_n, &placement);
	if (status == 0)
		status = queue_trial(type, &workers, placement, trial);
	placement_free(placement);
	return status;
}

// Where the user chose neither: as many consumers as producers; in the full set one against four, too.
static bool is_left_out(const struct plan_options *options, const struct queue_workers *workers)
{
	bool chosen = plan_axis_given(options, "producers") || plan_axis_given(options, "consumers");
	bool one_sided = workers->producers_n == 1 || workers->consumers_n == 1;
	unsigned most_n = workers->producers_n > workers->consumers_n ? workers->producers_n : workers->consumers_n;
	return !chosen && workers->producers_n != workers->consumers_n && !(options->full && one_sided && most_n == 4);
}

static const char *why_not(const struct plan_options *options, const struct spec *spec)
{
	const struct queue_type *type = queue_type_find(spec_get(spec, "queue"));
	struct queue_workers workers;
	if (!type || workers_read(spec, &workers) < 0 || is_left_out(options, &workers))
		return "";
	if (workers.item_bytes < QUEUE_ITEM_LEAST_BYTES)
		return "an item holds its producer and its number, which takes 8 bytes";
	if (type->item_most_bytes && workers.item_bytes > type->item_most_bytes)
		return "a pipe keeps items of at most PIPE_BUF, 4 KiB, whole; larger items of several producers would be mixed";
	return NULL;
}

static int check_queue(const char *value)
{
	return queue_type_find(value) ? 0 : status_say(EINVAL, "no queue '%s' (ring, pipe)", value);
}

static int check_queue_workers(const char *value)
{
	uint64_t workers_n;
	if (units_parse_count(value, 1, QUEUE_WORKERS_MOST, &workers_n) == 0)
		return 0;
	return status_say(EINVAL, "number of producers or consumers '%s' (1 to %d)", value, QUEUE_WORKERS_MOST);
}

static const struct experiment_axis axes[] = {
	{"queue", "ring,pipe", NULL, "kind of queue: ring (in shared memory), pipe", check_queue},
	{"producers", "1,2", "1,2,4", "workers that put items into the queue", check_queue_workers},
	{"consumers", "1,2", "1,2,4", "workers that take items from the queue", check_queue_workers},
	{"bytes", "64,4KiB", "64,4KiB,16KiB", "queue: bytes of an item: 64, 4KiB", check_bytes},
	{"pin", "compact", NULL, "where workers run: none, compact, spread, same", check_pin},
	{"between", "threads,processes", NULL, "threads or processes", NULL},
	{0},
};

static const struct experiment_plot plots[] = {
	{"size", "lines", "bytes", "queue between", METRIC_wall_ns, DRAW_OPERATIONS_PER_S, "Items through a queue",
     "bytes of an item", "items per second", NULL},
	{0},
};

const struct experiment experiment_queue = {
	.name = "queue",
	.summary = "items through a bounded queue of several producers and consumers",
	.suites = "ipc full",
	.own_axes = axes,
	.figures = "operations_rate cpu_ns switches_voluntary_n",
	.plots = plots,
	.why_not = why_not,
	.visit = {.trial = trial, .visit_ns = 4000000},
};
