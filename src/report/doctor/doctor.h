// The examination of `tvp doctor`, for people and for programs.
#ifndef TVP_REPORT_DOCTOR_DOCTOR_H
#define TVP_REPORT_DOCTOR_DOCTOR_H

#include "doctor/doctor.h"
#include "report/text/document.h"

/// What disturbs, what that means, what root could set, and the gaps of each CPU: about a screen on any machine.
/// Returns 0 or -errno with a message.
int doctor_print(const struct document *document, const struct doctor *doctor);
/// The same with every figure, as one object.
int doctor_json_print(FILE *out, const struct doctor *doctor);
/// One line for `--watch`: the time, and what disturbed since the last; of `--format=json` an object.
int doctor_line_print(FILE *out, const struct doctor *doctor, const char *time);
int doctor_line_json_print(FILE *out, const struct doctor *doctor, const char *time);
/// A sentence on what a forecast means. Returns out.
char *doctor_forecast_text(char *out, size_t out_bytes, const struct forecast *forecast);

#endif
