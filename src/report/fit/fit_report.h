// The laws of a run, for people and for programs.
#ifndef TVP_REPORT_FIT_FIT_REPORT_H
#define TVP_REPORT_FIT_FIT_REPORT_H

#include "report/fit/curve.h"
#include "report/text/document.h"

/// "thread_pool · copy:pipe": the axes in which a curve differs from others of its problem.
char *curve_label(const struct curves *curves, const struct curve *curve, char *out, size_t out_bytes);
/// The spec's name without its workers.
char *curve_name(const struct curves *curves, const struct curve *curve, char *out, size_t out_bytes);
/// "96.5 (78 to 157)", "none below 12"; "" where no law was fitted.
char *curve_peak_text(const struct curve *curve, char *out, size_t out_bytes);

/// Returns 0, or -errno with a message.
int fit_report_print(const struct document *document, const struct curves *curves);
int fit_json_print(FILE *out, const struct curves *curves);

#endif
