// A wall of 0 or less is no time: only a file edited by hand has one, and it is left out.
#include "gate/walls.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "stats/location.h"

int walls_open(struct walls *walls, uint32_t rounds_n)
{
	*walls = (struct walls){
		.a = calloc(rounds_n + 1ul, sizeof(double)),
		.b = calloc(rounds_n + 1ul, sizeof(double)),
	};
	if (walls->a && walls->b)
		return 0;
	walls_close(walls);
	return status_fail(ENOMEM, "the walls of %u rounds", rounds_n);
}

void walls_close(struct walls *walls)
{
	free(walls->a);
	free(walls->b);
	memset(walls, 0, sizeof *walls);
}

// By round, NAN where there is none.
static void series(const struct record *record, uint32_t row, double *out)
{
	record_series(record, row, METRIC_wall_ns, out);
	for (uint32_t i = 0; i < record->rounds_n; i++)
		if (!(out[i] > 0))
			out[i] = NAN;
}

static size_t logs(const struct record *record, uint32_t row, double *out)
{
	size_t n = 0;
	series(record, row, out);
	for (uint32_t i = 0; i < record->rounds_n; i++)
		if (!isnan(out[i]))
			out[n++] = log(out[i]);
	return n;
}

double walls_median(struct walls *walls, const struct record *record, uint32_t row, uint32_t *rounds_n)
{
	series(record, row, walls->a);
	struct summary summary = summarise(walls->a, record->rounds_n);
	*rounds_n = (uint32_t)summary.n;
	return summary.median;
}

const char *walls_why_not(struct walls *walls, const struct record *record, uint32_t row, char *out, size_t out_bytes)
{
	const struct row *self = &record->rows[row];
	uint32_t rounds_n;
	if (self->state == ROW_FAILED || self->state == ROW_SKIPPED)
		snprintf(out, out_bytes, "%s: %s", self->state == ROW_FAILED ? "failed" : "skipped", self->reason);
	else if (isnan(walls_median(walls, record, row, &rounds_n)))
		snprintf(out, out_bytes, "not measured");
	else
		return NULL;
	return out;
}

double walls_ratio(struct walls *walls, const struct record *a, uint32_t a_row, const struct record *b, uint32_t b_row,
		   double coverage, struct interval *interval)
{
	size_t a_n = logs(a, a_row, walls->a), b_n = logs(b, b_row, walls->b);
	*interval = shift_interval(walls->a, a_n, walls->b, b_n, coverage);
	interval->low = exp(interval->low);
	interval->high = exp(interval->high);
	return exp(shift_hodges_lehmann(walls->a, a_n, walls->b, b_n));
}

double walls_paired_ratio(struct walls *walls, const struct record *a, uint32_t a_row, const struct record *b,
			  uint32_t b_row, struct interval *interval, uint32_t *pairs_n)
{
	series(a, a_row, walls->a);
	series(b, b_row, walls->b);
	struct summary summary =
		summarise_ratio(walls->b, walls->a, a->rounds_n < b->rounds_n ? a->rounds_n : b->rounds_n);
	*interval = summary.median_interval;
	*pairs_n = (uint32_t)summary.n;
	return summary.median;
}
