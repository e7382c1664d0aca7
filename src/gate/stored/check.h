// A result against stored baselines of the same machine. The run is the random unit: where there are several baseline
// runs, a new one is judged by how much they differ.
#ifndef TVP_GATE_CHECK_H
#define TVP_GATE_CHECK_H

#include "gate/stored/changes.h"
#include "gate/stored/run.h"

/// As fractions: 0.05 is 5 %.
struct check_options {
	double effect;   ///< a slowdown of this much must not pass as NOT REGRESSED; more than `tolerate`
	double tolerate; ///< one of this much is no regression
	double alpha;    ///< chance of any false REGRESSED, and for each row that of a false NOT REGRESSED
};

/// In the order of the table.
enum check_verdict { CHECK_REGRESSED, CHECK_CANNOT_TELL, CHECK_NOT_REGRESSED, CHECK_NOT_JUDGED, CHECK_VERDICTS_N };
/// "REGRESSED", "CANNOT TELL", "NOT REGRESSED"; of what has no counterpart "not judged".
const char *check_verdict_name(enum check_verdict verdict);

/// One spec. What was not computed is NAN.
struct check_row {
	char name[SPEC_NAME_BYTES];
	int32_t row;        ///< of the result; -1: only a baseline has it
	unsigned runs_n;    ///< baseline runs that measured it
	double result_ns;   ///< median over rounds
	double baseline_ns; ///< the same; of several runs the geometric mean
	double ratio;       ///< result / baseline
	double low;         ///< bound of the true ratio that holds for all rows at once, at alpha
	double high;        ///< bound that holds for this row, at alpha
	double detects;     ///< smallest true slowdown, as a fraction, that this baseline finds about nine times out of
	                    ///< ten; with a single baseline run: whose interval, as wide as this one, would lie above the
	                    ///< tolerance
	enum check_verdict verdict;
	char reason[300]; ///< where nothing could be computed, why; else ""
};

struct check {
	struct stored_run result;
	const struct stored_run *baselines;
	unsigned baselines_n;
	struct check_options options;
	/// a: the baseline's, b: the result's. Where there is any, no row is judged.
	struct machine_difference difference[MACHINE_FACTS_MAX];
	unsigned differences_n;
	struct machine_difference changed[CHANGES_MAX]; ///< since the first baseline
	unsigned changed_n;
	const char *differs;   ///< path of the first baseline of another machine or build; NULL
	struct check_row *row; ///< worst first; malloc'd
	uint32_t rows_n;
	uint32_t count_n[CHECK_VERDICTS_N];
};

/// Judge every row that the result and a baseline have. With several baseline runs: Student's t for one new run's
/// ln(median wall) (stats/prediction.h), Holm over the rows; with one: the shift's interval over rounds
/// (stats/location.h), Bonferroni. Keeps pointers to all it is given. Returns 0, -EINVAL (no row in common; one run
/// given twice, or as the result and as a baseline), or -ENOMEM. Close with check_close().
int check_open(struct check *check, struct stored_run result, const struct stored_run *baselines, unsigned baselines_n,
               const struct check_options *options);
void check_close(struct check *check);

/// The worst of all rows that were judged; CHECK_CANNOT_TELL where the machines differ.
enum check_verdict check_worst(const struct check *check);

#endif
