// The same tables in GitHub's Markdown, such as for $GITHUB_STEP_SUMMARY.
#include "report/advise/advice.h"
#include "report/compare/check.h"
#include "report/compare/compare.h"
#include "report/fit/fit_report.h"
#include "report/format/format.h"
#include "report/gate/outputs.h"
#include "report/table/table.h"

static int run(FILE *out, const struct derived *derived, const struct report_style *style)
{
	// A page scrolls: it has every row.
	const struct report_style rows = {.all = style->all};
	return table_print(&(struct document){.out = out, .markdown = true}, derived, &rows);
}

static int comparison(FILE *out, const struct comparison *compared, const struct report_style *style)
{
	(void)style;
	return compare_print(&(struct document){.out = out, .markdown = true}, compared);
}

static int check(FILE *out, const struct check *checked, const struct report_style *style)
{
	(void)style;
	return check_print(&(struct document){.out = out, .markdown = true}, checked);
}

static int fit(FILE *out, const struct curves *curves, const struct report_style *style)
{
	(void)style;
	return fit_report_print(&(struct document){.out = out, .markdown = true}, curves);
}

static int gate(FILE *out, const struct gate *ended, const struct report_style *style)
{
	(void)style;
	return gate_markdown_write(out, ended);
}

static int advice(FILE *out, const struct advice_report *report, const struct report_style *style)
{
	return advice_print(&(struct document){.out = out, .markdown = true}, report, style);
}

const struct format format_markdown = {
	.name = "markdown",
	.summary = "for GitHub",
	.run = run,
	.comparison = comparison,
	.check = check,
	.fit = fit,
	.advice = advice,
	.gate = gate,
	.gate_option = "markdown",
	.gate_summary = "a page for people, such as for $GITHUB_STEP_SUMMARY: regressions first, always under 1 MB",
};
