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
	double late_ns;           ///< so much longer it takes in another mode, which nobody can foresee; 0: there is none
	double cpu_ns;            ///< CPU time of caller and workers
	double busy_ns;           ///< what the busiest CPU, or worker, does: of `work`, `skew`, `lock` and `memory`
};

struct term {
	const char *name;
	const char *summary; ///< one line: what it is
	const char *formula; ///< how it is computed, for --explain
	/// Whether the term learns from that row, which then is no check of the model. NULL: from none.
	bool (*learns_from)(const struct observation *observation);
	/// Learn from such a row: add to costs->curves. Terms learn in the order of terms.def, each from all rows, but for
	/// the last two, which everything contains and which are first. Required with learns_from. Returns 0 or
	/// -ENOMEM, with a message.
	int (*learn)(struct costs *costs, const struct observation *observation);
	/// Whether rows say anything of a setting's model, wait and pin, or of its transport: else it is not considered.
	/// NULL: of all.
	bool (*knows)(const struct costs *costs, const struct point *setting);
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
enum checked checked_kind(const struct costs *costs, const struct workload *workload, const struct point *setting);

/// For terms.

/// How a job's items fall on workers and CPUs.
struct shares {
	unsigned running_n;  ///< workers that run at once: no more than CPUs
	unsigned crowd_n;    ///< workers on the CPU that has most
	double items_worker; ///< items of the worker that has most; dynamic: on average
	double items_cpu;    ///< of all workers on the CPU that has most
};
struct shares shares_of(const struct costs *costs, const struct workload *workload, const struct point *setting);

/// Workers of a setting: 1 of the serial model, whatever it says.
static inline unsigned setting_workers(const struct point *setting)
{
	return setting->model->baseline ? 1 : setting->workers;
}

/// How long n workers take for an item of each, where an item is served, by a CPU or under a lock, one at a time, and
/// needs the server no more for the rest. Where serving fills the time it is n times that, else what one worker alone
/// takes; in between workers queue. Mean value analysis of a closed system with one server (Reiser & Lavenberg, J. ACM
/// 27, 1980) has twice the queue that even cycles have: half of it.
double cycle_ns(double served_ns, double rest_ns, unsigned n);

/// An exact observation of work without data, waits, locks or skew: of `null`, `busy` or `synthetic`.
bool observation_is_bare(const struct observation *observation);

#endif
