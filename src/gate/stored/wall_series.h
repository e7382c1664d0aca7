// The wall times of one spec of a run as statistics want them.
#ifndef TVP_GATE_STORED_WALL_SERIES_H
#define TVP_GATE_STORED_WALL_SERIES_H

#include "measure/record.h"
#include "stats/summary.h"

/// Room for the walls of two rows, of records with as many rounds as it was opened for, or fewer.
struct wall_series {
	double *a, *b;
};

/// Returns 0 or -ENOMEM. Close with wall_series_close(), also what was only zeroed.
int wall_series_open(struct wall_series *series, uint32_t rounds_n);
void wall_series_close(struct wall_series *series);

/// Median over rounds of a row's wall, in ns; *rounds_n: of how many. NAN and 0 where it has none.
double wall_series_median(struct wall_series *series, const struct record *record, uint32_t row, uint32_t *rounds_n);

/// Why a row has no walls to judge by: "failed: …", "skipped: …", "not measured"; NULL where it has. Written to `out`.
const char *wall_series_why_not(struct wall_series *series, const struct record *record, uint32_t row, char *out,
                                size_t out_bytes);

/// One row of a record.
struct wall_row {
	const struct record *record;
	uint32_t row;
};

/// How much slower one row is than another, as a factor.
struct wall_ratio {
	double ratio;
	struct interval interval;
	uint32_t pairs_n; ///< rounds that have both; 0 where rounds do not pair
};

/// b over a, where rounds do not pair: e to the Hodges-Lehmann shift of ln(wall), with its distribution-free interval
/// (stats/location.h). coverage 0, low 0 and high INFINITY where there are too few rounds.
struct wall_ratio wall_series_ratio(struct wall_series *series, struct wall_row a, struct wall_row b, double coverage);
/// The same for rounds measured side by side: median of the ratios within rounds, with its 95 % interval.
struct wall_ratio wall_series_paired_ratio(struct wall_series *series, struct wall_row a, struct wall_row b);

#endif
