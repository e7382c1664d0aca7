// Tables for people at a terminal.
#include "report/advise/advice.h"
#include "report/compare/check.h"
#include "report/compare/compare.h"
#include "report/doctor/doctor.h"
#include "report/fit/fit_report.h"
#include "report/format/format.h"
#include "report/gate/outputs.h"
#include "report/table/table.h"

static int run(FILE *out, const struct derived *derived, const struct report_style *style)
{
	return table_print(&(struct document){.out = out, .colour = style->colour, .columns = style->columns}, derived,
	                   style);
}

static int comparison(FILE *out, const struct comparison *compared, const struct report_style *style)
{
	return compare_print(&(struct document){.out = out, .colour = style->colour, .columns = style->columns}, compared);
}

static int check(FILE *out, const struct check *checked, const struct report_style *style)
{
	return check_print(&(struct document){.out = out, .colour = style->colour, .columns = style->columns}, checked);
}

static int fit(FILE *out, const struct curves *curves, const struct report_style *style)
{
	return fit_report_print(&(struct document){.out = out, .colour = style->colour, .columns = style->columns}, curves);
}

static int gate(FILE *out, const struct gate *ended, const struct report_style *style)
{
	return gate_table_print(&(struct document){.out = out, .colour = style->colour, .columns = style->columns}, ended);
}

static int examination(FILE *out, const struct doctor *doctor, const struct report_style *style)
{
	return doctor_print(&(struct document){.out = out, .colour = style->colour, .columns = style->columns}, doctor);
}

static int advice(FILE *out, const struct advice_report *report, const struct report_style *style)
{
	return advice_print(&(struct document){.out = out, .colour = style->colour, .columns = style->columns}, report,
	                    style);
}

const struct format format_table = {
	.name = "table",
	.summary = "for a terminal",
	.run = run,
	.comparison = comparison,
	.check = check,
	.fit = fit,
	.replay = &(const struct replay_format){.end = replay_table_end, .file = replay_table_file},
	.advice = advice,
	.gate = gate,
	.doctor = &(const struct doctor_format){.whole = examination, .line = doctor_line_print},
};
