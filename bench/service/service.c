// `service`: the response time of requests that arrive by themselves, each an item of kernel `synthetic`, whether
// earlier ones are done or not: an open loop. The bursts are in bursts.c.
#include "bench/service/service.h"

#include <errno.h>
#include <string.h>

#include "base/status.h"
#include "base/units.h"
#include "base/words.h"
#include "bench/plan/axis_product.h"
#include "kernel/kernel.h"

enum { RATE_MOST_HZ = 100000000 };

static double rate_hz; // of the runner's one visit

// What of a row is an axis of every kernel through a model, and what a parameter of the kernel, under another name.
static const struct {
	const char *own, *key;
} renamed[] = {
	{"model", "model"}, {"workers", "workers"},  {"pin", "pin"},         {"wait", "wait"},
	{"cv", "cv_pct"},   {"waiting", "wait_pct"}, {"locked", "lock_pct"}, {"requests", "size"},
};

// The row as a point: the work of a request as an item of kernel `synthetic`.
static int point_spec(const struct spec *spec, struct spec *out)
{
	uint64_t work_ns, in_bytes, out_bytes;
	int status = spec_axis_duration(spec, "work", &work_ns);
	if (status == 0)
		status = spec_axis_bytes(spec, "input", &in_bytes);
	if (status == 0)
		status = spec_axis_bytes(spec, "output", &out_bytes);
	if (status == 0)
		status = spec_init(out, "service");
	if (status < 0)
		return status;
	spec_set(out, "kernel", "synthetic");
	spec_set_count(out, "item_ns", work_ns);
	spec_set_count(out, "in_bytes", in_bytes);
	spec_set_count(out, "out_bytes", out_bytes);
	for (size_t i = 0; i < sizeof renamed / sizeof *renamed && status == 0; i++) {
		const char *value = spec_get(spec, renamed[i].own);
		status = value ? spec_set(out, renamed[i].key, value)
		               : status_say(EINVAL, "a row of service needs %s", renamed[i].own);
	}
	return status;
}

int service_point(const struct spec *spec, struct point *point)
{
	struct spec plain;
	int status = point_spec(spec, &plain);
	return status < 0 ? status : point_from_spec(point, &plain);
}

static int prepare(const struct spec *spec)
{
	struct spec plain;
	int status = point_spec(spec, &plain);
	return status < 0 ? status : point_prepare(&plain);
}

static void inherit(const struct spec *spec, bool inherited)
{
	struct spec plain;
	if (point_spec(spec, &plain) == 0)
		point_inherit(&plain, inherited);
}

static bool give_back(const struct spec *spec)
{
	struct spec plain;
	return point_spec(spec, &plain) == 0 && point_give_back(&plain);
}

static int measure(const struct point *point, const struct problem *problem, struct trial *trial)
{
	if (!point->model->resident && !point->model->baseline)
		return status_say(EINVAL, "a row of service is of the serial model or of a pool");
	return service_measure(point, problem, rate_hz, trial);
}

static int trial(const struct spec *spec, struct trial *trial)
{
	struct spec plain;
	uint64_t rate;
	int status = spec_axis_count(spec, "rate", 1, RATE_MOST_HZ, &rate);
	if (status == 0)
		status = point_spec(spec, &plain);
	rate_hz = (double)rate;
	return status < 0 ? status : point_trial_by(&plain, trial, measure);
}

// The caller alone has no workers that wait: one row serves all their values.
static bool is_first(const struct plan_options *options, const struct spec *spec, const char *key, const char *preset)
{
	struct word first = {.at = plan_axis_given(options, key) ? plan_chosen(options, key) : preset};
	return word_next(&first, ',') && word_is(&first, spec_get(spec, key));
}

static const char *why_not(const struct plan_options *options, const struct spec *spec)
{
	struct point point;
	if (service_point(spec, &point) < 0)
		return "kernel synthetic makes no such work";
	if (point.model->baseline)
		return is_first(options, spec, "workers", "1") && is_first(options, spec, "wait", "adaptive") ? NULL : "";
	if (point.wait == WAIT_SPIN && point.workers >= topology_cpus_n(options->topology))
		return "spinning workers on all CPUs: the caller, which sends the requests, would have none";
	return NULL;
}

static int check_percent(const char *value)
{
	uint64_t percent;
	if (units_parse_count(value, 0, 100, &percent) == 0)
		return 0;
	return status_say(EINVAL, "'%s': expected whole percent, 0 to 100", value);
}

static int check_rate(const char *value)
{
	uint64_t rate;
	if (units_parse_count(value, 1, RATE_MOST_HZ, &rate) == 0)
		return 0;
	return status_say(EINVAL, "rate '%s': expected whole requests per second, 1 to %d", value, RATE_MOST_HZ);
}

static int check_requests(const char *value)
{
	uint64_t requests_n;
	if (units_parse_count(value, 20, SERVICE_REQUESTS_MOST, &requests_n) == 0)
		return 0;
	return status_say(EINVAL, "requests '%s': expected 20 to %d", value, SERVICE_REQUESTS_MOST);
}

static int check_service_workers(const char *value)
{
	uint64_t workers_n;
	if (axis_word_known("workers", value) || units_parse_count(value, 1, SERVICE_WORKERS_MOST, &workers_n) == 0)
		return 0;
	return status_say(EINVAL, "workers '%s': service takes 1 to %d", value, SERVICE_WORKERS_MOST);
}

static int check_wait(const char *value)
{
	enum wait wait;
	return wait_parse(value, &wait) == 0 ? 0 : status_say(EINVAL, "wait '%s': expected spin, park or adaptive", value);
}

static const struct experiment_axis axes[] = {
	{"work", "100us", NULL, "of a request: 100us", check_duration},
	{"cv", "0", "0,100", "coefficient of variation of the requests' work, in percent (at most 100)", check_percent},
	{"input", "0", NULL, "what a request reads: 0, 4KiB", check_bytes},
	{"output", "0", NULL, "what a request writes: 0, 4KiB", check_bytes},
	{"waiting", "0", NULL, "of a request's work, what it waits, in percent (at most 99)", check_percent},
	{"locked", "0", NULL, "of a request's computing, what it does under one lock, in percent (at most 50)",
     check_percent},
	{"requests", "1000", NULL, "in a burst", check_requests},
	{"model", "serial,thread_pool,process_pool", NULL, "who serves", NULL},
	{"workers", "1,2", "auto", "who serve requests", check_service_workers},
	{"pin", "compact", NULL, "where workers run", check_pin},
	{"wait", "adaptive", "adaptive,park,spin", "how workers wait for requests", check_wait},
	{"rate", "2000,5000,8000", NULL, "requests per second that arrive, on average: 2000", check_rate},
	{0},
};

static const struct experiment_plot plots[] = {
	{"p99", "lines", "rate", "model workers wait", METRIC_wall_p99_ns, DRAW_METRIC, "p99", "requests per second",
     "p99 of the response", NULL},
	{0},
};

const struct experiment experiment_service = {
	.name = "service",
	.summary = "response time of requests that arrive by themselves at a rate (open loop)",
	.own_axes = axes,
	.figures = "wall_p99_ns wall_mean_ns rate_hz late_ns cpu_ns",
	.answer = "wall_p99_ns",
	.plots = plots,
	.why_not = why_not,
	.visit = {.prepare = prepare, .inherit = inherit, .give_back = give_back, .trial = trial, .visit_ns = 300000000},
};
