// The best ways, run: what is predicted beside what is measured.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "base/words.h"
#include "bench/plan/point.h"
#include "cli/advise_measure.h"
#include "measure/choose_rows.h"
#include "measure/record_summary.h"

enum { VERIFY_BUDGET_S = 10, LIST_BYTES = 200 };

int advise_choose_whole(const char *command, struct plan_options *plan, const char *key, double number,
                        const char *unit)
{
	static const double slightly = 0.01;
	char text[40];
	snprintf(text, sizeof text, "%.0f%s", number, number > 0 ? unit : "");
	if (fabs(round(number) - number) > slightly * number)
		fprintf(stderr, "%s: --verify takes whole numbers: it runs %s:%.0f in place of %.3g\n", command, key, number,
		        number);
	return plan_choose(plan, key, text);
}

static int choose_synthetic(const char *command, struct plan_options *plan, const struct workload *workload)
{
	const struct {
		const char *key;
		double value, most;
	} parameter[] = {
		{"item_ns", workload->work_ns, 1e9},
		{"cv_pct", workload->cv * 100, 100},
		{"in_bytes", workload->in_bytes, 64 << 20},
		{"out_bytes", workload->out_bytes, 64 << 20},
		{"wait_pct", workload->wait_share * 100, 99},
		{"lock_pct", workload->lock_share * 100, 50},
		{"size", workload->items_n, 1e9},
	};
	int status = plan_choose(plan, "kernel", "synthetic");
	for (size_t i = 0; i < sizeof parameter / sizeof *parameter && status == 0; i++) {
		if (parameter[i].value > parameter[i].most)
			return status_say(ERANGE, "--verify: kernel synthetic makes no work with %s above %.0f", parameter[i].key,
			                  parameter[i].most);
		status = advise_choose_whole(command, plan, parameter[i].key, parameter[i].value, "");
	}
	return status;
}

// The values of one axis among the candidates, each once.
static int choose_settings(struct plan_options *plan, const struct advice_report *report)
{
	static const char *const keys[] = {"model", "workers", "wait", "pin", "transport", "schedule"};
	int status = 0;
	for (size_t k = 0; k < sizeof keys / sizeof *keys && status == 0; k++) {
		char list[LIST_BYTES] = "";
		for (unsigned i = 0; i < report->verified_n; i++) {
			struct spec spec;
			point_to_spec(&report->verified[i].candidate->setting, "scaling", &spec);
			const char *value = spec_get(&spec, keys[k]);
			const char *preset = k == 2 ? "adaptive" : k == 4 ? "inplace" : "static";
			value = value ? value : preset;
			words_add_new(list, sizeof list, ',', value);
		}
		status = plan_choose(plan, keys[k], list);
	}
	return status;
}

static bool same_setting(const struct point *a, const struct point *b)
{
	if (a->model != b->model || a->model->baseline)
		return a->model == b->model;
	return a->workers == b->workers && a->pin == b->pin && a->transport == b->transport && a->wait == b->wait &&
	       memcmp(&a->schedule, &b->schedule, sizeof a->schedule) == 0;
}

static bool is_verified(const void *context, const struct spec *spec, unsigned which)
{
	const struct advice_report *report = context;
	struct point point;
	return point_from_spec(&point, spec) == 0 && same_setting(&point, &report->verified[which].candidate->setting);
}

static void take_measured(const struct record *record, const int32_t *row, struct advice_report *report)
{
	for (unsigned v = 0; v < report->verified_n; v++) {
		struct verified *verified = &report->verified[v];
		const char *reason = row[v] < 0 ? "there is no row of it" : record->rows[row[v]].reason;
		verified->measured.ns = row[v] < 0 ? NAN : record_summary(record, (uint32_t)row[v], METRIC_wall_ns).median;
		if (isnan(verified->measured.ns) && *reason)
			text_fit(verified->why_not, sizeof verified->why_not, reason);
		else if (isnan(verified->measured.ns))
			snprintf(verified->why_not, sizeof verified->why_not, "--verify has %d s, and it would take longer",
			         VERIFY_BUDGET_S);
	}
}

static void choose_candidates(struct advice_report *report)
{
	const struct advice *advice = report->advice;
	int32_t serial = advice->best[FAMILY_SERIAL];
	for (uint32_t i = 0; i < advice->n && report->verified_n < 2; i++)
		report->verified[report->verified_n++].candidate = &advice->candidate[i];
	if (serial >= (int32_t)report->verified_n)
		report->verified[report->verified_n++].candidate = &advice->candidate[serial];
}

// Each is run to warm up, to find out how long it takes, and to be timed.
static int check_time(const struct advice_report *report)
{
	static const double runs_each = 3;
	double sum_ns = 0;
	for (unsigned v = 0; v < report->verified_n; v++)
		sum_ns += report->verified[v].candidate->prediction.wall.ns * runs_each;
	if (sum_ns <= VERIFY_BUDGET_S * 1e9)
		return 0;
	return status_say(ERANGE, "--verify has %d s, and running these ways would take about %.0f s: give fewer items",
	                  VERIFY_BUDGET_S, sum_ns / 1e9);
}

// The work: of a kernel the whole job, which is not run where it takes long.
static int choose_work(struct session *session, const struct advise_request *request)
{
	struct plan_options *plan = &session->request.plan;
	if (request->kernel && request->sampled_n > 0)
		return status_say(ERANGE, "--verify would run a job of %.0f items whole, and that takes too long: give fewer",
		                  request->workload.items_n);
	return request->kernel ? advise_choose_kernel(plan, request)
	                       : choose_synthetic(session->command, plan, &request->workload);
}

int advise_verify(struct session *session, const struct advise_request *request, struct advice_report *report)
{
	int32_t row[VERIFIED_MAX];
	advise_ask(session, "scaling", VERIFY_BUDGET_S);
	int status = choose_work(session, request);
	if (status == 0)
		choose_candidates(report);
	if (status == 0)
		status = check_time(report);
	if (status == 0)
		status = choose_settings(&session->request.plan, report);
	if (status == 0)
		status = session_plan(session);
	if (status == 0) {
		choose_rows(&session->record, &(struct wanted_rows){"scaling", report->verified_n, is_verified, report, row});
		status = session_measure_whole(session);
	}
	if (status == 0)
		take_measured(&session->record, row, report);
	else
		report->verified_n = 0;
	return status;
}
