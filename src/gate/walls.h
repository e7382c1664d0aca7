// The wall times of one spec of a run as statistics want them.
#ifndef TVP_GATE_WALLS_H
#define TVP_GATE_WALLS_H

#include "measure/record.h"
#include "stats/summary.h"

/// Room for the walls of two rows, of records with as many rounds as it was opened for, or fewer.
struct walls {
	double *a, *b;
};

/// Returns 0 or -ENOMEM. Close with walls_close(), also what was only zeroed.
int walls_open(struct walls *walls, uint32_t rounds_n);
void walls_close(struct walls *walls);

/// Median over rounds of a row's wall, in ns; *rounds_n: of how many. NAN and 0 where it has none.
double walls_median(struct walls *walls, const struct record *record, uint32_t row, uint32_t *rounds_n);

/// Why a row has no walls to judge by: "failed: …", "skipped: …", "not measured"; NULL where it has. Written to `out`.
const char *walls_why_not(struct walls *walls, const struct record *record, uint32_t row, char *out, size_t out_bytes);

/// How much slower b is than a, as a factor, where rounds do not pair: e to the Hodges-Lehmann shift of ln(wall), with
/// its distribution-free interval (stats/location.h). coverage 0, low 0 and high INFINITY where there are too few
/// rounds.
double walls_ratio(struct walls *walls, const struct record *a, uint32_t a_row, const struct record *b, uint32_t b_row,
		   double coverage, struct interval *interval);

/// The same for rounds measured side by side: median of the ratios within rounds, with its 95 % interval. *pairs_n: how
/// many.
double walls_paired_ratio(struct walls *walls, const struct record *a, uint32_t a_row, const struct record *b,
			  uint32_t b_row, struct interval *interval, uint32_t *pairs_n);

#endif
