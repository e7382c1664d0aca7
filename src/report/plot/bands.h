// The laws that the curves of a speedup picture follow, with the band in which 95 % of further rows would lie.
#ifndef TVP_REPORT_PLOT_BANDS_H
#define TVP_REPORT_PLOT_BANDS_H

#include "report/fit/curve.h"
#include "report/plot/curves.h"

/// Append a block to the data for each curve that has a law, in the curves' order.
void bands_put(FILE *out, const struct picture *picture, const struct curves *curves);
/// Say in the prologue how many bands there are (bands_n), of which curves (band[]), and what to call the laws (law[]).
void bands_say(FILE *out, const struct picture *picture, const struct curves *curves);

#endif
