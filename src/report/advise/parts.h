// What the answers about jobs, services and commands have in common.
#ifndef TVP_REPORT_ADVISE_PARTS_H
#define TVP_REPORT_ADVISE_PARTS_H

#include "advise/advice.h"
#include "report/text/document.h"
#include "report/text/json.h"
#include "report/text/text_table.h"

enum { SETTING_COLUMNS_N = 6 };

/// Columns that say which way a line is about; the first of a table.
void setting_columns_add(struct text_table *table);
void setting_put(struct text_table *table, unsigned row, const struct point *setting);

/// "12 %", where it is unknown "?".
char *doubt_percent(char *out, size_t out_bytes, const struct cost *cost);
/// "±12 %", "±?".
char *doubt_text(char *out, size_t out_bytes, const struct cost *cost);
/// Whether it may take longer than its doubt says, as far as that is known.
bool prediction_is_lopsided(const struct prediction *prediction);
/// The same of a prediction: "-12 +85 %" where it may be late by more than its doubt.
char *prediction_doubt_text(char *out, size_t out_bytes, const struct prediction *prediction);
/// What the model itself is off by, for one kind of job: "2.1 % in 95 % of 40 rows", or that it is not known.
char *checked_text(char *out, size_t out_bytes, const struct costs *costs, enum checked kind);
/// Below a table that leaves out some.
void say_slower(const struct document *document, unsigned left_n);

json_t *setting_json(const struct point *setting);
json_t *workload_json(const struct workload *workload);
json_t *exclusions_json(const struct exclusion *exclusion, unsigned n);

#endif
