#include "cli/advise_measure.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "base/units.h"
#include "base/words.h"
#include "bench/plan/point.h"
#include "kernel/plugin/plugin.h"
#include "measure/record_summary.h"
#include "report/text/text.h"

enum { ITEMS_BUDGET_S = 3 };
static const double differ_most = 1e5; // longest item ÷ median
static const double item_least_ns = 200;

void advise_ask(struct session *session, const char *suite, uint64_t budget_s)
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

// As the request says, or a job of fewer items, of which a sample is measured.
int advise_choose_kernel(struct plan_options *plan, const struct advise_request *request)
{
	int status = plan_choose(plan, "kernel", request->kernel);
	const struct kernel *kernel = kernel_find(request->kernel);
	if (status == 0 && request->size)
		return plan_choose(plan, "size", request->size);
	bool counts = kernel && (kernel->size_forms & SIZE_ITEMS);
	if (status == 0 && request->items_given && counts)
		status = choose_number(plan, "size", request->sampled_n > 0 ? request->sampled_n : request->workload.items_n);
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

static struct trend trend_of(const struct record *record, uint32_t row)
{
	struct trend trend = {median_of(record, row, METRIC_item_slope), median_of(record, row, METRIC_item_bend)};
	return isfinite(trend.slope) && isfinite(trend.bend) ? trend : (struct trend){0};
}

// As --kernel takes it.
static const char *path_of(const char *name)
{
	const struct kernel *kernel = kernel_find(name);
	return kernel && kernel->plugin ? kernel->plugin->path : name;
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
		                  longest, path_of(request->kernel));
	workload->work_ns = wall_ns;
	workload->touches = true;
	// Of items far shorter than the clock can tell, what is measured is the clock's own.
	if (!request->cv_given && isfinite(cv) && wall_ns >= item_least_ns)
		workload->cv = fmin(cv, 10);
	workload->trend = trend_of(record, row);
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

static int not_measured(const struct record *record, const struct advise_request *request)
{
	const char *reason = record->rows_n ? record->rows[0].reason : "no such row";
	reason = *reason ? reason : "the time for it ended before";
	bool late = strstr(reason, "did not end within");
	return status_say(EIO, "items of kernel %s could not be measured: %s%s", request->kernel, reason,
	                  late ? "; --plugin-deadline=TIME gives it longer, and a smaller --size or --items less to do"
	                       : "");
}

static int measure_serially(struct session *session, const struct advise_request *request)
{
	int status = advise_choose_kernel(&session->request.plan, request);
	if (status == 0)
		status = plan_choose(&session->request.plan, "model", "serial");
	if (status == 0)
		status = session_plan(session);
	return status == 0 ? session_measure_whole(session) : status;
}

// What an item takes of a job of request->sampled_n.
static int probe(const struct session *session, const struct advise_request *request, double *item_ns)
{
	static struct session probing; // some 60 KiB
	probing = (struct session){.command = session->command, .topology = session->topology};
	session_ask(&probing, "items", NS_PER_S);
	probing.request.options.rounds_most = 1;
	int status = measure_serially(&probing, request);
	int32_t row = status == 0 ? find_row(&probing.record, "items") : -1;
	if (status == 0)
		status = row < 0 ? not_measured(&probing.record, request) : 0;
	if (status == 0)
		*item_ns = median_of(&probing.record, (uint32_t)row, METRIC_wall_mean_ns);
	record_close(&probing.record);
	return status;
}

// A job that takes long is not run whole: so many items as take a part of a second are found from one on, and
// these are measured.
static int choose_sample(const struct session *session, struct advise_request *request)
{
	static const double growth = 16, long_ns = 5e8, sample_ns = 3e8;
	const struct kernel *kernel = kernel_find(request->kernel);
	const double items_n = request->workload.items_n;
	if (!request->items_given || request->size || !kernel || !(kernel->size_forms & SIZE_ITEMS))
		return 0;
	for (double n = 1, item_ns = 0; n < items_n; n *= growth) {
		request->sampled_n = n;
		int status = probe(session, request, &item_ns);
		if (status < 0)
			return status;
		if (item_ns * fmin(n * growth, items_n) > long_ns) {
			request->sampled_n = fmin(fmax(floor(sample_ns / item_ns), 1), items_n);
			return 0;
		}
	}
	request->sampled_n = 0;
	return 0;
}

int advise_measure_items(struct session *session, struct advise_request *request)
{
	int status = choose_sample(session, request);
	if (status < 0)
		return status;
	advise_ask(session, "items,scaling", ITEMS_BUDGET_S);
	status = measure_serially(session, request);
	int32_t items = find_row(&session->record, "items"), whole = find_row(&session->record, "scaling");
	if (status == 0 && (items < 0 || (whole < 0 && request->sampled_n == 0)))
		status = not_measured(&session->record, request);
	if (status == 0)
		status = describe(&session->record, (uint32_t)items, request);
	return status == 0 && whole >= 0 ? take_whole(&session->record, (uint32_t)whole, request) : status;
}

// As far as it makes any difference.
static void add_trend(char *out, size_t out_bytes, const struct trend *trend)
{
	static const double told = 0.05;
	if (fabs(trend->slope) > told)
		text_add(out, out_bytes, ", the last ones %s than the first", trend->slope > 0 ? "longer" : "shorter");
	if (fabs(trend->bend) > told)
		text_add(out, out_bytes, ", those in the middle %s than the others", trend->bend < 0 ? "longer" : "shorter");
}

char *advise_items_text(char *out, size_t out_bytes, const struct advise_request *request)
{
	const struct workload *workload = &request->workload;
	char mean[32], percent[32];
	snprintf(out, out_bytes, "kernel %s, items measured: mean %s, coefficient of variation %.2g", request->kernel,
	         units_format_ns(mean, sizeof mean, workload->work_ns), workload->cv);
	add_trend(out, out_bytes, &workload->trend);
	if (workload->wait_share > 0)
		text_add(out, out_bytes, ", of which it waits %s", text_percent(percent, sizeof percent, workload->wait_share));
	if (request->sampled_n > 0)
		text_add(out, out_bytes, "; of a job of %.0f items: all %.0f would take about %s one after the other",
		         request->sampled_n, workload->items_n,
		         units_format_ns(mean, sizeof mean, workload->work_ns * workload->items_n));
	return out;
}
