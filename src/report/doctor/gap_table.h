// The gaps of each CPU as a table. Internal to src/report/doctor.
#ifndef TVP_REPORT_DOCTOR_GAP_TABLE_H
#define TVP_REPORT_DOCTOR_GAP_TABLE_H

#include "doctor/spin.h"
#include "report/text/document.h"

/// Up to 16 CPUs, those that lost most where there are more, and then all of them together.
void gap_table_print(const struct document *document, const struct spin *spin);

#endif
