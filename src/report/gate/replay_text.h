// What `tvp replay` says: verdicts of recorded blocks, what other rules say of them, and how often each alarms by
// chance.
#ifndef TVP_REPORT_REPLAY_TEXT_H
#define TVP_REPORT_REPLAY_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "gate/gate.h"

/// For people, or for scripts: tabs, no padding, one header line in front of all files.
enum replay_format { REPLAY_TABLE, REPLAY_TSV };

/// The header line; nothing in front of tables.
void replay_verdicts_head(FILE *out, enum replay_format format);
void replay_rules_head(FILE *out, enum replay_format format);
void replay_flips_head(FILE *out, enum replay_format format);

/// The verdicts of a gate that was replayed, and which of them differ from stored[judgements_n]. Returns 0 or -errno.
int replay_verdicts_print(FILE *out, enum replay_format format, const char *file, const struct gate *gate,
                          const enum verdict *stored, bool colour);

/// Every rule's alarm (gate/other_rules.h) of every judgement of a gate that was replayed. Returns 0 or -errno.
int replay_rules_print(FILE *out, enum replay_format format, const char *file, const struct gate *gate);

/// Per rule, how many of flips_n null gates alarmed: alarmed_n[], with Clopper and Pearson's 95 % interval of the rate.
void replay_flips_print(FILE *out, enum replay_format format, const char *file, const char *gate_id, uint32_t flips_n,
                        const uint32_t *alarmed_n);

/// What the rules' names mean, below tables.
void replay_rules_explain(FILE *out, enum replay_format format);

#endif
