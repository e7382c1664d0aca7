// Three tables, each for people and for scripts. Texts of a file are printed without control characters, which keeps
// tabs out.
#include "report/gate/replay_text.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "base/status.h"
#include "gate/stored/other_rules.h"
#include "report/gate/outputs.h"
#include "report/format/spec_table.h"
#include "report/format/text.h"
#include "stats/binomial.h"

enum { RULE_COLUMNS = 15 };

static void file_put(FILE *out, enum replay_format format, const char *file, const char *gate_id)
{
	char plain[PATH_MAX], id_plain[80];
	fprintf(out, format == REPLAY_TSV ? "%s\t%s\t" : "%s: gate %s\n", text_plain(plain, sizeof plain, file),
	        text_plain(id_plain, sizeof id_plain, gate_id));
}

// Nothing for what is no number.
static void number_put(FILE *out, double value)
{
	if (isfinite(value))
		fprintf(out, "%.6g", value);
	fputc('\t', out);
}

static uint32_t kept_n(const struct gate *gate, const struct judgement *judgement)
{
	return gate->rows[judgement->row].blocks_n - gate->rows[judgement->row].dropped_n;
}

static void judgement_put(FILE *out, const char *file, const struct gate *gate, const struct judgement *judgement)
{
	char plain[SPEC_NAME_BYTES];
	file_put(out, REPLAY_TSV, file, gate->id);
	fprintf(out, "%s\t%s\t%u\t", text_plain(plain, sizeof plain, gate->rows[judgement->row].name),
	        series_name(judgement->series), kept_n(gate, judgement));
	number_put(out, judgement->estimate);
}

void replay_verdicts_head(FILE *out, enum replay_format format)
{
	if (format == REPLAY_TSV)
		fputs("file\tgate\tname\tseries\tblocks\testimate\tlow\thigh\tsigma\tstored\tverdict\tdecided\n", out);
}

static void differences_put(FILE *out, const struct gate *gate, const enum verdict *stored)
{
	char name[SPEC_NAME_BYTES + 16];
	uint32_t differ_n = 0;
	for (uint32_t i = 0; i < gate->judgements_n; i++)
		differ_n += gate->judgements[i].verdict != stored[i];
	if (differ_n == 0)
		fprintf(out, "As stored: all %u.\n", gate->judgements_n);
	else
		fprintf(out, "%u of %u differ from what was stored:\n", differ_n, gate->judgements_n);
	for (uint32_t i = 0; i < gate->judgements_n; i++)
		if (gate->judgements[i].verdict != stored[i])
			fprintf(out, "  %s: %s, was %s\n", gate_judgement_name(name, sizeof name, gate, &gate->judgements[i]),
			        verdict_name(gate->judgements[i].verdict), verdict_name(stored[i]));
}

int replay_verdicts_print(FILE *out, enum replay_format format, const char *file, const struct gate *gate,
                          const enum verdict *stored, bool colour)
{
	if (format == REPLAY_TABLE) {
		file_put(out, format, file, gate->id);
		int status = gate_table_print(out, gate, &(struct gate_table_options){.colour = colour});
		if (status < 0)
			return status;
		differences_put(out, gate, stored);
	}
	for (uint32_t i = 0; format == REPLAY_TSV && i < gate->judgements_n; i++) {
		const struct judgement *judgement = &gate->judgements[i];
		judgement_put(out, file, gate, judgement);
		number_put(out, judgement->interval.low);
		number_put(out, judgement->interval.high);
		number_put(out, judgement->sigma);
		fprintf(out, "%s\t%s\t%u\n", verdict_name(stored[i]), verdict_name(judgement->verdict), judgement->decided_n);
	}
	return text_end(out);
}

void replay_rules_head(FILE *out, enum replay_format format)
{
	if (format == REPLAY_TABLE)
		return;
	fputs("file\tgate\tname\tseries\tblocks\testimate", out);
	for (int i = 0; other_rules[i].name; i++)
		fprintf(out, "\t%s", other_rules[i].name);
	fputc('\n', out);
}

// alarms[rule][judgement], in one piece.
static bool *alarms_of(const struct gate *gate)
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

static void rules_begin(FILE *out, const struct gate *gate, const struct judgement *judgement)
{
	char name[SPEC_NAME_BYTES + 16], change[32];
	spec_table_item(&(struct spec_table){.out = out}, gate_judgement_name(name, sizeof name, gate, judgement), "");
	fprintf(out, "%10u", kept_n(gate, judgement));
	text_pad(out, gate_change_text(change, sizeof change, judgement->estimate), 10, false);
}

static void alarm_put(FILE *out, enum replay_format format, int rule, bool alarm)
{
	if (format == REPLAY_TSV)
		fprintf(out, "%s%s", rule ? "\t" : "", alarm ? "true" : "false");
	else
		text_pad(out, alarm ? "slower" : "-", rule_columns(&other_rules[rule]), false);
}

int replay_rules_print(FILE *out, enum replay_format format, const char *file, const struct gate *gate)
{
	bool *alarms = alarms_of(gate);
	if (!alarms)
		return -ENOMEM;
	if (format == REPLAY_TABLE) {
		file_put(out, format, file, gate->id);
		rules_heading(out);
	}
	for (uint32_t i = 0; i < gate->judgements_n; i++) {
		if (format == REPLAY_TSV)
			judgement_put(out, file, gate, &gate->judgements[i]);
		else
			rules_begin(out, gate, &gate->judgements[i]);
		for (int rule = 0; other_rules[rule].name; rule++)
			alarm_put(out, format, rule, alarms[(size_t)rule * gate->judgements_n + i]);
		fputc('\n', out);
	}
	free(alarms);
	return text_end(out);
}

void replay_flips_head(FILE *out, enum replay_format format)
{
	if (format == REPLAY_TSV)
		fputs("file\tgate\trule\tgates\talarmed\trate\tlow\thigh\n", out);
}

static void flips_heading(FILE *out)
{
	fprintf(out, "  %-*s %8s %8s %8s   %s\n", RULE_COLUMNS, "rule", "gates", "alarmed", "rate", "95 % interval");
}

void replay_flips_print(FILE *out, enum replay_format format, const char *file, const char *gate_id, uint32_t flips_n,
                        const uint32_t *alarmed_n)
{
	if (format == REPLAY_TABLE) {
		file_put(out, format, file, gate_id);
		flips_heading(out);
	}
	for (int i = 0; other_rules[i].name; i++) {
		struct interval interval = clopper_pearson(alarmed_n[i], flips_n, 0.95);
		double rate = flips_n ? (double)alarmed_n[i] / flips_n : NAN;
		if (format == REPLAY_TSV) {
			file_put(out, format, file, gate_id);
			fprintf(out, "%s\t%u\t%u\t", other_rules[i].name, flips_n, alarmed_n[i]);
			number_put(out, rate);
			fprintf(out, "%.6g\t%.6g\n", interval.low, interval.high);
		} else {
			fprintf(out, "  %-*s %8u %8u %6.2f %%   [%.2f %%, %.2f %%]\n", RULE_COLUMNS, other_rules[i].name, flips_n,
			        alarmed_n[i], rate * 100, interval.low * 100, interval.high * 100);
		}
	}
}

void replay_rules_explain(FILE *out, enum replay_format format)
{
	if (format == REPLAY_TSV)
		return;
	fputc('\n', out);
	for (int i = 0; other_rules[i].name; i++)
		fprintf(out, "%-*s %s\n", RULE_COLUMNS, other_rules[i].name, other_rules[i].summary);
}
