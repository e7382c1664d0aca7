// Which columns the tables have, in which order, and under which heading.
#include "report/table/columns.h"

#include "base/words.h"
#include "bench/plan/experiment.h"
#include "report/table/column_text.h"

#include <stdio.h>
#include <string.h>

static const struct figure_column figure_columns[] = {
	{TABLE_RESULT, "wall", false, 0, NULL, METRIC_wall_ns},
	{TABLE_RESULT, "95 %", false, 0, column_text_half_width, 0},
	{TABLE_RESULT, "rounds", false, 4, column_text_rounds, 0},
	{TABLE_RESULT, "rate", false, 0, column_text_rate, 0},
	{TABLE_RESULT, "speedup", false, 0, column_text_speedup, 0},
	{TABLE_RESULT, "effic.", false, 3, column_text_efficiency, 0},
	{TABLE_RESULT, "÷ thread", false, 0, column_text_peer, 0},
	{TABLE_RESULT, "copying", false, 0, column_text_copying, 0},
	{TABLE_RESULT, "roof", false, 0, column_text_roof, 0},
	{TABLE_RESULT, "twin", true, 5, column_text_twin, 0},
	{TABLE_RESULT, "twin wall", false, 2, column_text_twin_wall, 0},
	{TABLE_RESULT, "÷ twin", false, 0, column_text_twin_ratio, 0},
	{TABLE_RESULT, "CPU/op", false, 1, NULL, METRIC_cpu_ns},
	{TABLE_RESULT, "faults", false, 4, NULL, METRIC_faults_n},
	{TABLE_PARTS, "launch", false, 0, column_text_launch, 0},
	{TABLE_PARTS, "work", false, 0, column_text_work, 0},
	{TABLE_PARTS, "collect", false, 0, column_text_collect, 0},
	{TABLE_PARTS, "effic.", false, 0, column_text_efficiency, 0},
	{TABLE_PARTS, "CPU/op", false, 0, NULL, METRIC_cpu_ns},
	{TABLE_PARTS, "faults", false, 0, NULL, METRIC_faults_n},
	{TABLE_PARTS, "switches", false, 0, NULL, METRIC_switches_voluntary_n},
	{TABLE_PARTS, "forced", false, 0, NULL, METRIC_switches_involuntary_n},
	{TABLE_PARTS, "GB/s", false, 0, column_text_gbytes, 0},
	{TABLE_PARTS, "GFLOP/s", false, 0, column_text_gflops, 0},
	{TABLE_PARTS, "huge pages", false, 2, NULL, METRIC_huge_bytes},
	{TABLE_PARTS, "on node", false, 2, column_text_placed, 0},
	{TABLE_PARTS, "runner", false, 1, NULL, METRIC_runner_resident_bytes},
	{TABLE_PARTS, "page tables", false, 3, NULL, METRIC_runner_pagetable_bytes},
	{TABLE_DISTRIBUTION, "rounds", false, 4, column_text_rounds, 0},
	{TABLE_DISTRIBUTION, "low", false, 0, column_text_low, 0},
	{TABLE_DISTRIBUTION, "high", false, 0, column_text_high, 0},
	{TABLE_DISTRIBUTION, "spread", false, 0, column_text_spread, 0},
	{TABLE_DISTRIBUTION, "min", false, 0, NULL, METRIC_wall_min_ns},
	{TABLE_DISTRIBUTION, "p10", false, 0, NULL, METRIC_wall_p10_ns},
	{TABLE_DISTRIBUTION, "p90", false, 0, NULL, METRIC_wall_p90_ns},
	{TABLE_DISTRIBUTION, "p99", false, 0, NULL, METRIC_wall_p99_ns},
	{TABLE_DISTRIBUTION, "p99.9", false, 0, NULL, METRIC_wall_p999_ns},
	{TABLE_DISTRIBUTION, "max", false, 0, NULL, METRIC_wall_max_ns},
	{TABLE_DISTRIBUTION, "iterations", false, 1, column_text_iterations, 0},
	{TABLE_DISTRIBUTION, "batch", false, 2, column_text_batch, 0},
	{TABLE_DISTRIBUTION, "code", true, 3, column_text_label, 0},
	{TABLE_COUNTERS, "cycles", false, 0, column_text_cycles, 0},
	{TABLE_COUNTERS, "instructions", false, 0, column_text_instructions, 0},
	{TABLE_COUNTERS, "cache misses", false, 0, column_text_cache_misses, 0},
	{TABLE_COUNTERS, "branch misses", false, 0, column_text_branch_misses, 0},
	{TABLE_COUNTERS, "migrations", false, 0, column_text_migrations, 0},
	{TABLE_COUNTERS, "switches", false, 0, column_text_switches, 0},
};
enum { FIGURE_COLUMNS_N = sizeof figure_columns / sizeof *figure_columns };

// What an experiment may name beside metrics.
static const struct {
	const char *name;
	struct figure_column column;
} derived_columns[] = {
	{"bytes_rate", {TABLE_RESULT, "rate", false, 0, column_text_bytes_rate, 0}},
	{"operations_rate", {TABLE_RESULT, "rate", false, 0, column_text_operations_rate, 0}},
	{"placed_share", {TABLE_RESULT, "on node", false, 0, column_text_placed, 0}},
	{"cpu_per_byte", {TABLE_RESULT, "CPU s/GB", false, 0, column_text_cpu_per_byte, 0}},
};

void figure_put(const struct figure_column *column, char *out, const struct derived *derived, uint32_t row)
{
	if (column->put)
		column->put(out, derived, row);
	else
		column_text_metric(out, derived, row, column->metric);
}

static struct figure_column named_column(const char *name)
{
	for (size_t i = 0; i < sizeof derived_columns / sizeof *derived_columns; i++)
		if (!strcmp(derived_columns[i].name, name))
			return derived_columns[i].column;
	enum metric metric = metric_find(name);
	if (metric == METRIC_N)
		return (struct figure_column){0};
	return (struct figure_column){TABLE_RESULT, metric_heading(metric), false, 0, NULL, metric};
}

static unsigned column_add(struct figure_column *out, unsigned n, struct figure_column column)
{
	for (unsigned i = 0; i < n; i++)
		if (!column.title || !strcmp(out[i].title, column.title))
			return n;
	if (!column.title || n == FIGURE_COLUMNS_MAX)
		return n;
	out[n] = column;
	return n + 1;
}

// An experiment's own figures stand behind the wall and its interval, and are never dropped for lack of width.
static unsigned own_columns_add(struct figure_column *out, unsigned n, const char *experiment_name)
{
	const struct experiment *experiment = experiment_find(experiment_name);
	char name[32];
	for (struct word word = {.at = experiment ? experiment->figures : NULL}; word_next(&word, ' ');) {
		snprintf(name, sizeof name, "%.*s", (int)word.length, word.at);
		n = column_add(out, n, named_column(name));
	}
	return n;
}

unsigned figure_columns_of(enum table_kind kind, const char *experiment, struct figure_column *out)
{
	unsigned n = 0;
	for (unsigned i = 0; i < FIGURE_COLUMNS_N; i++) {
		if (figure_columns[i].table != kind)
			continue;
		n = column_add(out, n, figure_columns[i]);
		if (figure_columns[i].put == column_text_half_width)
			n = own_columns_add(out, n, experiment);
	}
	return n;
}
