#include "cli/service_measure.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "base/status.h"
#include "base/words.h"
#include "bench/service/service.h"
#include "cli/advise_measure.h"
#include "measure/choose_rows.h"
#include "measure/record_summary.h"

enum { BUDGET_S = 20, LIST_BYTES = 200 };
static const double burst_s = 1, requests_most = 4000, rate_least_hz = 100;

static bool runs(const struct point *setting)
{
	return (setting->model->resident || setting->model->baseline) && !setting->transport &&
	       setting->workers <= SERVICE_WORKERS_MOST;
}

static void choose_servers(struct advice_report *report)
{
	const struct service *service = report->service;
	for (uint32_t i = 0; i < service->n && report->served_n < SERVED_MAX; i++)
		if (runs(&service->server[i].way.setting))
			report->served[report->served_n++].server = &service->server[i];
}

// The different texts of one axis.
static int choose_axis(struct plan_options *plan, const char *key, const char *const *texts, unsigned texts_n)
{
	char list[LIST_BYTES] = "";
	for (unsigned i = 0; i < texts_n; i++)
		words_add_new(list, sizeof list, ',', texts[i]);
	return plan_choose(plan, key, list);
}

static int choose_settings(struct plan_options *plan, const struct advice_report *report)
{
	const char *model[SERVED_MAX], *wait[SERVED_MAX], *pin[SERVED_MAX], *workers[SERVED_MAX];
	char numbers[SERVED_MAX][12];
	unsigned n = report->served_n;
	for (unsigned i = 0; i < n; i++) {
		const struct point *setting = &report->served[i].server->way.setting;
		model[i] = setting->model->name;
		wait[i] = wait_name(setting->wait);
		pin[i] = pin_name(setting->pin);
		snprintf(numbers[i], sizeof numbers[i], "%u", setting->workers);
		workers[i] = numbers[i];
	}
	int status = choose_axis(plan, "model", model, n);
	if (status == 0)
		status = choose_axis(plan, "wait", wait, n);
	if (status == 0)
		status = choose_axis(plan, "pin", pin, n);
	return status == 0 ? choose_axis(plan, "workers", workers, n) : status;
}

static int choose_work(struct session *session, const struct advice_report *report)
{
	const struct workload *workload = &report->service->base.workload;
	double rate_hz = round(report->service->rate_hz);
	const struct {
		const char *key, *unit;
		double value;
	} chosen[] = {
		{"work", "ns", workload->work_ns},
		{"cv", "", workload->cv * 100},
		{"input", "", workload->in_bytes},
		{"output", "", workload->out_bytes},
		{"waiting", "", workload->wait_share * 100},
		{"locked", "", workload->lock_share * 100},
		{"rate", "", rate_hz},
		{"requests", "", fmin(rate_hz * burst_s, requests_most)},
	};
	if (rate_hz < rate_least_hz)
		return status_say(ERANGE, "--verify: experiment service would take long at less than %.0f/s", rate_least_hz);
	int status = 0;
	for (size_t i = 0; i < sizeof chosen / sizeof *chosen && status == 0; i++)
		status = advise_choose_whole(session->command, &session->request.plan, chosen[i].key, chosen[i].value,
		                             chosen[i].unit);
	return status;
}

static bool same_way(const struct point *a, const struct point *b)
{
	return a->model == b->model &&
	       (a->model->baseline || (a->workers == b->workers && a->wait == b->wait && a->pin == b->pin));
}

static bool is_served(const void *context, const struct spec *spec, unsigned which)
{
	const struct advice_report *report = context;
	struct point point;
	return service_point(spec, &point) == 0 && same_way(&point, &report->served[which].server->way.setting);
}

static double measured(const struct record *record, int32_t row, enum metric metric)
{
	return row < 0 ? NAN : record_summary(record, (uint32_t)row, metric).median;
}

int service_verify(struct session *session, struct advice_report *report)
{
	int32_t row[SERVED_MAX];
	choose_servers(report);
	if (report->served_n == 0)
		return status_say(ERANGE, "--verify: experiment service has none of these ways");
	session_ask(session, "service", BUDGET_S * NS_PER_S);
	session->request.options.rounds_most = 100;
	int status = choose_work(session, report);
	if (status == 0)
		status = choose_settings(&session->request.plan, report);
	if (status == 0)
		status = session_plan(session);
	if (status == 0) {
		choose_rows(&session->record, &(struct wanted_rows){"service", report->served_n, is_served, report, row});
		status = session_measure_whole(session);
	}
	for (unsigned k = 0; k < report->served_n && status == 0; k++) {
		report->served[k].p50_ns = measured(&session->record, row[k], METRIC_wall_ns);
		report->served[k].p99_ns = measured(&session->record, row[k], METRIC_wall_p99_ns);
	}
	report->served_n = status == 0 ? report->served_n : 0;
	return status;
}
