// Greedy: one axis value after the other, by the mean cost of the rows that have it.
#include "bench/plan/costly.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "base/words.h"

struct search {
	struct record left; ///< a copy whose rows are skipped as they go
	const struct plan_options *fixed;
	struct costly_value *values; ///< malloc'd; of the rows that are still open
	uint32_t values_n, values_max;
};

static bool has_value(const struct row *row, const struct costly_value *value)
{
	const char *is = spec_get(&row->spec, value->key);
	return is && strcmp(is, value->value) == 0;
}

// Whether the row's experiment was named by itself, beside a suite or instead of one.
static bool is_named(const struct record *record, const struct row *row)
{
	return words_have(record->options.suite, ',', row->spec.experiment);
}

// Whether a row would go with the value.
static bool goes_with(const struct search *search, const struct row *row, const struct costly_value *value)
{
	return has_value(row, value) && !(search->fixed && is_named(&search->left, row));
}

static struct costly_value *value_find(struct search *search, const struct axis *axis)
{
	for (uint32_t i = 0; i < search->values_n; i++)
		if (strcmp(search->values[i].key, axis->key) == 0 && strcmp(search->values[i].value, axis->value) == 0)
			return &search->values[i];
	if (search->values_n == search->values_max) {
		uint32_t most = 2 * search->values_max + 64;
		struct costly_value *more = realloc(search->values, most * sizeof *more);
		if (!more)
			return NULL;
		search->values = more;
		search->values_max = most;
	}
	struct costly_value *value = &search->values[search->values_n++];
	*value = (struct costly_value){.rows_n = 0};
	snprintf(value->key, sizeof value->key, "%s", axis->key);
	snprintf(value->value, sizeof value->value, "%s", axis->value);
	return value;
}

static void values_collect(struct search *search)
{
	search->values_n = 0;
	for (uint32_t i = 0; i < search->left.rows_n; i++) {
		const struct row *row = &search->left.rows[i];
		bool may = row->state == ROW_OPEN && !(search->fixed && is_named(&search->left, row));
		for (unsigned at = 0; may && at < row->spec.axes_n; at++) {
			struct axis axis = spec_axis(&row->spec, at);
			struct costly_value *value =
				search->fixed && plan_axis_given(search->fixed, axis.key) ? NULL : value_find(search, &axis);
			if (value) {
				value->rows_n++;
				value->round_s += rounds_estimate_row_s(&search->left, i);
			}
		}
	}
}

// The longest rows first; of those that take the same, more of them.
static int value_compare(const void *left, const void *right)
{
	const struct costly_value *a = left, *b = right;
	double a_mean_s = a->round_s / a->rows_n, b_mean_s = b->round_s / b->rows_n;
	if (a_mean_s < 0.99 * b_mean_s || b_mean_s < 0.99 * a_mean_s)
		return a_mean_s > b_mean_s ? -1 : 1;
	return a->rows_n != b->rows_n ? (a->rows_n > b->rows_n ? -1 : 1) : 0;
}

static bool needs(const struct search *search, const struct row *row, const struct costly_value *value)
{
	const struct row *rows = search->left.rows;
	const int32_t other[] = {row->baseline, row->peer, row->inplace, row->roof[0], row->roof[1], row->roof[2]};
	for (size_t i = 0; i < sizeof other / sizeof *other; i++)
		if (other[i] >= 0 && goes_with(search, &rows[other[i]], value))
			return true;
	return false;
}

static bool is_like(const struct row *a, const struct row *b, const char *key)
{
	const char *x = key ? spec_get(&a->spec, key) : a->spec.experiment;
	const char *y = key ? spec_get(&b->spec, key) : b->spec.experiment;
	return x && y ? strcmp(x, y) == 0 : x == y;
}

// Whether a row without the value is of the same experiment (key NULL), or has the same value of axis `key`.
static bool any_left(const struct search *search, const struct row *row, const struct costly_value *value,
                     const char *key)
{
	const struct record *record = &search->left;
	for (uint32_t i = 0; i < record->rows_n; i++)
		if (record->rows[i].state == ROW_OPEN && !goes_with(search, &record->rows[i], value) &&
		    is_like(&record->rows[i], row, key))
			return true;
	return false;
}

static bool may_go(const struct search *search, const struct costly_value *value)
{
	const struct record *record = &search->left;
	for (uint32_t i = 0; i < record->rows_n; i++) {
		const struct row *row = &record->rows[i];
		if (row->state != ROW_OPEN)
			continue;
		if (!goes_with(search, row, value)) {
			if (needs(search, row, value))
				return false;
			continue;
		}
		if (!any_left(search, row, value, NULL))
			return false;
		for (unsigned at = 0; search->fixed && at < search->fixed->chosen_n; at++)
			if (!any_left(search, row, value, search->fixed->chosen[at].key))
				return false;
	}
	return true;
}

static const struct costly_value *next_value(struct search *search)
{
	uint32_t open_n = 0;
	for (uint32_t i = 0; i < search->left.rows_n; i++)
		open_n += search->left.rows[i].state == ROW_OPEN;
	double mean_s = rounds_budget(&search->left).round_s / open_n;
	values_collect(search);
	qsort(search->values, search->values_n, sizeof *search->values, value_compare);
	for (uint32_t i = 0; i < search->values_n; i++) {
		const struct costly_value *value = &search->values[i];
		if (value->round_s / value->rows_n > 1.01 * mean_s && may_go(search, value))
			return value;
	}
	return NULL;
}

static uint32_t rows_skip(struct record *record, bool keeps_named, const struct costly_value *value, const char *reason)
{
	uint32_t skipped_n = 0;
	for (uint32_t i = 0; i < record->rows_n; i++)
		if (record->rows[i].state == ROW_OPEN && has_value(&record->rows[i], value) &&
		    !(keeps_named && is_named(record, &record->rows[i]))) {
			row_skip(&record->rows[i], reason);
			skipped_n++;
		}
	return skipped_n;
}

static int search_open(struct search *search, const struct record *record, const struct plan_options *fixed)
{
	search->left = *record;
	search->fixed = fixed;
	search->left.rows = malloc((record->rows_n + 1ul) * sizeof *record->rows);
	if (!search->left.rows)
		return -ENOMEM;
	memcpy(search->left.rows, record->rows, record->rows_n * sizeof *record->rows);
	return 0;
}

bool costly_find(const struct record *record, const struct plan_options *fixed, struct costly *costly)
{
	struct search *search = calloc(1, sizeof *search); // some 18 KiB
	memset(costly, 0, sizeof *costly);                 // a literal of it would take 40 KiB of the stack
	costly->all = rounds_budget(record);
	costly->keeps_named = fixed;
	costly->rest = costly->all;
	if (search && search_open(search, record, fixed) == 0)
		while (costly->rest.rounds_n < ROUNDS_FOR_INTERVAL && costly->values_n < COSTLY_MAX) {
			const struct costly_value *value = next_value(search);
			if (!value)
				break;
			costly->value[costly->values_n++] = *value;
			costly->rows_n += rows_skip(&search->left, fixed, value, "");
			costly->rest = rounds_budget(&search->left);
		}
	if (search) {
		free(search->values);
		free(search->left.rows);
	}
	free(search);
	return costly->rest.rounds_n >= ROUNDS_FOR_INTERVAL;
}

void costly_skip(struct record *record, const struct costly *costly)
{
	char budget[24], reason[sizeof record->rows->reason];
	double budget_ns = (double)record->options.time_budget_ns;
	if (budget_ns < 10e9)
		units_format_ns(budget, sizeof budget, budget_ns);
	else
		units_format_eta(budget, sizeof budget, budget_ns / 1e9);
	for (unsigned i = 0; i < costly->values_n; i++) {
		const struct costly_value *value = &costly->value[i];
		snprintf(reason, sizeof reason,
		         "left out with %.40s:%.80s: the time budget of %s would allow fewer than %d rounds of all rows",
		         value->key, value->value, budget, ROUNDS_FOR_INTERVAL);
		rows_skip(record, costly->keeps_named, value, reason);
	}
}
