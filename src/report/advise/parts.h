// What the answers about jobs and about services have in common.
#ifndef TVP_REPORT_ADVISE_PARTS_H
#define TVP_REPORT_ADVISE_PARTS_H

#include "advise/advice.h"
#include "report/text/json.h"
#include "report/text/text_table.h"

enum { SETTING_COLUMNS_N = 6 };

/// Columns that say which way a line is about; the first of a table.
void setting_columns_add(struct text_table *table);
void setting_put(struct text_table *table, unsigned row, const struct point *setting);

json_t *setting_json(const struct point *setting);
json_t *workload_json(const struct workload *workload);
json_t *exclusions_json(const struct advice *advice);

#endif
