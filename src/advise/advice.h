// Every way of running a workload, predicted and ranked; and what would have to change for another to win.
#ifndef TVP_ADVISE_ADVICE_H
#define TVP_ADVISE_ADVICE_H

#include "advise/term.h"

/// The question: serial, threads, processes; and processes that are sent their data, as those that share no memory are.
enum family { FAMILY_SERIAL, FAMILY_THREADS, FAMILY_PROCESSES, FAMILY_COPYING, FAMILY_N };
/// "serial", "threads", "processes", "processes that are sent their data".
const char *family_name(enum family family);
enum family family_of(const struct point *setting);

/// One way of running it.
struct candidate {
	struct point setting;
	struct prediction prediction;
	double memory_bytes; ///< of all workers: footprint_bytes(); 0: nothing is known
};

/// Ways that were left out, all for one reason.
struct exclusion {
	char what[48]; ///< "threads", "serial", "8 workers and more"
	char reason[200];
	unsigned settings_n;
};

/// Along one property of the workload, where the fastest way changes hands.
struct flip {
	const char *property; ///< "work", "items", "input", "output"
	double at;            ///< its value there: ns, a count, bytes
	bool below;           ///< the winner changes below that value, not above it
	enum family winner;   ///< beyond
};

enum { EXCLUSIONS_MAX = 12, FLIPS_MAX = 8 };

struct advice {
	const struct costs *costs;
	struct workload workload;
	struct candidate *candidate; ///< malloc'd; the fastest first
	uint32_t n, max;
	int32_t best[FAMILY_N]; ///< the fastest of each family; -1: none
	struct exclusion exclusion[EXCLUSIONS_MAX];
	unsigned exclusions_n;
	struct flip flip[FLIPS_MAX];
	unsigned flips_n;
	char unknown[240]; ///< of ways that could not be predicted, the last reason; "": none
	unsigned unknown_n;
};

/// Predict and rank. Returns 0, -ENOMEM, -EINVAL (see workload_check()), or -ERANGE (no way can be predicted: the
/// message says which measurement is missing, or that every way is excluded).
int advice_open(struct advice *advice, const struct costs *costs, const struct workload *workload);
void advice_close(struct advice *advice);
/// Note a way that is left out.
void advice_exclude(struct advice *advice, const struct exclusion *found);
/// Note a way that cannot be predicted, the reason being the status message.
void advice_note_unknown(struct advice *advice);
/// Fill in the flips: a scan over each property, within the range of the measurements.
void advice_find_flips(struct advice *advice);

/// "4 processes in a resident pool, waiting adaptively, pinned compact, data sent by pipe".
char *setting_text(char *out, size_t out_bytes, const struct point *setting);

#endif
