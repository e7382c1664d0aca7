// Which worker counts are one regime: more workers than CPUs wait for each other, SMT siblings share a core, and a law
// of the one says nothing of the other.
#ifndef TVP_REPORT_FIT_REGIME_H
#define TVP_REPORT_FIT_REGIME_H

#include "host/facts.h"
#include "measure/record.h"

struct regime {
	unsigned most;    ///< workers; UINT_MAX where the facts do not say
	unsigned step;    ///< a multiple of so many: the SMT siblings of a core where pins fill it
	char beyond[160]; ///< why more than `most` are left out: "more than the 16 CPUs"
};

/// Of the rows of a curve, of which `row` is one.
struct regime regime_of(const struct facts *facts, const struct row *row);
/// NULL where so many workers belong to it, else why not.
const char *regime_why_not(const struct regime *regime, unsigned workers_n);
/// "1,2,3,4,6,8,12,16": counts to measure, of this regime. Returns how many; 0 where too few fit to choose a law by.
unsigned regime_counts(const struct regime *regime, char *out, size_t out_bytes);

#endif
