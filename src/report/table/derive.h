// What tables and plots say of each row, computed from the raw samples. Ratios are formed within rounds, then
// summarised.
#ifndef TVP_REPORT_TABLE_DERIVE_H
#define TVP_REPORT_TABLE_DERIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "measure/record.h"
#include "stats/modes.h"
#include "stats/summary.h"

/// Below this wall time launch, work and collect are smaller than what stamping them costs, and are not shown.
enum { PARTS_WALL_LEAST_NS = 10000 };

/// The figures of one row. A summary with n = 0 (all NAN) means: does not apply, or was not measured.
struct figures {
	unsigned workers_n;      ///< 1 where the spec has no such axis
	double median[METRIC_N]; ///< of each metric over rounds; NAN
	struct summary wall;     ///< ns
	struct modes modes;      ///< of wall, ns
	struct summary speedup;  ///< baseline wall / wall where the baseline is serial; times workers in weak scaling
	struct summary twin;     ///< wall / baseline wall where the baseline is a hand-written twin
	struct summary peer;     ///< process wall / thread wall
	struct summary copying;  ///< 1 - wall in place / wall, where the data is sent: the share of wall spent copying
	struct summary roof;     ///< least time the machine's limits allow / wall: 1 is the roofline
	double efficiency;       ///< speedup / workers; NAN
	double spread;           ///< noise from round to round: (q3 - q1) / median of wall; NAN below 4 rounds
	double bytes_per_ns;     ///< GB/s; NAN
	double flops_per_ns;     ///< GFLOP/s; NAN
};

struct derived {
	const struct record *record;
	struct figures *row;             ///< record->rows_n of them
	const struct sample **samples;   ///< see derived_sample()
	double *numerator, *denominator; ///< room for two series
};

/// Compute everything; keeps pointers into the record. Returns 0 or -ENOMEM. Close with derive_close().
int derive_open(struct derived *derived, const struct record *record);
void derive_close(struct derived *derived);

/// A row's sample of a round; NULL where that round has none.
const struct sample *derived_sample(const struct derived *derived, uint32_t row, uint32_t round);
/// A row's metric over the rounds.
struct summary derive_metric(const struct derived *derived, uint32_t row, enum metric metric);
/// Wall of one row / wall of another, paired within rounds.
struct summary derive_ratio(const struct derived *derived, uint32_t numerator, uint32_t denominator);
/// The same of another metric.
struct summary derive_metric_ratio(const struct derived *derived, uint32_t numerator, uint32_t denominator,
                                   enum metric metric);
/// The median over rows of their spread: the run's (or with `use`, those rows') noise floor. NAN without any.
double derive_noise(const struct derived *derived, const bool *use);

/// The value of an axis of a row; "" where it has no such axis.
const char *row_axis(const struct row *row, const char *key);
/// The value of an axis that a row does not name: its model's default, as a reader should see it; NULL where it has
/// none.
const char *row_default(const struct row *row, const char *key);
/// Whether a row is one of the serial model.
bool row_is_serial(const struct row *row);
/// Whether a row has a speedup: its baseline is serial.
bool row_scales(const struct record *record, const struct row *row);
/// Whether a row measures a limit of the machine, not work.
bool row_is_limit(const struct row *row);
/// Whether two rows belong to the same experiment and have the same values in every axis named in `keys` (NULL ends
/// them); in every axis but those named.
bool rows_agree(const struct row *a, const struct row *b, const char *const *keys);
bool rows_equal_but(const struct row *a, const struct row *b, const char *const *free_keys);
/// Whether a key is one of those of a list that NULL ends.
bool keys_have(const char *const *keys, const char *key);
/// The axes that make a problem, NULL-terminated: kernel, the parameters of kernels, size; and the same without size.
const char *const *problem_keys(void);
const char *const *kernel_keys(void);
/// "convolve k 5": a row's kernel with its parameters.
char *kernel_title(const struct row *row, char *out, size_t out_bytes);

#endif
