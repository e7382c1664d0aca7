// What `tvp advise --rate` says.
#ifndef TVP_REPORT_ADVISE_SERVICE_H
#define TVP_REPORT_ADVISE_SERVICE_H

#include "report/advise/advice.h"

int service_print(const struct document *document, const struct advice_report *report,
                  const struct report_style *style);
int service_json_print(FILE *out, const struct advice_report *report);

#endif
