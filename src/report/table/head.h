// What stands above the tables: what was measured, where and when.
#ifndef TVP_REPORT_TABLE_HEAD_H
#define TVP_REPORT_TABLE_HEAD_H

#include "measure/record.h"
#include "report/text/document.h"

void head_print(const struct document *document, const struct record *record);

#endif
