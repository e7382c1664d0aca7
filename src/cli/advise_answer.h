// The end of every answer of `tvp advise`.
#ifndef TVP_CLI_ADVISE_ANSWER_H
#define TVP_CLI_ADVISE_ANSWER_H

#include "cli/options/advise_options.h"
#include "report/advise/advice.h"

/// Print it as the request says. What was verified is kept, whole, beside the calibration: "verified-1795813200.json";
/// `tvp advise` is judged by such cases. Returns 0 or a status with a message.
int advise_answer(const struct advise_request *request, const struct advice_report *report);

#endif
