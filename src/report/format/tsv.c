// Tabs for scripts: one header line in front of all files, no padding, an empty field where there is no number. Texts
// of a file are printed without control characters, which keeps tabs out.
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "gate/stored/other_rules.h"
#include "report/format/format.h"
#include "report/gate/entries.h"
#include "report/text/text.h"
#include "stats/binomial.h"

static void file_put(FILE *out, const struct replayed *replayed)
{
	char file[PATH_MAX], gate_id[80];
	fprintf(out, "%s\t%s\t", text_plain(file, sizeof file, replayed->file),
	        text_plain(gate_id, sizeof gate_id, replayed->gate_id));
}

static void number_put(FILE *out, double value)
{
	if (isfinite(value))
		fprintf(out, "%.6g", value);
	fputc('\t', out);
}

static void judgement_put(FILE *out, const struct replayed *replayed, const struct judgement *judgement)
{
	char name[SPEC_NAME_BYTES];
	const struct gate_row *row = &replayed->gate->rows[judgement->row];
	file_put(out, replayed);
	fprintf(out, "%s\t%s\t%u\t", text_plain(name, sizeof name, row->name), series_name(judgement->series),
	        gate_row_kept_n(row));
	number_put(out, judgement->estimate);
}

static void verdicts_put(FILE *out, const struct replayed *replayed)
{
	for (uint32_t i = 0; i < replayed->gate->judgements_n; i++) {
		const struct judgement *judgement = &replayed->gate->judgements[i];
		judgement_put(out, replayed, judgement);
		number_put(out, judgement->interval.low);
		number_put(out, judgement->interval.high);
		number_put(out, judgement->sigma);
		fprintf(out, "%s\t%s\t%u\n", verdict_name(replayed->stored[i]), verdict_name(judgement->verdict),
		        judgement->decided_n);
	}
}

static int rules_put(FILE *out, const struct replayed *replayed)
{
	uint32_t judgements_n = replayed->gate->judgements_n;
	bool *alarms = replay_alarms(replayed->gate);
	if (!alarms)
		return -ENOMEM;
	for (uint32_t i = 0; i < judgements_n; i++) {
		judgement_put(out, replayed, &replayed->gate->judgements[i]);
		for (int rule = 0; other_rules[rule].name; rule++)
			fprintf(out, "%s%s", rule ? "\t" : "", alarms[(size_t)rule * judgements_n + i] ? "true" : "false");
		fputc('\n', out);
	}
	free(alarms);
	return 0;
}

static void flips_put(FILE *out, const struct replayed *replayed)
{
	uint32_t flips_n = replayed->flips_n;
	for (int i = 0; other_rules[i].name; i++) {
		struct interval interval = clopper_pearson(replayed->alarmed_n[i], flips_n, 0.95);
		file_put(out, replayed);
		fprintf(out, "%s\t%u\t%u\t", other_rules[i].name, flips_n, replayed->alarmed_n[i]);
		number_put(out, flips_n ? (double)replayed->alarmed_n[i] / flips_n : NAN);
		fprintf(out, "%.6g\t%.6g\n", interval.low, interval.high);
	}
}

static void begin(FILE *out, enum replay_question question)
{
	static const char *const heads[] = {
		[REPLAY_VERDICTS] = "file\tgate\tname\tseries\tblocks\testimate\tlow\thigh\tsigma\tstored\tverdict\tdecided",
		[REPLAY_RULES] = "file\tgate\tname\tseries\tblocks\testimate",
		[REPLAY_FLIPS] = "file\tgate\trule\tgates\talarmed\trate\tlow\thigh",
	};
	fputs(heads[question], out);
	for (int i = 0; question == REPLAY_RULES && other_rules[i].name; i++)
		fprintf(out, "\t%s", other_rules[i].name);
	fputc('\n', out);
}

static int file(FILE *out, const struct replayed *replayed, const struct report_style *style)
{
	(void)style;
	int status = 0;
	if (replayed->question == REPLAY_RULES)
		status = rules_put(out, replayed);
	else if (replayed->question == REPLAY_FLIPS)
		flips_put(out, replayed);
	else
		verdicts_put(out, replayed);
	return status < 0 ? status : text_end(out);
}

const struct format format_tsv = {
	.name = "tsv",
	.summary = "a header line and tabs, for scripts",
	.replay = &(const struct replay_format){.begin = begin, .file = file},
};
