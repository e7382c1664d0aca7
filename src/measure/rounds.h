// The order of visits and the stop rule: every round visits every open group once, shuffled, neighbours together.
#ifndef TVP_MEASURE_ROUNDS_H
#define TVP_MEASURE_ROUNDS_H

#include "measure/record.h"
#include "measure/visit.h"

/// What a run reports while it goes on.
struct rounds_progress {
	const char *phase;      ///< "preparing", "calibrating", "measuring", "counting"
	uint32_t round;         ///< of the phase "measuring"
	uint32_t done_n, all_n; ///< visits of this round or phase
	uint32_t failed_n;      ///< rows failed so far
	const struct spec *spec;
	double fraction; ///< of the whole run, 0 to 1; an estimate
	double eta_s;    ///< seconds left; NAN when unknown
};

struct rounds_hooks {
	void *context;
	void (*progress)(void *context, const struct rounds_progress *progress); ///< before every visit; may be NULL
	int (*checkpoint)(void *context, const struct record *record); ///< between rounds, every few seconds; may be NULL
};

/// Rounds at which the intervals are looked at: 30, 45, 68, 100, 150, … (each 1.5 times the last); looking all the time
/// would bias them.
bool rounds_look(uint32_t rounds_n);

/// Fewer rounds give no interval.
enum { ROUNDS_FOR_INTERVAL = 6 };

/// What the record's time budget can give its open rows: an estimate.
struct rounds_budget {
	double before_s; ///< to calibrate what is not calibrated yet
	double round_s;  ///< one round
	double rounds_n; ///< that the budget allows in all, those made included; 0 where nothing is open
};
struct rounds_budget rounds_budget(const struct record *record);
/// Expected seconds of one row's visit in a round; 0: it is not open.
double rounds_estimate_row_s(const struct record *record, uint32_t index);

/// Expected seconds to measure the record's open rows, from now to the end: an estimate for --dry-run.
double rounds_estimate_s(const struct record *record);

/// What a visit may take of a row whose last one took so long, opening and closing included (0: it has had none),
/// before it is ended.
uint64_t rounds_deadline_ns(double last_visit_ns);

/// Measure: prepare and calibrate what is not yet, then rounds until the target, the budget or the rounds asked for are
/// reached, or an interrupt. Rows that fail keep the reason, and the run goes on. Sets record->stop and elapsed_ns.
/// Rounds that a budget or an interrupt cut short are completed when the record is run again; a record with nothing
/// open is left as it is. A failing checkpoint is a warning in the record. Returns 0 (also when interrupted: see
/// record->stop) or -ENOMEM.
int rounds_run(struct record *record, struct visitor *visitor, const struct rounds_hooks *hooks);

#endif
