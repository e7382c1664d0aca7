// Each figure of a row as text, and its heading.
#include "report/columns.h"

#include "measure/experiment.h"
#include "report/grid.h"
#include "report/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct figures *of(const struct derived *derived, uint32_t row)
{
	return &derived->row[row];
}

static char *text_bytes(char *out, size_t out_bytes, double bytes)
{
	char number[24];
	if (isnan(bytes))
		snprintf(out, out_bytes, "%s", "");
	else if (bytes >= 1 << 20)
		snprintf(out, out_bytes, "%s MiB", text_number(number, sizeof number, bytes / (1 << 20)));
	else
		snprintf(out, out_bytes, "%s KiB", text_number(number, sizeof number, bytes / 1024));
	return out;
}

static void put_metric(char *out, const struct derived *derived, uint32_t row, enum metric metric)
{
	double value = of(derived, row)->median[metric];
	switch (*metric_unit(metric)) {
	case 'n':
		text_ns(out, GRID_CELL_BYTES, value);
		break;
	case 'B':
		text_bytes(out, GRID_CELL_BYTES, value);
		break;
	default:
		text_count(out, GRID_CELL_BYTES, value);
	}
}

static void put_part(char *out, const struct derived *derived, uint32_t row, enum metric metric)
{
	const struct figures *figures = of(derived, row);
	if (figures->wall.median >= PARTS_WALL_LEAST_NS)
		text_ns(out, GRID_CELL_BYTES, figures->median[metric]);
}

static void put_launch(char *out, const struct derived *derived, uint32_t row)
{
	put_part(out, derived, row, METRIC_launch_ns);
}

static void put_work(char *out, const struct derived *derived, uint32_t row)
{
	put_part(out, derived, row, METRIC_work_ns);
}

static void put_collect(char *out, const struct derived *derived, uint32_t row)
{
	put_part(out, derived, row, METRIC_collect_ns);
}

static void put_half_width(char *out, const struct derived *derived, uint32_t row)
{
	text_half_width(out, GRID_CELL_BYTES, &of(derived, row)->wall);
}

static void put_rounds(char *out, const struct derived *derived, uint32_t row)
{
	if (of(derived, row)->wall.n)
		snprintf(out, GRID_CELL_BYTES, "%zu", of(derived, row)->wall.n);
}

static void put_speedup(char *out, const struct derived *derived, uint32_t row)
{
	text_ratio(out, GRID_CELL_BYTES, &of(derived, row)->speedup);
}

static void put_efficiency(char *out, const struct derived *derived, uint32_t row)
{
	text_percent(out, GRID_CELL_BYTES, of(derived, row)->efficiency);
}

static void put_peer(char *out, const struct derived *derived, uint32_t row)
{
	text_ratio(out, GRID_CELL_BYTES, &of(derived, row)->peer);
}

// With its interval in points, "54 to 61 %": a share's own half-width in percent of a percentage would be misread.
static void put_ipc(char *out, const struct derived *derived, uint32_t row)
{
	const struct summary *ipc = &of(derived, row)->ipc;
	if (ipc->n == 0)
		return;
	if (ipc->median_interval.coverage > 0)
		snprintf(out, GRID_CELL_BYTES, "%.0f %% (%.0f to %.0f)", ipc->median * 100, ipc->median_interval.low * 100,
		         ipc->median_interval.high * 100);
	else
		snprintf(out, GRID_CELL_BYTES, "%.0f %% ±?", ipc->median * 100);
}

static void put_roof(char *out, const struct derived *derived, uint32_t row)
{
	text_percent(out, GRID_CELL_BYTES, of(derived, row)->roof.median);
}

// What the twin is called: those of its axes that the row does not share.
static void put_twin(char *out, const struct derived *derived, uint32_t row)
{
	const struct row *rows = derived->record->rows;
	if (rows[row].baseline < 0 || row_scales(derived->record, &rows[row]))
		return;
	const struct spec *twin = &rows[rows[row].baseline].spec;
	for (unsigned i = 0; i < twin->axes_n; i++) {
		const char *own = spec_get(&rows[row].spec, twin->axes[i].key);
		size_t used = strlen(out);
		if ((!own || strcmp(own, twin->axes[i].value)) && used + 34 < GRID_CELL_BYTES)
			snprintf(out + used, GRID_CELL_BYTES - used, "%s%s", used ? " " : "", twin->axes[i].value);
	}
}

static void put_twin_wall(char *out, const struct derived *derived, uint32_t row)
{
	const struct row *self = &derived->record->rows[row];
	if (self->baseline >= 0 && !row_scales(derived->record, self))
		text_ns(out, GRID_CELL_BYTES, of(derived, (uint32_t)self->baseline)->wall.median);
}

static void put_twin_ratio(char *out, const struct derived *derived, uint32_t row)
{
	text_ratio(out, GRID_CELL_BYTES, &of(derived, row)->twin);
}

// Rates of the machine's limits; elsewhere the share of the roofline says more.
static void put_rate(char *out, const struct derived *derived, uint32_t row)
{
	const struct figures *figures = of(derived, row);
	char number[24];
	bool moves = isfinite(figures->bytes_per_ns);
	if (row_is_limit(&derived->record->rows[row]) && (moves || isfinite(figures->flops_per_ns)))
		snprintf(out, GRID_CELL_BYTES, "%s %s",
			 text_number(number, sizeof number, moves ? figures->bytes_per_ns : figures->flops_per_ns),
			 moves ? "GB/s" : "GFLOP/s");
}

static void put_gflops(char *out, const struct derived *derived, uint32_t row)
{
	text_number(out, GRID_CELL_BYTES, of(derived, row)->flops_per_ns);
}

static void put_gbytes(char *out, const struct derived *derived, uint32_t row)
{
	text_number(out, GRID_CELL_BYTES, of(derived, row)->bytes_per_ns);
}

static void put_bytes_rate(char *out, const struct derived *derived, uint32_t row)
{
	char number[24];
	if (isfinite(of(derived, row)->bytes_per_ns))
		snprintf(out, GRID_CELL_BYTES, "%s GB/s", text_number(number, sizeof number, of(derived, row)->bytes_per_ns));
}

static void put_operations_rate(char *out, const struct derived *derived, uint32_t row)
{
	static const struct {
		double least;
		const char *unit;
	} units[] = {{1e9, "G/s"}, {1e6, "M/s"}, {1e3, "k/s"}, {0, "/s"}};
	double rate = 1e9 / of(derived, row)->wall.median;
	char number[24];
	unsigned unit = 0;
	while (rate < units[unit].least)
		unit++;
	if (isfinite(rate))
		snprintf(out, GRID_CELL_BYTES, "%s %s",
			 text_number(number, sizeof number, rate / (units[unit].least > 0 ? units[unit].least : 1)), units[unit].unit);
}

// ns per byte is s per GB.
static void put_cpu_per_byte(char *out, const struct derived *derived, uint32_t row)
{
	uint64_t bytes = derived->record->rows[row].bytes;
	if (bytes)
		text_number(out, GRID_CELL_BYTES, of(derived, row)->median[METRIC_cpu_ns] / (double)bytes);
}

static void put_low(char *out, const struct derived *derived, uint32_t row)
{
	text_ns(out, GRID_CELL_BYTES, of(derived, row)->wall.median_interval.low);
}

static void put_high(char *out, const struct derived *derived, uint32_t row)
{
	text_ns(out, GRID_CELL_BYTES, of(derived, row)->wall.median_interval.high);
}

static void put_spread(char *out, const struct derived *derived, uint32_t row)
{
	text_percent(out, GRID_CELL_BYTES, of(derived, row)->spread);
}

static void put_iterations(char *out, const struct derived *derived, uint32_t row)
{
	if (derived->record->rows[row].iterations_n)
		snprintf(out, GRID_CELL_BYTES, "%" PRIu64, derived->record->rows[row].iterations_n);
}

static void put_batch(char *out, const struct derived *derived, uint32_t row)
{
	if (derived->record->rows[row].batch_n)
		snprintf(out, GRID_CELL_BYTES, "%" PRIu32, derived->record->rows[row].batch_n);
}

static void put_label(char *out, const struct derived *derived, uint32_t row)
{
	text_plain(out, GRID_CELL_BYTES, derived->record->rows[row].label);
}

static void put_counter(char *out, const struct derived *derived, uint32_t row, enum counter counter)
{
	uint64_t counted = derived->record->rows[row].counted[counter];
	if (counted != UINT64_MAX && derived->record->rows[row].iterations_n)
		text_count(out, GRID_CELL_BYTES, (double)counted / 1000);
}

#define COUNTER_COLUMN(name, counter)                                                  \
	static void put_##name(char *out, const struct derived *derived, uint32_t row) \
	{                                                                              \
		put_counter(out, derived, row, counter);                               \
	}

COUNTER_COLUMN(cycles, COUNTER_CYCLES)
COUNTER_COLUMN(instructions, COUNTER_INSTRUCTIONS)
COUNTER_COLUMN(cache_misses, COUNTER_CACHE_MISSES)
COUNTER_COLUMN(branch_misses, COUNTER_BRANCH_MISSES)
COUNTER_COLUMN(migrations, COUNTER_MIGRATIONS)
COUNTER_COLUMN(switches, COUNTER_CONTEXT_SWITCHES)

static const struct figure_column figure_columns[] = {
	{TABLE_RESULT, "wall", false, 0, NULL, METRIC_wall_ns},
	{TABLE_RESULT, "95 %", false, 0, put_half_width, 0},
	{TABLE_RESULT, "rounds", false, 4, put_rounds, 0},
	{TABLE_RESULT, "rate", false, 0, put_rate, 0},
	{TABLE_RESULT, "speedup", false, 0, put_speedup, 0},
	{TABLE_RESULT, "effic.", false, 3, put_efficiency, 0},
	{TABLE_RESULT, "÷ thread", false, 0, put_peer, 0},
	{TABLE_RESULT, "IPC", false, 0, put_ipc, 0},
	{TABLE_RESULT, "roof", false, 0, put_roof, 0},
	{TABLE_RESULT, "twin", true, 5, put_twin, 0},
	{TABLE_RESULT, "its wall", false, 2, put_twin_wall, 0},
	{TABLE_RESULT, "÷ twin", false, 0, put_twin_ratio, 0},
	{TABLE_RESULT, "CPU/op", false, 1, NULL, METRIC_cpu_ns},
	{TABLE_RESULT, "faults", false, 4, NULL, METRIC_faults_n},
	{TABLE_ANATOMY, "launch", false, 0, put_launch, 0},
	{TABLE_ANATOMY, "work", false, 0, put_work, 0},
	{TABLE_ANATOMY, "collect", false, 0, put_collect, 0},
	{TABLE_ANATOMY, "effic.", false, 0, put_efficiency, 0},
	{TABLE_ANATOMY, "CPU/op", false, 0, NULL, METRIC_cpu_ns},
	{TABLE_ANATOMY, "faults", false, 0, NULL, METRIC_faults_n},
	{TABLE_ANATOMY, "switches", false, 0, NULL, METRIC_switches_voluntary_n},
	{TABLE_ANATOMY, "forced", false, 0, NULL, METRIC_switches_involuntary_n},
	{TABLE_ANATOMY, "GB/s", false, 0, put_gbytes, 0},
	{TABLE_ANATOMY, "GFLOP/s", false, 0, put_gflops, 0},
	{TABLE_ANATOMY, "huge pages", false, 2, NULL, METRIC_huge_bytes},
	{TABLE_ANATOMY, "runner", false, 1, NULL, METRIC_runner_resident_bytes},
	{TABLE_ANATOMY, "page tables", false, 3, NULL, METRIC_runner_pagetable_bytes},
	{TABLE_DISTRIBUTION, "rounds", false, 4, put_rounds, 0},
	{TABLE_DISTRIBUTION, "low", false, 0, put_low, 0},
	{TABLE_DISTRIBUTION, "high", false, 0, put_high, 0},
	{TABLE_DISTRIBUTION, "spread", false, 0, put_spread, 0},
	{TABLE_DISTRIBUTION, "min", false, 0, NULL, METRIC_wall_min_ns},
	{TABLE_DISTRIBUTION, "p10", false, 0, NULL, METRIC_wall_p10_ns},
	{TABLE_DISTRIBUTION, "p90", false, 0, NULL, METRIC_wall_p90_ns},
	{TABLE_DISTRIBUTION, "p99", false, 0, NULL, METRIC_wall_p99_ns},
	{TABLE_DISTRIBUTION, "p99.9", false, 0, NULL, METRIC_wall_p999_ns},
	{TABLE_DISTRIBUTION, "max", false, 0, NULL, METRIC_wall_max_ns},
	{TABLE_DISTRIBUTION, "iterations", false, 1, put_iterations, 0},
	{TABLE_DISTRIBUTION, "batch", false, 2, put_batch, 0},
	{TABLE_DISTRIBUTION, "code", true, 3, put_label, 0},
	{TABLE_COUNTERS, "cycles", false, 0, put_cycles, 0},
	{TABLE_COUNTERS, "instructions", false, 0, put_instructions, 0},
	{TABLE_COUNTERS, "cache misses", false, 0, put_cache_misses, 0},
	{TABLE_COUNTERS, "branch misses", false, 0, put_branch_misses, 0},
	{TABLE_COUNTERS, "migrations", false, 0, put_migrations, 0},
	{TABLE_COUNTERS, "switches", false, 0, put_switches, 0},
};
enum { FIGURE_COLUMNS_N = sizeof figure_columns / sizeof *figure_columns };

// What an experiment may name beside metrics.
static const struct {
	const char *name;
	struct figure_column column;
} derived_columns[] = {
	{"bytes_rate", {TABLE_RESULT, "rate", false, 0, put_bytes_rate, 0}},
	{"operations_rate", {TABLE_RESULT, "rate", false, 0, put_operations_rate, 0}},
	{"cpu_per_byte", {TABLE_RESULT, "CPU s/GB", false, 0, put_cpu_per_byte, 0}},
};

void figure_put(const struct figure_column *column, char *out, const struct derived *derived, uint32_t row)
{
	if (column->put)
		column->put(out, derived, row);
	else
		put_metric(out, derived, row, column->metric);
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

// An experiment's own figures stand behind the wall and its interval, and are never dropped for want of width.
static unsigned own_columns_add(struct figure_column *out, unsigned n, const char *experiment_name)
{
	const struct experiment *experiment = experiment_find(experiment_name);
	char name[32];
	for (const char *at = experiment ? experiment->figures : NULL; at && *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");
		snprintf(name, sizeof name, "%.*s", (int)length, at);
		n = column_add(out, n, named_column(name));
		at += length;
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
		if (figure_columns[i].put == put_half_width)
			n = own_columns_add(out, n, experiment);
	}
	return n;
}
