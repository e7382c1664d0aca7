// `numa`: how fast the CPUs of each node read the memory of each node: bandwidth of a pass over it, latency from line
// to line in random order; by one worker, and by one on each CPU of the node at the same time.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "base/units.h"
#include "bench/numa/numa.h"
#include "bench/plan/axis_product.h"

enum { NODES_MOST = 1024, QUICK_NODES_MOST = 4 };
static const double placed_least = 0.99;

struct point_of {
	uint64_t cpu_node, memory_node, bytes;
};

static int spec_read(const struct spec *spec, struct point_of *point)
{
	int status = spec_axis_count(spec, "cpu_node", 0, NODES_MOST, &point->cpu_node);
	if (status == 0)
		status = spec_axis_count(spec, "memory_node", 0, NODES_MOST, &point->memory_node);
	if (status == 0)
		status = spec_axis_bytes(spec, "bytes", &point->bytes);
	if (status == 0 && point->bytes < NUMA_BYTES_LEAST)
		status = status_say(EINVAL, "a row of numa needs 1 MiB of memory at least");
	return status;
}

static int prepare(const struct spec *spec)
{
	struct point_of point;
	const struct numa_memory *memory;
	int status = spec_read(spec, &point);
	return status < 0 ? status : numa_memory_get((unsigned)point.memory_node, point.bytes, &memory);
}

// The first allowed CPU of the node, or all of them; of the strongest kind first.
static int place(const struct topology *topology, const struct point_of *point, bool all, struct placement **placement,
                 unsigned *workers_n)
{
	static int cpu[EXEC_WORKERS_MAX];
	unsigned n = 0;
	for (unsigned kind = 0; kind < topology_kinds_n(topology); kind++)
		for (unsigned i = 0; i < topology_cpus_n(topology) && n < EXEC_WORKERS_MAX; i++)
			if (topology_cpus(topology)[i].node == (int)point->cpu_node && topology_cpus(topology)[i].kind == kind)
				cpu[n++] = topology_cpus(topology)[i].os_index;
	if (n == 0)
		return status_say(ENOTSUP, "no CPU of node %llu is allowed", (unsigned long long)point->cpu_node);
	*workers_n = all ? n : 1;
	return placement_on(topology, cpu, *workers_n, placement);
}

static int check_node(const struct numa_memory *memory, const struct point_of *point, struct trial *trial)
{
	double *placed = &trial->value[METRIC_placed];
	int status = numa_memory_look(memory, (unsigned)point->memory_node, placed);
	if (status == 0 && *placed < placed_least)
		status = status_say(EXDEV, "only %.1f %% of the pages are on node %llu", *placed * 100,
		                    (unsigned long long)point->memory_node);
	return status;
}

static int trial(const struct spec *spec, struct trial *trial)
{
	struct point_of point;
	struct placement *placement = NULL;
	struct numa_reading reading = {.chases = spec_axis_is(spec, "access", "latency")};
	int status = spec_read(spec, &point);
	if (status == 0)
		status = team_between(spec, &reading.between);
	if (status == 0)
		status = numa_memory_get((unsigned)point.memory_node, point.bytes, &reading.memory);
	if (status == 0)
		status = place(trial->topology, &point, spec_axis_is(spec, "readers", "all"), &placement, &reading.workers_n);
	if (status == 0)
		status = numa_reading_time(&reading, placement, trial);
	if (status < 0)
		return status; // a thread may still read the memory; the runner ends now
	placement_free(placement);
	return check_node(reading.memory, &point, trial);
}

static bool has_cpus(const struct topology *topology, uint64_t node)
{
	for (unsigned i = 0; i < topology_cpus_n(topology); i++)
		if (topology_cpus(topology)[i].node == (int)node)
			return true;
	return false;
}

// On many nodes the pairs of the first few CPU nodes say most; the others are for the full set, or where they are
// chosen.
static bool is_left_out(const struct plan_options *options, const struct point_of *point)
{
	bool chosen = plan_axis_given(options, "cpu_node");
	return !chosen &&
	       (!has_cpus(options->topology, point->cpu_node) || (!options->full && point->cpu_node >= QUICK_NODES_MOST));
}

static const char *why_not(const struct plan_options *options, const struct spec *spec)
{
	struct point_of point;
	unsigned nodes_n;
	topology_nodes(options->topology, &nodes_n);
	if (spec_read(spec, &point) < 0)
		return "1 MiB of memory at least";
	if (nodes_n < 2)
		return "this machine has one NUMA node: all its memory is equally near";
	if (!topology_has_node(options->topology, point.memory_node))
		return "the node has no memory that is allowed here";
	if (is_left_out(options, &point))
		return "";
	return has_cpus(options->topology, point.cpu_node) ? NULL : "no CPU of the node is allowed";
}

// What the caches hold says nothing of memory: without a choice, twice the last level of cache.
static int plan(const struct plan_options *options, struct record *record)
{
	static struct plan_options sized; // some KiB
	char bytes[32];
	uint64_t least = 64 << 20, cache = topology_llc_bytes(options->topology);
	while (least < 2 * cache)
		least *= 2;
	sized = *options;
	unsigned nodes_n;
	int status = 0;
	topology_nodes(options->topology, &nodes_n);
	if (nodes_n > 1 && !plan_axis_given(options, "bytes"))
		status = plan_choose(&sized, "bytes", units_format_bytes(bytes, sizeof bytes, least));
	if (status == 0)
		status = axis_product_plan("numa", &sized, record);
	for (uint32_t i = 0; i < record->rows_n && status == 0; i++) {
		struct row *row = &record->rows[i];
		struct point_of point;
		if (strcmp(row->spec.experiment, "numa") == 0 && spec_axis_is(&row->spec, "access", "bandwidth") &&
		    spec_read(&row->spec, &point) == 0)
			row->bytes = point.bytes;
	}
	return status;
}

static int check_number(const char *value)
{
	uint64_t node;
	if (units_parse_count(value, 0, NODES_MOST, &node) == 0)
		return 0;
	return status_say(EINVAL, "NUMA node '%s' (the kernel's number, or nodes: all of them)", value);
}

static const struct experiment_axis axes[] = {
	{"access", "bandwidth,latency", NULL,
     "numa: bandwidth (a pass over the memory), latency (from line to line in random order)", NULL},
	{"cpu_node", "nodes", NULL, "NUMA nodes whose CPUs read, by the kernel's numbers; nodes: all", check_number},
	{"memory_node", "nodes", NULL, "NUMA nodes whose memory is read, by the kernel's numbers; nodes: all",
     check_number},
	{"readers", "one,all", NULL, "workers that read: one, or one on each CPU of the node (all)", NULL},
	{"bytes", "64MiB", NULL, "numa: bytes of the memory; default: twice the last level of cache, 64MiB at least",
     check_bytes},
	{"between", "threads,processes", NULL, "threads or processes", NULL},
	{0},
};

static const struct experiment_plot plots[] = {
	{"bandwidth", "heat", "memory_node", "cpu_node", METRIC_wall_ns, DRAW_BYTES_PER_S, "Reading the memory of a node",
     "node of the memory", "node of the CPUs", "access:latency"},
	{"latency", "heat", "memory_node", "cpu_node", METRIC_wall_ns, DRAW_METRIC, "A read of the memory of a node",
     "node of the memory", "node of the CPUs", "access:bandwidth"},
	{0},
};

const struct experiment experiment_numa = {
	.name = "numa",
	.summary = "reading the memory of each NUMA node from the CPUs of each: bandwidth and latency",
	.suites = "full",
	.own_axes = axes,
	.figures = "bytes_rate placed_share",
	.plots = plots,
	.why_not = why_not,
	.plan = plan,
	.visit = {.prepare = prepare, .trial = trial},
};
