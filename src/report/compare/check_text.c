// The verdicts for people.
#include "report/compare/check.h"

#include <math.h>
#include <string.h>

#include "report/format/text.h"

static const struct spec_table_column columns[] = {
	{"verdict", 13, true}, {"ratio", 6, false}, {"bounds", 14, false}, {"baseline", 8, false},
	{"result", 7, false},  {"runs", 4, false},  {"finds", 7, false},
};
enum { COLUMNS_N = sizeof columns / sizeof *columns };

const char *check_caveat(const struct check *check)
{
	if (check->baselines_n > 1)
		return "Judged by how much the baseline's runs differ, their medians' logarithms taken for normal. What "
			   "has changed on the machine since they were made counts as a change of the program.";
	return "There is one baseline run only. What shifts a run as a whole (where its memory lies, what else the "
		   "machine does) is not in these bounds, and a baseline saved once alarms falsely often: a published A/A "
		   "study of another tool saw 56 % false alarms. REGRESSED is a hint here, no finding: give several "
		   "baseline runs, or measure both builds side by side (tvp gate).";
}

static void head_print(const struct spec_table *table, const struct check *check)
{
	spec_table_say_result(table, "Result", check->result.path, check->result.record);
	for (unsigned i = 0; i < check->baselines_n; i++)
		spec_table_say_result(table, "Baseline", check->baselines[i].path, check->baselines[i].record);
}

static void refusal_print(const struct spec_table *table, const struct check *check)
{
	spec_table_say(table, "CANNOT TELL: %s is of another machine or build than %s.", check->differs,
	               check->result.path);
	spec_table_say_machines(table, check->difference, check->differences_n, "the baseline", "the result");
	spec_table_say(table, "%s", check_caveat(check));
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
	// Two runs say so little that it may be anything.
	if (row->detects >= 10)
		snprintf(cell[6], sizeof cell[6], ">1000 %%");
	else
		text_percent(cell[6], sizeof cell[6], row->detects);
	spec_table_row(table, cell, row->name, row->reason);
}

static void foot_print(const struct spec_table *table, const struct check *check)
{
	const struct check_options *options = &check->options;
	const unsigned *count_n = check->count_n;
	fputc('\n', table->out);
	spec_table_say(table, "%u REGRESSED, %u CANNOT TELL, %u NOT REGRESSED.", count_n[CHECK_REGRESSED],
	               count_n[CHECK_CANNOT_TELL], count_n[CHECK_NOT_REGRESSED]);
	spec_table_say(table,
	               "REGRESSED: slower by more than %.3g %%, at a chance of %.3g %% for any false one. NOT REGRESSED: "
	               "slower by less than %.3g %%, if at all, at a chance of %.3g %% for each false one.",
	               options->tolerate * 100, options->alpha * 100, options->effect * 100, options->alpha * 100);
	spec_table_say(table, "Bounds: the lower holds for all rows at once, the upper for its row. Finds: %s",
	               check->baselines_n > 1
	                   ? "the smallest true slowdown that this baseline finds about nine times out of ten."
	                   : "the smallest slowdown whose bound would clear the tolerance, as wide as it is.");
	spec_table_say(table, "%s", check_caveat(check));
}

static void not_judged_print(const struct spec_table *table, const struct check *check)
{
	if (check->count_n[CHECK_NOT_JUDGED])
		spec_table_list(table, "Not judged:");
	for (uint32_t i = 0; i < check->rows_n; i++)
		if (check->row[i].verdict == CHECK_NOT_JUDGED)
			spec_table_item(table, check->row[i].name, check->row[i].reason);
}

int check_print(FILE *out, const struct check *check, enum report_format format)
{
	if (format == FORMAT_JSON)
		return check_print_json(out, check);
	struct spec_table table = {
		.out = out, .markdown = format == FORMAT_MARKDOWN, .column = columns, .columns_n = COLUMNS_N};
	head_print(&table, check);
	if (check->differences_n) {
		refusal_print(&table, check);
		return text_end(out);
	}
	spec_table_head(&table);
	for (uint32_t i = 0; i < check->rows_n; i++)
		if (check->row[i].verdict != CHECK_NOT_JUDGED)
			row_print(&table, &check->row[i]);
	foot_print(&table, check);
	not_judged_print(&table, check);
	return text_end(out);
}
