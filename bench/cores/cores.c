// `cores`: CPU-to-CPU round trips. Two CPUs alternately write one shared cache line and spin on it: no message, no
// system call. A row is a class of pairs by their distance; N CPUs have too many pairs for a row each.
#include "bench/cores/cores.h"

#include <errno.h>

#include "base/status.h"
#include "base/units.h"
#include "bench/plan/axis_product.h"
#include "host/place.h"

static int trial(const struct spec *spec, struct trial *trial)
{
	return spec_get(spec, "place") ? cores_sweep_trial(spec, trial) : cores_pair_trial(spec, trial);
}

static bool is_allowed(const struct topology *topology, uint64_t cpu)
{
	for (unsigned i = 0; i < topology_cpus_n(topology); i++)
		if ((uint64_t)topology_cpus(topology)[i].os_index == cpu)
			return true;
	return false;
}

static const char *why_not_pair(const struct plan_options *options, const struct spec *spec)
{
	uint64_t from, to;
	if (spec_axis_count(spec, "from", 0, INT32_MAX, &from) < 0 || spec_axis_count(spec, "to", 0, INT32_MAX, &to) < 0)
		return "";
	if (from == to)
		return topology_cpus_n(options->topology) > 1 ? "" : "only one CPU is allowed, and a round trip needs two";
	return is_allowed(options->topology, from) && is_allowed(options->topology, to)
	           ? NULL
	           : "one of the two CPUs is not allowed";
}

static const char *why_not(const struct plan_options *options, const struct spec *spec)
{
	const char *text = spec_get(spec, "place");
	enum place place;
	int cpu[2];
	if (!text)
		return why_not_pair(options, spec);
	if (place_parse(text, &place) < 0)
		return "";
	if (place == PLACE_SAME_CPU)
		return topology_cpus_n(options->topology) > 1 && !plan_axis_given(options, "place")
		           ? ""
		           : "two workers that spin need two CPUs";
	return place_find(options->topology, place, cpu) ? NULL : "this machine has no CPU pair in that position";
}

static int check_cpu(const char *value)
{
	uint64_t cpu;
	if (units_parse_count(value, 0, INT32_MAX, &cpu) == 0)
		return 0;
	return status_say(EINVAL, "CPU '%s' (the kernel's number of an allowed CPU)", value);
}

#define BETWEEN                                                            \
	{                                                                      \
		"between", "threads,processes", NULL, "threads or processes", NULL \
	}
#define PLACE                                                                                                               \
	{                                                                                                                       \
		"place", "places", NULL,                                                                                            \
			"position of the two workers' CPUs: smt, same_cache, same_package, other_package; of cores, all pairs of CPUs " \
			"in that position",                                                                                             \
			check_place                                                                                                     \
	}
#define FROM                                                                                                   \
	{                                                                                                          \
		"from", "cpus", NULL, "CPUs that begin a round trip, by the kernel's numbers; cpus: all allowed CPUs", \
			check_cpu                                                                                          \
	}
#define TO                                                                           \
	{                                                                                \
		"to", "cpus", NULL, "CPUs that answer it; cpus: all allowed CPUs", check_cpu \
	}

static const struct experiment_axis axes[] = {PLACE, FROM, TO, BETWEEN, {0}};
static const struct experiment_axis class_axes[] = {PLACE, BETWEEN, {0}};
static const struct experiment_axis pair_axes[] = {FROM, TO, BETWEEN, {0}};

// A row for each pair only of CPUs that the user names.
static int plan(const struct plan_options *options, struct record *record)
{
	bool pairs = plan_axis_given(options, "from") || plan_axis_given(options, "to");
	int status = 0;
	if (!pairs || plan_axis_given(options, "place"))
		status = axis_product_plan_axes("cores", class_axes, options, record);
	if (status == 0 && pairs)
		status = axis_product_plan_axes("cores", pair_axes, options, record);
	return status;
}

static const struct experiment_plot plots[] = {
	{"places", "dots", "place", "between", METRIC_wall_ns, DRAW_METRIC, "Round trips over one cache line",
     "position of the two CPUs", "round trip", NULL},
	{"matrix", "pairs", "to", "from", METRIC_wall_ns, DRAW_METRIC, "Round trips over one cache line",
     "CPU that answers", "CPU that begins", NULL},
	{0},
};

const struct experiment experiment_cores = {
	.name = "cores",
	.summary = "round trips over one shared cache line, both ends spinning: all pairs of CPUs, by their position",
	.suites = "ipc full",
	.own_axes = axes,
	.plots = plots,
	.why_not = why_not,
	.plan = plan,
	.visit = {.trial = trial, .visit_ns = 3000000},
};
