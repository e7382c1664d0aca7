// A row's figure over its rounds, in short.
#ifndef TVP_MEASURE_RECORD_SUMMARY_H
#define TVP_MEASURE_RECORD_SUMMARY_H

#include "measure/record.h"
#include "stats/summary.h"

/// summarise() of record_series(); as of no rounds where there is no memory for that.
struct summary record_summary(const struct record *record, uint32_t row, enum metric metric);

#endif
