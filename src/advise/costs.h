// What a machine's costs are: learned from a record, asked by the terms of the cost model.
#ifndef TVP_ADVISE_COSTS_H
#define TVP_ADVISE_COSTS_H

#include "advise/cost_curve.h"
#include "advise/observe.h"

/// Kinds of jobs that are off by different amounts.
enum checked {
	CHECKED_SERIAL,
	CHECKED_CREATED,
	CHECKED_COMPUTE,
	CHECKED_DATA,
	CHECKED_LOCK,        ///< where workers queue for the lock
	CHECKED_COPIES,      ///< data sent to fewer workers than CPUs
	CHECKED_COPIES_FULL, ///< to as many or more: the caller shares a CPU with one of them
	CHECKED_N
};
/// "serial", "created per job", "computing alone", "data in place", "with a lock", "data sent", "data sent, no CPU
/// left".
const char *checked_name(enum checked kind);

struct costs {
	const struct record *record; ///< the caller's; it must outlive this
	struct observations observations;
	struct cost_curves curves;
	struct cost_curves footprints; ///< bytes, not ns: footprint_learn()
	unsigned cpus_n;               ///< that can run at once: the allowed ones, or the quota's
	unsigned kind_n;               ///< of them, of the kind that pins fill first
	bool unchecked;                ///< no row checks the model: what it is off by itself is in no interval
	double memory_bytes;           ///< of the machine, as its facts say; 0: unknown
	struct {
		double error; ///< relative half-width that covers 95 % of what the model was off by, beyond the doubts of
		              ///< its terms, on the record's own rows that no term learned from; of a kind without any, the
		              ///< worst of the others
		unsigned checked_n; ///< such rows
	} check[CHECKED_N];
};

/// Learn from every row of a record that says anything. Returns 0, -ENOMEM, -ENOENT (nothing to learn from) or -ERANGE
/// (of a machine without a number of CPUs, or with a quota of less than one), with a message.
int costs_open(struct costs *costs, const struct record *record);
void costs_close(struct costs *costs);
/// The most workers that anything was measured with.
unsigned costs_workers_most(const struct costs *costs);

#endif
