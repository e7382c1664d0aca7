// What stands above the tables: what was measured, where and when.
#ifndef TVP_REPORT_TABLE_HEAD_H
#define TVP_REPORT_TABLE_HEAD_H

#include "measure/record.h"
#include "report/text/document.h"

/// "tvp quick · Xeon, 16 CPUs · Linux 6.1 · 2026-…": what of it is known.
char *head_title(const struct record *record, char *out, size_t out_bytes);
void head_print(const struct document *document, const struct record *record);

#endif
