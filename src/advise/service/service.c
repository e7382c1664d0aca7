#include "advise/service/service.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "advise/service/wakes.h"
#include "advise/footprint.h"
#include "advise/settings.h"
#include "base/array.h"
#include "base/status.h"

// What the formulas of queues are off by (tests/t_queueing.c): of what waiting adds to a response.
static const double queue_error = 0.1;
// What predictions are off by on a machine (docs/advise.md), its other processes left aside.
static const double middle_error = 0.1, tail_error = 0.2;
// Of ways that are as good, one that uses so much more CPU time is not given up for another.
static const double cpus_alike = 1.2;
static const double alike = 1.01;
enum { WORKERS_MOST = 256 };

enum statistic { STATISTIC_MEAN, STATISTIC_P50, STATISTIC_P99 };

static double statistic_of(const struct response *response, enum statistic statistic)
{
	if (statistic == STATISTIC_MEAN)
		return response_mean(response);
	return response_quantile(response, statistic == STATISTIC_P50 ? 0.5 : 0.99);
}

// The same, had nobody to wait for a worker.
static double without_queue(const struct response *response, enum statistic statistic)
{
	struct response free = *response;
	free.wait.share = 0;
	return statistic_of(&free, statistic);
}

// At an end of the costs' doubts: 0 or INFINITY where it does not keep up there.
static double end_of(const struct service *service, const struct way *way, int sign, enum statistic statistic)
{
	struct way_load load;
	if (!way_load(way, &service->wakes, service->rate_hz, sign, &load))
		return INFINITY;
	return statistic_of(&load.response, statistic);
}

static struct estimate estimate(const struct service *service, const struct way *way, const struct response *response,
                                enum statistic statistic)
{
	double ns = statistic_of(response, statistic);
	double model_ns = ns * (statistic == STATISTIC_P99 ? tail_error : middle_error);
	double queue_ns = hypot(model_ns, queue_error * fmax(ns - without_queue(response, statistic), 0));
	double below_ns = fmax(ns - end_of(service, way, -1, statistic), 0);
	double above_ns = fmax(end_of(service, way, 1, statistic) - ns, 0);
	return (struct estimate){ns, fmax(ns - hypot(below_ns, queue_ns), 0), ns + hypot(above_ns, queue_ns)};
}

static void exclude(struct service *service, const char *what, const char *reason)
{
	struct exclusion exclusion = {.settings_n = 1};
	snprintf(exclusion.what, sizeof exclusion.what, "%s", what);
	snprintf(exclusion.reason, sizeof exclusion.reason, "%s", reason);
	advice_exclude(&service->base, &exclusion);
}

static bool excluded(struct service *service, const struct point *setting)
{
	const struct costs *costs = service->base.costs;
	struct exclusion exclusion = {.settings_n = 1};
	if (setting->model->resident && setting->wait == WAIT_SPIN && setting->workers + 1 > costs->cpus_n) {
		exclude(service, "spinning workers on all CPUs", "the caller, which takes the requests, would have none");
		return true;
	}
	if (!setting_excluded(costs, &service->base.workload, setting, &exclusion))
		return false;
	advice_exclude(&service->base, &exclusion);
	return true;
}

static int consider(struct service *service, const struct point *setting)
{
	struct way way;
	if (excluded(service, setting))
		return 0;
	if (way_make(&way, service->base.costs, &service->wakes, &service->base.workload, setting) < 0) {
		advice_note_unknown(&service->base);
		return 0;
	}
	int status = array_grow((void **)&service->way, service->ways_n, &service->ways_max, sizeof way);
	if (status < 0)
		return status;
	service->way[service->ways_n++] = way;
	service->rate_most_hz = fmax(service->rate_most_hz, way.rate_most_hz);
	return 0;
}

// Where nothing waits, workers beyond the CPUs serve no more; else enough of them for the CPUs to be busy meanwhile,
// and half as many again.
static unsigned workers_most(const struct service *service)
{
	const struct workload *workload = &service->base.workload;
	unsigned cpus_n = service->base.costs->cpus_n;
	double most = workload->wait_share > 0 ? ceil(1.5 * cpus_n / (1 - workload->wait_share)) : cpus_n;
	return (unsigned)fmin(most, fmax(WORKERS_MOST, cpus_n));
}

// Steps of a quarter at most.
static unsigned more_workers(unsigned workers_n)
{
	return workers_n + (workers_n < 8 ? 1 : workers_n / 4);
}

static int each_workers(void *context, const struct point *setting)
{
	struct service *service = context;
	struct point point = *setting;
	int status = 0;
	if (setting->schedule.kind != SCHEDULE_STATIC || setting->workers != 1)
		return 0;
	unsigned most = setting->model->baseline ? 1 : workers_most(service);
	for (point.workers = 1; point.workers <= most && status == 0; point.workers = more_workers(point.workers))
		status = consider(service, &point);
	return status;
}

static int by_p99(const void *a, const void *b)
{
	double x = ((const struct server *)a)->p99.ns, y = ((const struct server *)b)->p99.ns;
	return (x > y) - (x < y);
}

// CPU time that differs by less than a hundredth of a CPU is the same.
static int by_cpus(const void *a, const void *b)
{
	const struct server *x = a, *y = b;
	double cpus_x = round(x->cpus * 100), cpus_y = round(y->cpus * 100);
	if (cpus_x != cpus_y)
		return (cpus_x > cpus_y) - (cpus_x < cpus_y);
	if (x->way.setting.workers != y->way.setting.workers)
		return x->way.setting.workers < y->way.setting.workers ? -1 : 1;
	return by_p99(a, b);
}

// Those that are as good as the best, or meet the goal, come first, the fewest CPUs before more.
static void rank(struct service *service)
{
	struct server *best = service->server;
	struct way_load load;
	qsort(best, service->n, sizeof *best, by_p99);
	way_load(&best->way, &service->wakes, service->rate_hz, 0, &load);
	best->p99 = estimate(service, &best->way, &load.response, STATISTIC_P99);
	double goal_ns = service->goal_p99_ns;
	service->meets_goal = goal_ns > 0 && best->p99.ns <= goal_ns;
	double enough_ns = service->meets_goal ? goal_ns : fmax(best->p99.high_ns, best->p99.ns * alike);
	while (service->equal_n < service->n && best[service->equal_n].p99.ns <= enough_ns)
		service->equal_n++;
	qsort(best, service->equal_n, sizeof *best, by_cpus);
}

// Those that keep up, in order, with their p99 alone.
static int serve(struct service *service)
{
	int status = 0;
	for (uint32_t i = 0; i < service->ways_n && status == 0; i++) {
		struct server server = {.way = service->way[i]};
		struct way_load load;
		if (!way_load(&server.way, &service->wakes, service->rate_hz, 0, &load))
			continue;
		server.p99.ns = statistic_of(&load.response, STATISTIC_P99);
		server.utilisation = load.utilisation;
		server.cpus = load.cpus;
		status = array_grow((void **)&service->server, service->n, &service->max, sizeof server);
		if (status == 0)
			service->server[service->n++] = server;
	}
	if (status == 0 && service->n > 0)
		rank(service);
	return status;
}

// One reason for each kind of way: up to how many of its workers cannot keep up.
static void note_slow(struct service *service, const struct model *model, const struct channel_type *transport)
{
	unsigned most_n = 0;
	char what[48], reason[200];
	for (uint32_t i = 0; i < service->ways_n; i++) {
		const struct way *way = &service->way[i];
		bool meant = way->setting.model == model && way->setting.transport == transport;
		if (meant && way->rate_most_hz <= service->rate_hz && way->setting.workers > most_n)
			most_n = way->setting.workers;
	}
	if (most_n == 0)
		return;
	snprintf(what, sizeof what, "%s%s%u worker%s", model->name, most_n == 1 ? ", " : ", up to ", most_n,
	         most_n == 1 ? "" : "s");
	snprintf(reason, sizeof reason, "cannot keep up with the rate%s%s", transport ? ", data sent by " : "",
	         transport ? transport->name : "");
	exclude(service, model->baseline ? model->name : what, reason);
}

static void note_all_slow(struct service *service)
{
	for (const struct model *const *model = models; *model; model++) {
		note_slow(service, *model, NULL);
		for (const struct channel_type *const *type = channels; *type; type++)
			note_slow(service, *model, *type);
	}
}

static void detail(struct service *service, struct server *server)
{
	struct way_load load;
	way_load(&server->way, &service->wakes, service->rate_hz, 0, &load);
	server->mean = estimate(service, &server->way, &load.response, STATISTIC_MEAN);
	server->p50 = estimate(service, &server->way, &load.response, STATISTIC_P50);
	server->p99 = estimate(service, &server->way, &load.response, STATISTIC_P99);
	server->memory_bytes = footprint_bytes(service->base.costs, &service->base.workload, &server->way.setting);
}

// The caller that is the only one that can be predicted wins nothing.
static int check_any(const struct service *service)
{
	bool alone = service->ways_n == 1 && service->way[0].setting.model->baseline && service->base.unknown_n > 0;
	if (alone)
		return status_say(ERANGE, "nothing but the serial run can be predicted: %s", service->base.unknown);
	if (service->n > 0)
		return 0;
	if (service->ways_n > 0)
		return status_say(ERANGE, "nothing here sustains that rate: the most is %.3g/s", service->rate_most_hz);
	if (service->base.unknown_n > 0)
		return status_say(ERANGE, "no way of serving this can be predicted: %s", service->base.unknown);
	return status_say(ERANGE, "every way of serving this is excluded");
}

int service_open(struct service *service, const struct costs *costs, const struct workload *workload, double rate_hz,
                 double goal_p99_ns)
{
	*service = (struct service){.base = {.costs = costs, .workload = *workload}, .rate_hz = rate_hz};
	service->goal_p99_ns = goal_p99_ns;
	service->base.workload.items_n = 1;
	int status = workload_check(&service->base.workload);
	if (status == 0)
		status = wakes_open(&service->wakes, costs);
	if (status == 0)
		status = settings_each(costs, &service->base.workload, each_workers, service);
	if (status == 0)
		status = serve(service);
	note_all_slow(service);
	if (status == 0)
		status = check_any(service);
	if (status < 0)
		service_close(service);
	for (uint32_t i = 0; i < service->n && status == 0; i++)
		detail(service, &service->server[i]);
	return status;
}

void service_close(struct service *service)
{
	free(service->server);
	free(service->way);
	service->server = NULL;
	service->way = NULL;
	service->n = 0;
	cost_curves_close(&service->wakes);
}

static bool same_way(const struct point *a, const struct point *b)
{
	if (a->model != b->model || a->model->baseline)
		return a->model == b->model;
	return a->workers == b->workers && a->pin == b->pin && a->transport == b->transport &&
	       (a->wait == b->wait || !a->model->resident);
}

// Who is to be chosen at another rate: who was at a lower one, as long as it is as good. No model: nobody keeps up.
static int choose_at(const struct service *service, double rate_hz, struct point *setting)
{
	struct service other = *service;
	other.server = NULL;
	other.n = other.max = other.equal_n = 0;
	other.rate_hz = rate_hz;
	int status = serve(&other);
	bool stays = false;
	for (uint32_t i = 0; i < other.equal_n && setting->model; i++)
		stays = stays || (same_way(setting, &other.server[i].way.setting) &&
		                  other.server[i].cpus < other.server[0].cpus * cpus_alike + 0.01);
	if (!stays)
		setting->model = NULL;
	if (status == 0 && other.n > 0 && !stays)
		*setting = other.server[0].way.setting;
	free(other.server);
	return status;
}

static void range_add(struct service *service, double rate_hz, const struct point *setting)
{
	const struct rate_range *last = service->ranges_n > 0 ? &service->range[service->ranges_n - 1] : NULL;
	if (service->ranges_n < RATE_RANGES_MAX && (!last || !same_way(&last->setting, setting)))
		service->range[service->ranges_n++] = (struct rate_range){last ? rate_hz : 0, *setting};
}

int service_find_ranges(struct service *service)
{
	enum { STEPS_PER_DECADE = 8, DECADES = 3 };
	double rate_hz = service->rate_hz * pow(10, -DECADES), factor = pow(10, 1.0 / STEPS_PER_DECADE);
	struct point setting = {0};
	int status = 0;
	for (int step = 0; step <= 2 * STEPS_PER_DECADE * DECADES && status == 0; step++, rate_hz *= factor) {
		if (rate_hz >= service->rate_most_hz)
			break;
		status = choose_at(service, rate_hz, &setting);
		if (setting.model)
			range_add(service, rate_hz, &setting);
	}
	return status;
}
