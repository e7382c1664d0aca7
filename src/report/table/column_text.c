// Each figure of a row as text; a cell stays empty where its figure does not apply.
#include "report/table/column_text.h"

#include "base/words.h"
#include "bench/plan/experiment.h"
#include "report/text/text.h"
#include "report/text/text_table.h"

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

void column_text_metric(char *out, const struct derived *derived, uint32_t row, enum metric metric)
{
	double value = of(derived, row)->median[metric];
	switch (*metric_unit(metric)) {
	case 'n':
		text_ns(out, TEXT_TABLE_CELL_BYTES, value);
		break;
	case 'B':
		text_bytes(out, TEXT_TABLE_CELL_BYTES, value);
		break;
	default:
		text_count(out, TEXT_TABLE_CELL_BYTES, value);
	}
}

void column_text_placed(char *out, const struct derived *derived, uint32_t row)
{
	text_percent(out, TEXT_TABLE_CELL_BYTES, of(derived, row)->median[METRIC_placed]);
}

static void put_part(char *out, const struct derived *derived, uint32_t row, enum metric metric)
{
	const struct figures *figures = of(derived, row);
	if (figures->wall.median >= PARTS_WALL_LEAST_NS)
		text_ns(out, TEXT_TABLE_CELL_BYTES, figures->median[metric]);
}

void column_text_launch(char *out, const struct derived *derived, uint32_t row)
{
	put_part(out, derived, row, METRIC_launch_ns);
}

void column_text_work(char *out, const struct derived *derived, uint32_t row)
{
	put_part(out, derived, row, METRIC_work_ns);
}

void column_text_collect(char *out, const struct derived *derived, uint32_t row)
{
	put_part(out, derived, row, METRIC_collect_ns);
}

void column_text_half_width(char *out, const struct derived *derived, uint32_t row)
{
	text_half_width(out, TEXT_TABLE_CELL_BYTES, &of(derived, row)->wall);
}

void column_text_rounds(char *out, const struct derived *derived, uint32_t row)
{
	if (of(derived, row)->wall.n)
		snprintf(out, TEXT_TABLE_CELL_BYTES, "%zu", of(derived, row)->wall.n);
}

void column_text_speedup(char *out, const struct derived *derived, uint32_t row)
{
	text_ratio(out, TEXT_TABLE_CELL_BYTES, &of(derived, row)->speedup);
}

void column_text_efficiency(char *out, const struct derived *derived, uint32_t row)
{
	text_percent(out, TEXT_TABLE_CELL_BYTES, of(derived, row)->efficiency);
}

void column_text_peer(char *out, const struct derived *derived, uint32_t row)
{
	text_ratio(out, TEXT_TABLE_CELL_BYTES, &of(derived, row)->peer);
}

// With its interval in points, "54 to 61 %": a share's own half-width in percent of a percentage would be misread.
void column_text_copying(char *out, const struct derived *derived, uint32_t row)
{
	const struct summary *copying = &of(derived, row)->copying;
	if (copying->n == 0)
		return;
	if (copying->median_interval.coverage > 0)
		snprintf(out, TEXT_TABLE_CELL_BYTES, "%.0f %% (%.0f to %.0f)", copying->median * 100,
		         copying->median_interval.low * 100, copying->median_interval.high * 100);
	else
		snprintf(out, TEXT_TABLE_CELL_BYTES, "%.0f %% ±?", copying->median * 100);
}

void column_text_roof(char *out, const struct derived *derived, uint32_t row)
{
	text_percent(out, TEXT_TABLE_CELL_BYTES, of(derived, row)->roof.median);
}

_Static_assert((int)TEXT_TABLE_CELL_BYTES >= (int)SPEC_VALUE_BYTES, "an axis's value fits into a cell");

// What the twin is called: those of its axes that the row does not share.
void column_text_twin(char *out, const struct derived *derived, uint32_t row)
{
	const struct row *rows = derived->record->rows;
	if (rows[row].baseline < 0 || row_scales(derived->record, &rows[row]))
		return;
	const struct spec *twin = &rows[rows[row].baseline].spec;
	for (unsigned i = 0; i < twin->axes_n; i++) {
		struct axis axis = spec_axis(twin, i);
		const char *own = spec_get(&rows[row].spec, axis.key);
		if (!own || strcmp(own, axis.value))
			words_add(out, TEXT_TABLE_CELL_BYTES, " ", axis.value);
	}
}

void column_text_twin_wall(char *out, const struct derived *derived, uint32_t row)
{
	const struct row *self = &derived->record->rows[row];
	if (self->baseline >= 0 && !row_scales(derived->record, self))
		text_ns(out, TEXT_TABLE_CELL_BYTES, of(derived, (uint32_t)self->baseline)->wall.median);
}

void column_text_twin_ratio(char *out, const struct derived *derived, uint32_t row)
{
	text_ratio(out, TEXT_TABLE_CELL_BYTES, &of(derived, row)->twin);
}

// Rates of the machine's limits; elsewhere the share of the roofline says more.
void column_text_rate(char *out, const struct derived *derived, uint32_t row)
{
	const struct figures *figures = of(derived, row);
	char number[24];
	bool moves = isfinite(figures->bytes_per_ns);
	if (row_is_limit(&derived->record->rows[row]) && (moves || isfinite(figures->flops_per_ns)))
		snprintf(out, TEXT_TABLE_CELL_BYTES, "%s %s",
		         text_number(number, sizeof number, moves ? figures->bytes_per_ns : figures->flops_per_ns),
		         moves ? "GB/s" : "GFLOP/s");
}

void column_text_gflops(char *out, const struct derived *derived, uint32_t row)
{
	text_number(out, TEXT_TABLE_CELL_BYTES, of(derived, row)->flops_per_ns);
}

void column_text_gbytes(char *out, const struct derived *derived, uint32_t row)
{
	text_number(out, TEXT_TABLE_CELL_BYTES, of(derived, row)->bytes_per_ns);
}

void column_text_bytes_rate(char *out, const struct derived *derived, uint32_t row)
{
	char number[24];
	if (isfinite(of(derived, row)->bytes_per_ns))
		snprintf(out, TEXT_TABLE_CELL_BYTES, "%s GB/s",
		         text_number(number, sizeof number, of(derived, row)->bytes_per_ns));
}

void column_text_operations_rate(char *out, const struct derived *derived, uint32_t row)
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
		snprintf(out, TEXT_TABLE_CELL_BYTES, "%s %s",
		         text_number(number, sizeof number, rate / (units[unit].least > 0 ? units[unit].least : 1)),
		         units[unit].unit);
}

// ns per byte is s per GB.
void column_text_cpu_per_byte(char *out, const struct derived *derived, uint32_t row)
{
	uint64_t bytes = derived->record->rows[row].bytes;
	if (bytes)
		text_number(out, TEXT_TABLE_CELL_BYTES, of(derived, row)->median[METRIC_cpu_ns] / (double)bytes);
}

void column_text_low(char *out, const struct derived *derived, uint32_t row)
{
	text_ns(out, TEXT_TABLE_CELL_BYTES, of(derived, row)->wall.median_interval.low);
}

void column_text_high(char *out, const struct derived *derived, uint32_t row)
{
	text_ns(out, TEXT_TABLE_CELL_BYTES, of(derived, row)->wall.median_interval.high);
}

void column_text_spread(char *out, const struct derived *derived, uint32_t row)
{
	text_percent(out, TEXT_TABLE_CELL_BYTES, of(derived, row)->spread);
}

void column_text_iterations(char *out, const struct derived *derived, uint32_t row)
{
	if (derived->record->rows[row].iterations_n)
		snprintf(out, TEXT_TABLE_CELL_BYTES, "%" PRIu64, derived->record->rows[row].iterations_n);
}

void column_text_batch(char *out, const struct derived *derived, uint32_t row)
{
	if (derived->record->rows[row].batch_n)
		snprintf(out, TEXT_TABLE_CELL_BYTES, "%" PRIu32, derived->record->rows[row].batch_n);
}

void column_text_label(char *out, const struct derived *derived, uint32_t row)
{
	text_plain(out, TEXT_TABLE_CELL_BYTES, derived->record->rows[row].label);
}

static void put_counter(char *out, const struct derived *derived, uint32_t row, enum counter counter)
{
	uint64_t counted = derived->record->rows[row].counted[counter];
	if (counted != UINT64_MAX && derived->record->rows[row].iterations_n)
		text_count(out, TEXT_TABLE_CELL_BYTES, (double)counted / 1000);
}

#define COUNTER_COLUMN(name, counter)                                               \
	void column_text_##name(char *out, const struct derived *derived, uint32_t row) \
	{                                                                               \
		put_counter(out, derived, row, counter);                                    \
	}

COUNTER_COLUMN(cycles, COUNTER_CYCLES)
COUNTER_COLUMN(instructions, COUNTER_INSTRUCTIONS)
COUNTER_COLUMN(cache_misses, COUNTER_CACHE_MISSES)
COUNTER_COLUMN(branch_misses, COUNTER_BRANCH_MISSES)
COUNTER_COLUMN(migrations, COUNTER_MIGRATIONS)
COUNTER_COLUMN(switches, COUNTER_CONTEXT_SWITCHES)
