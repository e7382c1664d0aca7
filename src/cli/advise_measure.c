#include "cli/advise_measure.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "base/units.h"
#include "base/words.h"
#include "bench/plan/point.h"
#include "measure/choose_rows.h"
#include "measure/record_summary.h"
#include "report/text/text.h"

enum { ITEMS_BUDGET_S = 3, VERIFY_BUDGET_S = 10, LIST_BYTES = 200 };
static const double differ_most = 1e5; // longest item ÷ median
static const double item_least_ns = 200;

static void ask(struct session *session, const char *suite, uint64_t budget_s)
{
	session_ask(session, suite, budget_s * NS_PER_S);
	session->request.options.rounds_most = 100;
}

// One text of a number as the plan takes it.
static int choose_number(struct plan_options *plan, const char *key, double number)
{
	char text[32];
	snprintf(text, sizeof text, "%.0f", number);
	return plan_choose(plan, key, text);
}

static int choose_kernel(struct plan_options *plan, const struct advise_request *request)
{
	int status = plan_choose(plan, "kernel", request->kernel);
	const struct kernel *kernel = kernel_find(request->kernel);
	if (status == 0 && request->size)
		return plan_choose(plan, "size", request->size);
	bool counts = kernel && (kernel->size_forms & SIZE_ITEMS);
	if (status == 0 && request->items_given && counts)
		status = choose_number(plan, "size", request->workload.items_n);
	return status;
}

static double median_of(const struct record *record, uint32_t row, enum metric metric)
{
	return record_summary(record, row, metric).median;
}

// What does not compute is no wait where it queues for a CPU that others have.
static double waiting_of(const struct record *record, uint32_t row)
{
	static const double least = 0.05; // less is the clock's and the scheduler's
	double share = median_of(record, row, METRIC_item_wait_ns) / median_of(record, row, METRIC_wall_mean_ns);
	return share > least ? fmin(share, 0.999) : 0;
}

static int describe(const struct record *record, uint32_t row, struct advise_request *request)
{
	struct workload *workload = &request->workload;
	double wall_ns = median_of(record, row, METRIC_wall_ns), cv = median_of(record, row, METRIC_item_cv);
	double longest = median_of(record, row, METRIC_item_max_ns) / median_of(record, row, METRIC_item_median_ns);
	if (longest > differ_most && wall_ns >= item_least_ns)
		return status_say(ERANGE,
		                  "the longest item takes %.0f times the median one: a mean and a variation do not describe "
		                  "such work; run it: tvp run scaling --kernel=%s --model=models --workers=auto",
		                  longest, request->kernel);
	workload->work_ns = wall_ns;
	workload->touches = true;
	// Of items far shorter than the clock can tell, what is measured is the clock's own.
	if (!request->cv_given && isfinite(cv) && wall_ns >= item_least_ns)
		workload->cv = fmin(cv, 10);
	workload->wait_share = waiting_of(record, row);
	workload->in_bytes = fmax(median_of(record, row, METRIC_item_in_bytes), 0);
	workload->out_bytes = fmax(median_of(record, row, METRIC_item_out_bytes), 0);
	return 0;
}

// The serial row of an experiment that was measured; -1: none.
static int32_t find_row(const struct record *record, const char *experiment)
{
	for (uint32_t i = 0; i < record->rows_n; i++) {
		const struct row *row = &record->rows[i];
		const char *model = spec_get(&row->spec, "model");
		if (strcmp(row->spec.experiment, experiment) == 0 && model && strcmp(model, "serial") == 0 &&
		    row->last_sample > 0)
			return (int32_t)i;
	}
	return -1;
}

// The mean item is that of a whole run: items one by one cannot be computed together, as a kernel may do.
static int take_whole(const struct record *record, uint32_t row, struct advise_request *request)
{
	struct workload *workload = &request->workload;
	struct point point;
	struct problem problem;
	int status = point_from_spec(&point, &record->rows[row].spec);
	if (status == 0)
		status = problem_plan(&problem, point.kernel, &point.size, &point.options);
	if (status < 0 || problem.items_n == 0)
		return status < 0 ? status : status_say(ERANGE, "kernel %s has no items", request->kernel);
	workload->work_ns = median_of(record, row, METRIC_wall_ns) / (double)problem.items_n;
	if (!request->items_given)
		workload->items_n = (double)problem.items_n;
	return 0;
}

int advise_measure_items(struct session *session, struct advise_request *request)
{
	ask(session, "items,scaling", ITEMS_BUDGET_S);
	int status = choose_kernel(&session->request.plan, request);
	if (status == 0)
		status = plan_choose(&session->request.plan, "model", "serial");
	if (status == 0)
		status = session_plan(session);
	if (status == 0)
		status = session_measure_whole(session);
	int32_t items = find_row(&session->record, "items"), whole = find_row(&session->record, "scaling");
	if (status == 0 && (items < 0 || whole < 0))
		status = status_say(EIO, "items of kernel %s could not be measured: %s", request->kernel,
		                    session->record.rows_n ? session->record.rows[0].reason : "no such row");
	if (status == 0)
		status = describe(&session->record, (uint32_t)items, request);
	return status == 0 ? take_whole(&session->record, (uint32_t)whole, request) : status;
}

char *advise_items_text(char *out, size_t out_bytes, const struct advise_request *request)
{
	const struct workload *workload = &request->workload;
	char mean[32], percent[32];
	snprintf(out, out_bytes, "kernel %s, items measured: mean %s, coefficient of variation %.2g", request->kernel,
	         units_format_ns(mean, sizeof mean, workload->work_ns), workload->cv);
	if (workload->wait_share > 0)
		text_add(out, out_bytes, ", of which it waits %s", text_percent(percent, sizeof percent, workload->wait_share));
	return out;
}

static int choose_synthetic(struct plan_options *plan, const struct workload *workload)
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
		status = choose_number(plan, parameter[i].key, parameter[i].value);
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
	for (unsigned v = 0; v < report->verified_n; v++)
		report->verified[v].measured.ns =
			row[v] < 0 ? NAN : record_summary(record, (uint32_t)row[v], METRIC_wall_ns).median;
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

int advise_verify(struct session *session, const struct advise_request *request, struct advice_report *report)
{
	int32_t row[VERIFIED_MAX];
	ask(session, "scaling", VERIFY_BUDGET_S);
	choose_candidates(report);
	int status = request->kernel ? choose_kernel(&session->request.plan, request)
	                             : choose_synthetic(&session->request.plan, &request->workload);
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
	return status;
}
