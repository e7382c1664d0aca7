// What reports print as JSON beside their rows.
#ifndef TVP_REPORT_FORMAT_SPEC_TABLE_JSON_H
#define TVP_REPORT_FORMAT_SPEC_TABLE_JSON_H

#include "gate/stored/machine.h"
#include "report/format/json_put.h"
#include "report/result/json_cursor.h"

/// [{"key": …, A: …, B: …}, …], the sides under the names given.
json_t *machine_json(const struct machine_difference *difference, unsigned differences_n, const char *a, const char *b);
/// Print an object, and drop it. NULL stands for no memory. Returns 0 or -errno with a message.
int report_json_print(FILE *out, json_t *json);

#endif
