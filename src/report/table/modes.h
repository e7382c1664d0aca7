// The rows whose visits fall into two groups: what a median does not tell.
#ifndef TVP_REPORT_TABLE_MODES_H
#define TVP_REPORT_TABLE_MODES_H

#include "report/table/derive.h"
#include "report/text/document.h"

/// Each such row with both groups, the widest apart first, nothing where there are none; without `all` only the first
/// few. Returns 0 or -ENOMEM with a message.
int modes_print(const struct document *document, const struct derived *derived, bool all);
/// One paragraph: how many there are, and the widest apart.
void modes_say(const struct document *document, const struct derived *derived);

#endif
