// What happened to a run while it was measured: who else used the CPUs, what stood still, what was lost.
#ifndef TVP_REPORT_TABLE_CONDITIONS_H
#define TVP_REPORT_TABLE_CONDITIONS_H

#include "measure/record.h"
#include "report/text/document.h"

/// Shares of the CPU time of the allowed CPUs, over all rounds; NAN where unknown or over less than a second.
struct conditions {
	double steal, others;
	uint64_t throttled_n, throttled_ns; ///< periods without CPU time, by a quota, and how long they were in all; 0
	uint32_t throttled_rounds_n, throttled_round; ///< rounds with such periods; the one with the most of them
	uint32_t gaps_n;                              ///< rounds with a gap
	uint32_t gap_round;                           ///< the one of the longest …
	uint64_t gap_most_ns;                         ///< … and how long it was
};

struct conditions conditions_of(const struct record *record);

enum { CONDITION_BYTES = 240, CONDITIONS_MOST = 4 };
/// The sentences that warn of them, where there is reason to: returns how many.
unsigned conditions_warnings(const struct record *record, char text[CONDITIONS_MOST][CONDITION_BYTES]);

/// The rows that lost rounds or had visits repeated, each with how many and the last reason; nothing where there are
/// none.
void conditions_lost_print(const struct document *document, const struct record *record);
/// The same in one line.
void conditions_lost_say(const struct document *document, const struct record *record);

#endif
