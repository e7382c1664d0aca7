// Cases of `tvp advise --verify`: what was predicted and measured, whole. `tvp advise` is judged by them.
#ifndef TVP_CLI_ADVISE_CASE_H
#define TVP_CLI_ADVISE_CASE_H

#include "report/advise/advice.h"

/// Keep it beside the calibration: "verified-1795813200.json". Returns 0 or a status with a message.
int advise_case_keep(const struct advice_report *report);

#endif
