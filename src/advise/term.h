// The contract of a term of the cost model: one cause of time, learned from rows of a record, added to a prediction.
#ifndef TVP_ADVISE_TERM_H
#define TVP_ADVISE_TERM_H

#include "advise/costs.h"
#include "advise/workload.h"

enum term_index {
#define TERM(name) TERM_##name,
#include "advise/terms.def"
#undef TERM
	TERM_N
};

/// What running a workload in one way takes. Times in ns.
struct prediction {
	struct cost term[TERM_N]; ///< they add up to the wall
	struct cost wall;         ///< doubt: half of the 95 % interval
	double cpu_ns;            ///< CPU time of caller and workers
	double busy_ns;           ///< what the busiest CPU, or worker, does: of `work`, `skew`, `lock` and `memory`
};

struct term {
	const char *name;
	const char *summary; ///< one line: what it is
	const char *formula; ///< how it is computed, for --explain
	/// Learn from the record's rows: add to costs->curves. Called in the order of terms.def, but for the last,
	/// dispatch, which everything contains and which is first. NULL: nothing to learn. Returns 0 or -ENOMEM, with a
	/// message.
	int (*learn)(struct costs *costs);
	/// Whether the term learned from that row: it then is no check of the model. NULL: from none.
	bool (*learns_from)(const struct observation *observation);
	/// Fill in its part of the prediction, and add to busy_ns and cpu_ns. Called in the order of terms.def; terms
	/// before are there. Returns 0, or -ENOENT or -ERANGE (the record says nothing of such a case), with a message.
	int (*add)(const struct costs *costs, const struct workload *workload, const struct point *setting,
	           struct prediction *prediction);
};

extern const struct term *const terms[TERM_N];

/// Predict. Returns 0, or -ENOENT or -ERANGE with a message: which measurement would be needed.
int predict(const struct costs *costs, const struct workload *workload, const struct point *setting,
            struct prediction *prediction);

/// The kind of job whose errors are known together.
enum checked checked_kind(const struct workload *workload, const struct point *setting);

/// For terms.

/// How a job's items fall on workers and CPUs.
struct shares {
	unsigned running_n;  ///< workers that run at once: no more than CPUs
	unsigned crowd_n;    ///< workers on the CPU that has most
	double items_worker; ///< items of the worker that has most; dynamic: on average
	double items_cpu;    ///< of all workers on the CPU that has most
};
struct shares shares_of(const struct costs *costs, const struct workload *workload, const struct point *setting);

/// An exact observation of work without data, waits, locks or skew: of `null`, `busy` or `synthetic`.
bool observation_is_bare(const struct observation *observation);

#endif
