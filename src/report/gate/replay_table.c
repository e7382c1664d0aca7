// What a replay reports, as tables for people.
#include "report/gate/replay_report.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "base/status.h"
#include "gate/stored/other_rules.h"
#include "report/gate/entries.h"
#include "report/gate/outputs.h"
#include "report/text/text.h"
#include "stats/binomial.h"

enum { RULE_COLUMNS = 15, NAME_BYTES = SPEC_NAME_BYTES + 16 };

static void differences_print(const struct document *document, const struct gate *gate, const enum verdict *stored)
{
	char name[NAME_BYTES], text[80];
	uint32_t differ_n = 0;
	for (uint32_t i = 0; i < gate->judgements_n; i++)
		differ_n += gate->judgements[i].verdict != stored[i];
	if (differ_n == 0)
		document_say(document, "Verdicts as stored: all %u.", gate->judgements_n);
	else
		document_say(document, "Verdicts that differ from those stored: %u of %u.", differ_n, gate->judgements_n);
	for (uint32_t i = 0; i < gate->judgements_n; i++) {
		if (gate->judgements[i].verdict == stored[i])
			continue;
		snprintf(text, sizeof text, "%s, stored: %s", verdict_name(gate->judgements[i].verdict),
		         verdict_name(stored[i]));
		document_item(document, 0, gate_judgement_name(name, sizeof name, gate, &gate->judgements[i]), text);
	}
}

static int verdicts_print(const struct document *document, const struct replayed *replayed)
{
	int status = gate_table_print(document, replayed->gate);
	if (status == 0)
		differences_print(document, replayed->gate, replayed->stored);
	return status;
}

bool *replay_alarms(const struct gate *gate)
{
	bool *alarms = malloc(OTHER_RULES_MAX * (gate->judgements_n + 1ul) * sizeof *alarms);
	int status = alarms ? 0 : status_fail(ENOMEM, "alarms of %u judgements", gate->judgements_n);
	for (int i = 0; other_rules[i].name && status == 0; i++)
		status = other_rule_judge(&other_rules[i], gate, alarms + (size_t)i * gate->judgements_n);
	if (status == 0)
		return alarms;
	free(alarms);
	return NULL;
}

static size_t rule_columns(const struct other_rule *rule)
{
	size_t columns = text_columns(rule->name);
	return (columns > 6 ? columns : 6) + 2;
}

// The rules take the whole width: each name stands above its figures.
static void rules_heading(FILE *out)
{
	fputs("\nslower?\n", out);
	text_pad(out, "blocks", 10, false);
	text_pad(out, "new/old", 10, false);
	for (int i = 0; other_rules[i].name; i++)
		text_pad(out, other_rules[i].name, rule_columns(&other_rules[i]), false);
	fputc('\n', out);
}

static int rules_print(const struct document *document, const struct gate *gate)
{
	char name[NAME_BYTES], change[32];
	bool *alarms = replay_alarms(gate);
	if (!alarms)
		return -ENOMEM;
	rules_heading(document->out);
	for (uint32_t i = 0; i < gate->judgements_n; i++) {
		const struct judgement *judgement = &gate->judgements[i];
		document_item(document, 0, gate_judgement_name(name, sizeof name, gate, judgement), "");
		fprintf(document->out, "%10u", gate_row_kept_n(&gate->rows[judgement->row]));
		text_pad(document->out, gate_change_text(change, sizeof change, judgement->estimate), 10, false);
		for (int rule = 0; other_rules[rule].name; rule++)
			text_pad(document->out, alarms[(size_t)rule * gate->judgements_n + i] ? "slower" : "-",
			         rule_columns(&other_rules[rule]), false);
		fputc('\n', document->out);
	}
	free(alarms);
	return 0;
}

static void flips_print(FILE *out, const struct replayed *replayed)
{
	uint32_t flips_n = replayed->flips_n;
	fprintf(out, "  %-*s %8s %8s %8s   %s\n", RULE_COLUMNS, "rule", "gates", "alarmed", "rate", "95 % interval");
	for (int i = 0; other_rules[i].name; i++) {
		uint32_t alarmed_n = replayed->alarmed_n[i];
		struct interval interval = clopper_pearson(alarmed_n, flips_n, 0.95);
		fprintf(out, "  %-*s %8u %8u %6.2f %%   [%.2f %%, %.2f %%]\n", RULE_COLUMNS, other_rules[i].name, flips_n,
		        alarmed_n, flips_n ? 100.0 * alarmed_n / flips_n : 0, interval.low * 100, interval.high * 100);
	}
}

int replay_table_file(FILE *out, const struct replayed *replayed, const struct report_style *style)
{
	const struct document document = {.out = out, .colour = style->colour};
	char file[PATH_MAX], gate_id[80];
	int status = 0;
	fprintf(out, "%s%s: gate %s\n", replayed->index ? "\n" : "", text_plain(file, sizeof file, replayed->file),
	        text_plain(gate_id, sizeof gate_id, replayed->gate_id));
	if (replayed->question == REPLAY_RULES)
		status = rules_print(&document, replayed->gate);
	else if (replayed->question == REPLAY_FLIPS)
		flips_print(out, replayed);
	else
		status = verdicts_print(&document, replayed);
	return status < 0 ? status : text_end(out);
}

void replay_table_end(FILE *out, enum replay_question question)
{
	if (question == REPLAY_VERDICTS)
		return;
	fputc('\n', out);
	for (int i = 0; other_rules[i].name; i++)
		fprintf(out, "%-*s %s\n", RULE_COLUMNS, other_rules[i].name, other_rules[i].summary);
}
