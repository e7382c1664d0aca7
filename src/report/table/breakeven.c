// Crossings of speedup and 1 over the size, found round by round.
#include "report/table/breakeven.h"

#include "base/status.h"
#include "kernel/kernel.h"
#include "bench/plan/experiment.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const size_key[] = {"size", NULL};

double crossing_find(const double *size, const double *speedup, unsigned n)
{
	if (speedup[0] > 1)
		return 0;
	for (unsigned i = 1; i < n; i++) {
		if (!(speedup[i] > 1))
			continue;
		double before = log(speedup[i - 1]), after = log(speedup[i]);
		return size[i - 1] * pow(size[i] / size[i - 1], before / (before - after));
	}
	return INFINITY;
}

static int compare_sizes(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

struct crossing crossing_summarise(double *crossings, size_t n)
{
	struct crossing crossing = {.rounds_n = n, .median = NAN, .low = NAN, .high = NAN};
	size_t lower, upper;
	if (n == 0)
		return crossing;
	qsort(crossings, n, sizeof *crossings, compare_sizes);
	double below = crossings[(n - 1) / 2], above = crossings[n / 2];
	crossing.median = below > 0 && isfinite(above) ? sqrt(below * above) : above;
	crossing.has_interval = median_ranks(n, 0.95, &lower, &upper) > 0;
	crossing.low = crossings[lower - 1];
	crossing.high = crossings[upper - 1];
	return crossing;
}

static bool size_of(const struct row *row, double *size, enum size_unit *unit)
{
	const char *kernel_name = spec_get(&row->spec, "kernel"), *text = spec_get(&row->spec, "size");
	const struct kernel *kernel = kernel_name ? kernel_find(kernel_name) : NULL;
	struct size parsed;
	if (!kernel || !text || size_parse(kernel, text, &parsed) < 0)
		return false;
	*unit = parsed.form == SIZE_DURATION ? SIZE_UNIT_NS : row->bytes > 0 ? SIZE_UNIT_BYTES : SIZE_UNIT_ITEMS;
	*size = *unit == SIZE_UNIT_NS      ? (double)parsed.duration_ns
	        : *unit == SIZE_UNIT_BYTES ? (double)row->bytes
	                                   : (double)parsed.items_n;
	return *size > 0;
}

static bool row_used(const struct derived *derived, uint32_t index)
{
	const struct row *row = &derived->record->rows[index];
	const struct experiment *experiment = experiment_find(row->spec.experiment);
	double size;
	enum size_unit unit;
	return experiment && experiment->break_even && row_scales(derived->record, row) && !row_is_serial(row) &&
	       row->state != ROW_FAILED && derived->row[index].speedup.n > 0 && size_of(row, &size, &unit);
}

static void size_insert(struct break_even *entry, uint32_t row, double size)
{
	unsigned at = entry->sizes_n;
	if (at == BREAK_EVEN_SIZES_MAX)
		return;
	for (; at > 0 && entry->size[at - 1] > size; at--) {
		entry->size[at] = entry->size[at - 1];
		entry->row[at] = entry->row[at - 1];
	}
	entry->size[at] = size;
	entry->row[at] = row;
	entry->sizes_n++;
}

// NAN where this round lacks a size.
static double round_crossing(const struct derived *derived, const struct break_even *entry, uint32_t round)
{
	const struct record *record = derived->record;
	double speedup[BREAK_EVEN_SIZES_MAX];
	for (unsigned i = 0; i < entry->sizes_n; i++) {
		uint32_t row = entry->row[i], serial = (uint32_t)record->rows[row].baseline;
		const struct sample *own = derived_sample(derived, row, round);
		const struct sample *base = derived_sample(derived, serial, round);
		speedup[i] = own && base ? base->value[METRIC_wall_ns] / own->value[METRIC_wall_ns] : NAN;
		if (!(speedup[i] > 0) || isinf(speedup[i]))
			return NAN;
	}
	return crossing_find(entry->size, speedup, entry->sizes_n);
}

static void entry_make(const struct derived *derived, uint32_t first, struct break_even *entry)
{
	const struct row *rows = derived->record->rows;
	double size;
	enum size_unit unit;
	*entry = (struct break_even){.section = first};
	size_of(&rows[first], &size, &entry->unit);
	for (uint32_t i = first; i < derived->record->rows_n; i++)
		if (row_used(derived, i) && rows_equal_but(&rows[first], &rows[i], size_key) &&
		    size_of(&rows[i], &size, &unit) && unit == entry->unit)
			size_insert(entry, i, size);
	size_t rounds_n = 0;
	for (uint32_t round = 0; round < derived->record->rounds_n && entry->sizes_n >= BREAK_EVEN_SIZES_LEAST; round++) {
		double crossing = round_crossing(derived, entry, round);
		if (!isnan(crossing))
			derived->numerator[rounds_n++] = crossing;
	}
	entry->crossing = crossing_summarise(derived->numerator, rounds_n);
}

static bool is_first(const struct derived *derived, uint32_t row)
{
	const struct row *rows = derived->record->rows;
	for (uint32_t before = 0; before < row; before++)
		if (row_used(derived, before) && rows_equal_but(&rows[before], &rows[row], size_key))
			return false;
	return true;
}

int break_evens_find(const struct derived *derived, struct break_evens *found)
{
	const struct row *rows = derived->record->rows;
	*found = (struct break_evens){.entry = calloc(derived->record->rows_n + 1ul, sizeof *found->entry)};
	if (!found->entry)
		return status_fail(ENOMEM, "break-even of %u rows", derived->record->rows_n);
	for (uint32_t i = 0; i < derived->record->rows_n; i++) {
		struct break_even *entry = &found->entry[found->entries_n];
		if (!row_used(derived, i) || !is_first(derived, i))
			continue;
		entry_make(derived, i, entry);
		if (entry->crossing.rounds_n == 0)
			continue;
		for (unsigned before = found->entries_n; before-- > 0;)
			if (rows_agree(&rows[found->entry[before].section], &rows[i], kernel_keys()))
				entry->section = found->entry[before].section;
		found->entries_n++;
	}
	return 0;
}

void break_evens_free(struct break_evens *found)
{
	free(found->entry);
	*found = (struct break_evens){0};
}
