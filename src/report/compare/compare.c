// The rounds of two ordinary runs do not pair: round 3 of one has nothing to do with round 3 of the other.
#include "report/compare/compare.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "gate/stored/wall_series.h"

#define COVERAGE 0.95

static struct compared *row_add(struct comparison *comparison, const struct spec *spec, enum compared_kind kind)
{
	struct compared *row = &comparison->row[comparison->rows_n++];
	*row = (struct compared){.kind = kind, .a_ns = NAN, .b_ns = NAN, .ratio = NAN};
	row->interval = (struct interval){.low = NAN, .high = NAN};
	spec_name(spec, row->name, sizeof row->name);
	return row;
}

static void ratio_make(const struct comparison *comparison, struct wall_series *series, struct compared *row,
                       uint32_t a, uint32_t b)
{
	const struct record *of_a = comparison->a.record, *of_b = comparison->b.record;
	const struct wall_row row_a = {of_a, a}, row_b = {of_b, b};
	row->a_ns = wall_series_median(series, of_a, a, &row->a_n);
	row->b_ns = wall_series_median(series, of_b, b, &row->b_n);
	struct wall_ratio ratio = comparison->paired ? wall_series_paired_ratio(series, row_a, row_b)
	                                             : wall_series_ratio(series, row_a, row_b, COVERAGE);
	if (comparison->paired)
		row->a_n = row->b_n = ratio.pairs_n;
	row->ratio = ratio.ratio;
	row->interval = ratio.interval.coverage == 0 ? (struct interval){.low = NAN, .high = NAN} : ratio.interval;
	if (isnan(row->ratio)) {
		row->kind = COMPARED_NOT;
		snprintf(row->why, sizeof row->why, "no round was measured on both sides");
	}
}

static void row_join(struct comparison *comparison, struct wall_series *series, uint32_t a, uint32_t b)
{
	char of_a[280], of_b[280];
	struct compared *row = row_add(comparison, &comparison->a.record->rows[a].spec, COMPARED);
	bool no_a = wall_series_why_not(series, comparison->a.record, a, of_a, sizeof of_a) != NULL;
	bool no_b = wall_series_why_not(series, comparison->b.record, b, of_b, sizeof of_b) != NULL;
	if (no_a && no_b && strcmp(of_a, of_b) == 0)
		snprintf(row->why, sizeof row->why, "in both %s", of_a);
	else if (no_a || no_b)
		snprintf(row->why, sizeof row->why, "%s%s%s%s%s", no_a ? "in A " : "", no_a ? of_a : "",
		         no_a && no_b ? "; " : "", no_b ? "in B " : "", no_b ? of_b : "");
	if (no_a || no_b)
		row->kind = COMPARED_NOT;
	else
		ratio_make(comparison, series, row, a, b);
}

static int rows_make(struct comparison *comparison)
{
	const struct record *a = comparison->a.record, *b = comparison->b.record;
	struct wall_series series = {0};
	uint32_t common_n = 0;
	comparison->row = calloc((size_t)a->rows_n + b->rows_n + 1, sizeof *comparison->row);
	if (!comparison->row)
		return status_fail(ENOMEM, "comparing %u rows with %u", a->rows_n, b->rows_n);
	int status = wall_series_open(&series, a->rounds_n > b->rounds_n ? a->rounds_n : b->rounds_n);
	if (status < 0)
		return status;
	for (uint32_t i = 0; i < a->rows_n; i++) {
		int other = record_find(b, &a->rows[i].spec);
		if (other >= 0)
			row_join(comparison, &series, i, (uint32_t)other);
		else
			row_add(comparison, &a->rows[i].spec, COMPARED_ONLY_A);
		common_n += other >= 0;
	}
	for (uint32_t i = 0; i < b->rows_n; i++)
		if (record_find(a, &b->rows[i].spec) < 0)
			row_add(comparison, &b->rows[i].spec, COMPARED_ONLY_B);
	wall_series_close(&series);
	return common_n ? 0
	                : status_say(EINVAL, "%s and %s have no spec in common", comparison->a.path, comparison->b.path);
}

// Slowest B first.
static int compare_rows(const void *left, const void *right)
{
	const struct compared *a = left, *b = right;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind == COMPARED && a->ratio != b->ratio)
		return a->ratio > b->ratio ? -1 : 1;
	return strcmp(a->name, b->name);
}

int compare_open(struct comparison *comparison, struct stored_run a, struct stored_run b)
{
	*comparison = (struct comparison){.a = a, .b = b};
	comparison->paired = *a.record->pairs && strcmp(a.record->pairs, b.record->pairs) == 0;
	comparison->differences_n =
		machine_compare(&a.record->facts, &b.record->facts, MACHINE_KERNEL_RELEASE, comparison->difference);
	comparison->differences_n += changes_find(a.record, b.record, comparison->difference + comparison->differences_n);
	int status = machine_pins_alike(&a.record->facts, &b.record->facts)
	                 ? rows_make(comparison)
	                 : status_say(EINVAL,
	                              "%s and %s have different rules of pins, and the machine has several kinds of CPUs: "
	                              "their pins mean different CPUs; measure one of them again",
	                              a.path, b.path);
	if (status < 0) {
		compare_close(comparison);
		return status;
	}
	qsort(comparison->row, comparison->rows_n, sizeof *comparison->row, compare_rows);
	while (comparison->compared_n < comparison->rows_n && comparison->row[comparison->compared_n].kind == COMPARED)
		comparison->compared_n++;
	return 0;
}

void compare_close(struct comparison *comparison)
{
	free(comparison->row);
	memset(comparison, 0, sizeof *comparison);
}

const char *compared_side(const struct compared *row)
{
	if (isnan(row->interval.low))
		return "?";
	return row->interval.low > 1 ? "slower" : row->interval.high < 1 ? "faster" : "";
}
