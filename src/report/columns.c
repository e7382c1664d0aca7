// Each figure of a row as text, and its heading.
#include "report/columns.h"

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

#define METRIC_COLUMN(name, metric, format)                                              \
	static void put_##name(char *out, const struct derived *derived, uint32_t row)   \
	{                                                                                \
		format(out, GRID_CELL_BYTES, of(derived, row)->median[METRIC_##metric]); \
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

METRIC_COLUMN(wall, wall_ns, text_ns)
METRIC_COLUMN(wall_min, wall_min_ns, text_ns)
METRIC_COLUMN(wall_p10, wall_p10_ns, text_ns)
METRIC_COLUMN(wall_p90, wall_p90_ns, text_ns)
METRIC_COLUMN(wall_p99, wall_p99_ns, text_ns)
METRIC_COLUMN(wall_max, wall_max_ns, text_ns)
METRIC_COLUMN(cpu, cpu_ns, text_ns)
METRIC_COLUMN(faults, faults_n, text_count)
METRIC_COLUMN(voluntary, switches_voluntary_n, text_count)
METRIC_COLUMN(involuntary, switches_involuntary_n, text_count)
METRIC_COLUMN(huge, huge_bytes, text_bytes)
METRIC_COLUMN(resident, runner_resident_bytes, text_bytes)
METRIC_COLUMN(pagetable, runner_pagetable_bytes, text_bytes)

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

const struct figure_column figure_columns[] = {
	{TABLE_RESULT, "wall", false, 0, put_wall},
	{TABLE_RESULT, "95 %", false, 0, put_half_width},
	{TABLE_RESULT, "rounds", false, 4, put_rounds},
	{TABLE_RESULT, "rate", false, 0, put_rate},
	{TABLE_RESULT, "speedup", false, 0, put_speedup},
	{TABLE_RESULT, "effic.", false, 3, put_efficiency},
	{TABLE_RESULT, "÷ thread", false, 0, put_peer},
	{TABLE_RESULT, "roof", false, 0, put_roof},
	{TABLE_RESULT, "twin", true, 0, put_twin},
	{TABLE_RESULT, "its wall", false, 0, put_twin_wall},
	{TABLE_RESULT, "÷ twin", false, 0, put_twin_ratio},
	{TABLE_RESULT, "CPU/op", false, 1, put_cpu},
	{TABLE_RESULT, "faults", false, 2, put_faults},
	{TABLE_ANATOMY, "launch", false, 0, put_launch},
	{TABLE_ANATOMY, "work", false, 0, put_work},
	{TABLE_ANATOMY, "collect", false, 0, put_collect},
	{TABLE_ANATOMY, "effic.", false, 0, put_efficiency},
	{TABLE_ANATOMY, "CPU/op", false, 0, put_cpu},
	{TABLE_ANATOMY, "faults", false, 0, put_faults},
	{TABLE_ANATOMY, "switches", false, 0, put_voluntary},
	{TABLE_ANATOMY, "forced", false, 0, put_involuntary},
	{TABLE_ANATOMY, "GB/s", false, 0, put_gbytes},
	{TABLE_ANATOMY, "GFLOP/s", false, 0, put_gflops},
	{TABLE_ANATOMY, "huge pages", false, 2, put_huge},
	{TABLE_ANATOMY, "runner", false, 1, put_resident},
	{TABLE_ANATOMY, "page tables", false, 3, put_pagetable},
	{TABLE_DISTRIBUTION, "rounds", false, 4, put_rounds},
	{TABLE_DISTRIBUTION, "low", false, 0, put_low},
	{TABLE_DISTRIBUTION, "high", false, 0, put_high},
	{TABLE_DISTRIBUTION, "spread", false, 0, put_spread},
	{TABLE_DISTRIBUTION, "min", false, 0, put_wall_min},
	{TABLE_DISTRIBUTION, "p10", false, 0, put_wall_p10},
	{TABLE_DISTRIBUTION, "p90", false, 0, put_wall_p90},
	{TABLE_DISTRIBUTION, "p99", false, 0, put_wall_p99},
	{TABLE_DISTRIBUTION, "max", false, 0, put_wall_max},
	{TABLE_DISTRIBUTION, "iterations", false, 1, put_iterations},
	{TABLE_DISTRIBUTION, "batch", false, 2, put_batch},
	{TABLE_DISTRIBUTION, "code", true, 3, put_label},
	{TABLE_COUNTERS, "cycles", false, 0, put_cycles},
	{TABLE_COUNTERS, "instructions", false, 0, put_instructions},
	{TABLE_COUNTERS, "cache misses", false, 0, put_cache_misses},
	{TABLE_COUNTERS, "branch misses", false, 0, put_branch_misses},
	{TABLE_COUNTERS, "migrations", false, 0, put_migrations},
	{TABLE_COUNTERS, "switches", false, 0, put_switches},
};
const unsigned figure_columns_n = sizeof figure_columns / sizeof *figure_columns;
