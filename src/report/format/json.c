// For programs: one object per report.
#include "report/advise/advice.h"
#include "report/compare/check.h"
#include "report/compare/compare.h"
#include "report/doctor/doctor.h"
#include "report/fit/fit_report.h"
#include "report/format/format.h"
#include "report/gate/outputs.h"
#include "report/table/json.h"

static int run(FILE *out, const struct derived *derived, const struct report_style *style)
{
	(void)style;
	return run_json_print(out, derived);
}

static int comparison(FILE *out, const struct comparison *compared, const struct report_style *style)
{
	(void)style;
	return compare_json_print(out, compared);
}

static int check(FILE *out, const struct check *checked, const struct report_style *style)
{
	(void)style;
	return check_json_print(out, checked);
}

static int fit(FILE *out, const struct curves *curves, const struct report_style *style)
{
	(void)style;
	return fit_json_print(out, curves);
}

static int gate(FILE *out, const struct gate *ended, const struct report_style *style)
{
	(void)style;
	return gate_json_write(out, ended);
}

static int examination(FILE *out, const struct doctor *doctor, const struct report_style *style)
{
	(void)style;
	return doctor_json_print(out, doctor);
}

static int advice(FILE *out, const struct advice_report *report, const struct report_style *style)
{
	(void)style;
	return advice_json_print(out, report);
}

const struct format format_json = {
	.name = "json",
	.summary = "one object, for programs",
	.run = run,
	.comparison = comparison,
	.check = check,
	.fit = fit,
	.advice = advice,
	.gate = gate,
	.doctor = &(const struct doctor_format){.whole = examination, .line = doctor_line_json_print},
	.gate_option = "out",
	.gate_summary = "everything as JSON, each block on a line of its own: input of `tvp replay`",
};
