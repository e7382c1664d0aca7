// A wall of 0 or less is no time: only a file edited by hand has one, and it is left out.
#include "gate/stored/wall_series.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "stats/location.h"

int wall_series_open(struct wall_series *series, uint32_t rounds_n)
{
	*series = (struct wall_series){
		.a = calloc(rounds_n + 1ul, sizeof(double)),
		.b = calloc(rounds_n + 1ul, sizeof(double)),
	};
	if (series->a && series->b)
		return 0;
	wall_series_close(series);
	return status_fail(ENOMEM, "the walls of %u rounds", rounds_n);
}

void wall_series_close(struct wall_series *series)
{
	free(series->a);
	free(series->b);
	memset(series, 0, sizeof *series);
}

// By round, NAN where there is none.
static void walls_of(const struct record *record, uint32_t row, double *out)
{
	record_series(record, row, METRIC_wall_ns, out);
	for (uint32_t i = 0; i < record->rounds_n; i++)
		if (!(out[i] > 0))
			out[i] = NAN;
}

static size_t logs(const struct record *record, uint32_t row, double *out)
{
	size_t n = 0;
	walls_of(record, row, out);
	for (uint32_t i = 0; i < record->rounds_n; i++)
		if (!isnan(out[i]))
			out[n++] = log(out[i]);
	return n;
}

double wall_series_median(struct wall_series *series, const struct record *record, uint32_t row, uint32_t *rounds_n)
{
	walls_of(record, row, series->a);
	struct summary summary = summarise(series->a, record->rounds_n);
	*rounds_n = (uint32_t)summary.n;
	return summary.median;
}

const char *wall_series_why_not(struct wall_series *series, const struct record *record, uint32_t row, char *out,
                                size_t out_bytes)
{
	const struct row *self = &record->rows[row];
	uint32_t rounds_n;
	if (self->state == ROW_FAILED || self->state == ROW_SKIPPED)
		snprintf(out, out_bytes, "%s: %s", self->state == ROW_FAILED ? "failed" : "skipped", self->reason);
	else if (isnan(wall_series_median(series, record, row, &rounds_n)))
		snprintf(out, out_bytes, "not measured");
	else
		return NULL;
	return out;
}

struct wall_ratio wall_series_ratio(struct wall_series *series, struct wall_row a, struct wall_row b, double coverage)
{
	size_t a_n = logs(a.record, a.row, series->a), b_n = logs(b.record, b.row, series->b);
	struct interval shift = shift_interval(series->a, a_n, series->b, b_n, coverage);
	return (struct wall_ratio){
		.ratio = exp(shift_hodges_lehmann(series->a, a_n, series->b, b_n)),
		.interval = {exp(shift.low), exp(shift.high), shift.coverage},
	};
}

struct wall_ratio wall_series_paired_ratio(struct wall_series *series, struct wall_row a, struct wall_row b)
{
	uint32_t rounds_n = a.record->rounds_n < b.record->rounds_n ? a.record->rounds_n : b.record->rounds_n;
	walls_of(a.record, a.row, series->a);
	walls_of(b.record, b.row, series->b);
	struct summary summary = summarise_ratio(series->b, series->a, rounds_n);
	return (struct wall_ratio){summary.median, summary.median_interval, (uint32_t)summary.n};
}
