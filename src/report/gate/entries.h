// What a gate reports, one entry for each verdict or reason, and the texts that all formats share.
#ifndef TVP_REPORT_GATE_ENTRIES_H
#define TVP_REPORT_GATE_ENTRIES_H

#include <stdio.h>

#include "gate/gate.h"
#include "stats/summary.h"

/// A judgement; or a row that has something to report beside them: it was skipped, failed without a judgement that says
/// so, or was not reached before the gate ended (CANNOT TELL); or a metric that was asked for and that a row is not
/// judged by (SKIPPED).
struct gate_entry {
	const struct gate_row *row;
	const struct judgement *judgement; ///< NULL: the row itself, or its metric `missing`
	enum series missing;               ///< SERIES_N: none
	enum verdict verdict;
};

struct gate_entries {
	struct gate_entry *entry; ///< malloc'd; worst first, as gate_order() has it; rows stand behind judgements
	uint32_t n;
	uint32_t verdict_n[VERDICT_N];
};

enum { GATE_NAME_BYTES = SPEC_NAME_BYTES + 24, GATE_TEXT_BYTES = 640, GATE_MEANING_BYTES = 1024 };

/// The judgements of a gate, worst first: by verdict (in its order), then by estimate. malloc'd, gate->judgements_n;
/// NULL: no memory.
uint32_t *gate_order(const struct gate *gate);
/// Close with gate_entries_close(). Returns 0 or -ENOMEM, with a message.
int gate_entries_open(struct gate_entries *entries, const struct gate *gate);
void gate_entries_close(struct gate_entries *entries);

/// "+5.2 %", "-0.3 %", "∞", "" for NAN: a ratio new / old as a change.
char *gate_change_text(char *out, size_t out_bytes, double ratio);
/// The spec's name, and the series where it is not the wall time: "… work".
char *gate_judgement_name(char *out, size_t out_bytes, const struct gate *gate, const struct judgement *judgement);
/// As gate_judgement_name(); the spec's name for a row, with a remark where it failed after its verdicts. Unique.
char *gate_entry_name(char *out, size_t out_bytes, const struct gate *gate, const struct gate_entry *entry);
/// "[+3.1 %, +7.0 %]"; "not constant" where no single ratio fits all blocks; "" with too few blocks for one.
char *gate_interval_text(char *out, size_t out_bytes, const struct judgement *judgement);
/// Why there is no verdict: "up to +4.0 % could be hidden", "any slowdown could be hidden", "30 of 90 blocks dropped
/// for steal".
char *gate_undecided_text(char *out, size_t out_bytes, const struct gate_row *row, const struct judgement *judgement);
/// Why, in one line: "+5.2 %, 95 % interval [+3.1 %, +7.0 %], 24 blocks", what could be hidden, or the row's reason.
char *gate_entry_text(char *out, size_t out_bytes, const struct gate_entry *entry);
/// "2 REGRESSED, 1 CANNOT TELL, 40 NOT REGRESSED": those three always, others where there are any.
char *gate_counts_text(char *out, size_t out_bytes, const struct gate_entries *entries);

/// What the verdicts mean, with this gate's thresholds and the layouts it had.
char *gate_meaning_text(char *out, size_t out_bytes, const struct gate *gate);

/// Kept blocks of the row; the seconds all its blocks took, both sides.
uint32_t gate_row_kept_n(const struct gate_row *row);
double gate_row_seconds(const struct gate_row *row);
/// The new side's times in ns over the kept blocks, of the series judged; n = 0 where they have no finite
/// median, and for what failed or was not judged. Returns 0 or -ENOMEM, with a message.
int gate_entry_times(const struct gate_entry *entry, struct summary *summary);

/// Print one entry that has such times, after `before`. Returns 0 or -errno.
typedef int gate_times_put(FILE *out, const char *before, const struct gate *gate, const struct gate_entry *entry,
                           const struct summary *summary);
/// Print them all, with commas between them, inside the two brackets. Returns 0 or -errno, with a message.
int gate_times_compose(FILE *out, const struct gate *gate, const char brackets[2], gate_times_put *put);

#endif
