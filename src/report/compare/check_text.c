// The verdicts for people.
#include "report/compare/check.h"

#include <math.h>
#include <string.h>

#include "report/text/spec_table.h"
#include "report/text/text.h"

static const struct spec_table_column columns[] = {
	{"verdict", 13, true}, {"ratio", 6, false}, {"bounds", 14, false}, {"baseline", 8, false},
	{"result", 7, false},  {"runs", 4, false},  {"finds", 7, false},
};
enum { COLUMNS_N = sizeof columns / sizeof *columns };

const char *check_caveat(const struct check *check)
{
	if (check->baselines_n > 1)
		return "Judged by how much the baseline runs differ from each other; the logarithms of their medians are assumed "
			   "to be normally distributed. What has changed on the machine since then counts as a change of the "
			   "program.";
	return "There is only one baseline run. The bounds do not include what shifts a run as a whole (where its memory "
		   "lies, what else the machine does), and a baseline measured once raises false alarms often: 56 % in a "
		   "published A/A study of another tool. REGRESSED is only a hint here: give several baseline runs, or measure "
		   "both builds side by side (tvp gate).";
}

static void head_print(const struct document *document, const struct check *check)
{
	document_say_result(document, "Result", check->result.path, check->result.record);
	for (unsigned i = 0; i < check->baselines_n; i++)
		document_say_result(document, "Baseline", check->baselines[i].path, check->baselines[i].record);
	document_say_machines(document, check->changed, check->changed_n, "the baseline", "the result");
}

static void refusal_print(const struct document *document, const struct check *check)
{
	document_say(document, "CANNOT TELL: %s was measured on another machine or with another build than %s.",
	             check->differs, check->result.path);
	document_say_machines(document, check->difference, check->differences_n, "the baseline", "the result");
	document_say(document, "%s", check_caveat(check));
}

static void row_print(const struct spec_table *table, const struct check_row *row)
{
	char cell[COLUMNS_N][SPEC_TABLE_CELL_BYTES];
	snprintf(cell[0], sizeof cell[0], "%s", check_verdict_name(row->verdict));
	spec_table_put_ratio(cell[1], row->ratio);
	spec_table_put_interval(cell[2], row->low, row->high);
	text_ns(cell[3], sizeof cell[3], row->baseline_ns);
	text_ns(cell[4], sizeof cell[4], row->result_ns);
	snprintf(cell[5], sizeof cell[5], "%u", row->runs_n);
	// With two baseline runs it can be anything.
	if (row->detects >= 10)
		snprintf(cell[6], sizeof cell[6], ">1000 %%");
	else
		text_percent(cell[6], sizeof cell[6], row->detects);
	spec_table_row(table, cell, row->name, row->reason);
}

static void foot_print(const struct document *document, const struct check *check)
{
	const struct check_options *options = &check->options;
	const unsigned *count_n = check->count_n;
	char tolerate[32], effect[32], alpha[32];
	fputc('\n', document->out);
	document_say(document, "%u REGRESSED, %u CANNOT TELL, %u NOT REGRESSED.", count_n[CHECK_REGRESSED],
	             count_n[CHECK_CANNOT_TELL], count_n[CHECK_NOT_REGRESSED]);
	text_percent_given(alpha, sizeof alpha, options->alpha);
	document_say(
		document,
		"REGRESSED: slower by more than %s; chance of any false one: %s. NOT REGRESSED: slower by less than %s, if "
		"at all; chance of each being false: %s.",
		text_percent_given(tolerate, sizeof tolerate, options->tolerate), alpha,
		text_percent_given(effect, sizeof effect, options->effect), alpha);
	document_say(document,
	             "Bounds: the lower one is valid for all rows at once, the upper one for its own row. Finds: %s",
	             check->baselines_n > 1
	                 ? "the smallest true slowdown that this baseline detects about nine times out of ten."
	                 : "the smallest slowdown whose lower bound, with an interval as wide as this one, would exceed "
	                   "--tolerate.");
	document_say(document, "%s", check_caveat(check));
}

static void not_judged_print(const struct document *document, const struct check *check)
{
	if (check->count_n[CHECK_NOT_JUDGED])
		document_list(document, "Not judged:");
	for (uint32_t i = 0; i < check->rows_n; i++)
		if (check->row[i].verdict == CHECK_NOT_JUDGED)
			document_item(document, 0, check->row[i].name, check->row[i].reason);
}

int check_print(const struct document *document, const struct check *check)
{
	const struct spec_table table = {.document = *document, .column = columns, .columns_n = COLUMNS_N};
	head_print(document, check);
	if (check->differences_n) {
		refusal_print(document, check);
		return text_end(document->out);
	}
	spec_table_head(&table);
	for (uint32_t i = 0; i < check->rows_n; i++)
		if (check->row[i].verdict != CHECK_NOT_JUDGED)
			row_print(&table, &check->row[i]);
	foot_print(document, check);
	not_judged_print(document, check);
	return text_end(document->out);
}
