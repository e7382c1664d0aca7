// What `tvp replay` reports of a gate's file: its verdicts, what other rules say of the same blocks, or how often each
// rule alarms by chance.
#ifndef TVP_REPORT_GATE_REPLAY_REPORT_H
#define TVP_REPORT_GATE_REPLAY_REPORT_H

#include <stdio.h>

#include "gate/gate.h"
#include "report/text/document.h"

enum replay_question {
	REPLAY_VERDICTS, ///< the gate's own
	REPLAY_RULES,    ///< every rule's alarms (gate/stored/other_rules.h)
	REPLAY_FLIPS,    ///< how many of many null gates alarmed, per rule
};

/// One file that was replayed; or, of null gates, all files together.
struct replayed {
	enum replay_question question;
	unsigned index; ///< 0 for the first
	const char *file;
	const char *gate_id;        ///< "*" for all files together
	const struct gate *gate;    ///< after gate_replay(); NULL for all files together
	const enum verdict *stored; ///< REPLAY_VERDICTS: [judgements_n] as the file had them
	uint32_t flips_n;           ///< REPLAY_FLIPS: null gates
	const uint32_t *alarmed_n;  ///< REPLAY_FLIPS: [rule], those of them that alarmed
};

/// For people: see struct replay_format in report/format/format.h.
int replay_table_file(FILE *out, const struct replayed *replayed, const struct report_style *style);
void replay_table_end(FILE *out, enum replay_question question);

/// Every rule's alarms of a gate that was replayed, alarms[rule * judgements_n + judgement]; malloc'd. NULL: no memory,
/// with a message.
bool *replay_alarms(const struct gate *gate);

#endif
