#include "advise/service/way.h"

#include <math.h>

#include "advise/service/wakes.h"
#include "advise/term.h"

static const double s_per_ns = 1e-9;

// The terms of a job of one item for each of so many workers at once, of which dispatch is another matter, and all
// items are taken to be of mean length.
static int crowd_cost(const struct costs *costs, const struct workload *workload, const struct point *setting,
                      unsigned crowd_n, struct prediction *prediction)
{
	struct workload items = *workload;
	struct point point = *setting;
	items.items_n = point.workers = crowd_n;
	items.cv = 0;
	return predict(costs, &items, &point, prediction);
}

// What of a prediction each request takes. Of data that is sent, what one worker's takes, whoever else is served: the
// caller sends to one at a time.
static struct cost item_cost(const struct prediction *prediction, const struct prediction *alone)
{
	static const enum term_index of_item[] = {TERM_lock, TERM_memory, TERM_interruptions};
	struct cost cost = alone->term[TERM_copies];
	for (unsigned i = 0; i < sizeof of_item / sizeof *of_item; i++) {
		cost.ns += prediction->term[of_item[i]].ns;
		cost.doubt_ns = hypot(cost.doubt_ns, prediction->term[of_item[i]].doubt_ns);
	}
	return cost;
}

static int creation_take(struct way *way, const struct cost_curves *wakes)
{
	int status = launch_cost(wakes, &way->setting, way->alone.ns, &way->launch);
	if (status == 0)
		status = collect_cost(wakes, &way->setting, way->alone.ns, &way->collect);
	if (status == 0 && !way->setting.model->baseline)
		status = wake_cpu(wakes, &way->setting, &way->wake_cpu_ns);
	way->caller_ns += way->launch.ns + way->collect.ns;
	return status;
}

// An item that waited wakes as a worker does.
static int waiting_take(struct way *way, const struct cost_curves *wakes, double wait_ns)
{
	struct point resident = way->setting;
	struct cost late = {0};
	resident.model = model_find(way->setting.model->processes ? "process_pool" : "thread_pool");
	int status = wait_ns > 0 ? wake_cost(wakes, &resident, wait_ns, &late) : 0;
	way->alone.ns += late.ns;
	way->crowded_ns += late.ns;
	way->alone.doubt_ns = hypot(way->alone.doubt_ns, late.doubt_ns);
	return status;
}

static unsigned workers_of(const struct way *way)
{
	return setting_workers(&way->setting);
}

// Where all workers are busy and there are more of them than CPUs, an item takes so much longer. So many CPUs are taken
// as one that is as much faster, and a delay (Seidmann, Schweitzer and Shalev-Oren, Large Scale Systems 12, 1987).
static double crowding_ns(const struct way *way)
{
	unsigned workers_n = workers_of(way);
	double served_ns = way->compute_ns / way->cpus_n;
	if (workers_n <= way->cpus_n)
		return 0;
	return cycle_ns(served_ns, way->alone.ns - served_ns, workers_n) - way->alone.ns;
}

static double rate_most(const struct way *way)
{
	bool created = !way->setting.model->resident && !way->setting.model->baseline;
	double held_ns = fmax(way->crowded_ns, way->alone.ns) + crowding_ns(way) + way->launch.ns + way->collect.ns;
	double cpu_ns = way->compute_ns + (created ? way->wake_cpu_ns : 0);
	double least_ns = fmax(fmax(held_ns / workers_of(way), cpu_ns / way->cpus_n), way->caller_ns);
	return 1 / least_ns / s_per_ns;
}

// The model is off by as much of the item as it is of a job.
static void doubt_add(struct way *way, const struct costs *costs, const struct workload *workload)
{
	double error = costs->check[checked_kind(costs, workload, &way->setting)].error;
	way->alone.doubt_ns = hypot(way->alone.doubt_ns, error * way->alone.ns);
}

int way_make(struct way *way, const struct costs *costs, const struct cost_curves *wakes,
             const struct workload *workload, const struct point *setting)
{
	struct prediction alone, crowded;
	*way = (struct way){.setting = *setting, .cpus_n = costs->cpus_n, .work_ns = workload->work_ns, .cv = workload->cv};
	unsigned workers_n = workers_of(way);
	int status = crowd_cost(costs, workload, setting, 1, &alone);
	if (status == 0)
		status = crowd_cost(costs, workload, setting, workers_n < costs->cpus_n ? workers_n : costs->cpus_n, &crowded);
	if (status < 0)
		return status;
	way->alone = item_cost(&alone, &alone);
	way->alone.ns += workload->work_ns;
	way->crowded_ns = item_cost(&crowded, &alone).ns + workload->work_ns;
	way->caller_ns = alone.term[TERM_copies].ns;
	way->compute_ns = workload_compute_ns(workload) + alone.term[TERM_memory].ns + 2 * alone.term[TERM_copies].ns;
	doubt_add(way, costs, workload);
	status = waiting_take(way, wakes, workload_wait_ns(workload));
	if (status == 0 && !setting->model->baseline)
		status = creation_take(way, wakes);
	way->rate_most_hz = rate_most(way);
	return status;
}

// A rate, and what it leads to: a circle, since how long a worker is held depends on how many others are busy, and
// how long it slept on how long it was held.
struct settling {
	const struct way *way;
	const struct cost_curves *wakes;
	double rate; ///< per ns
	int sign;
	double item_ns;         ///< a request holds a worker for its item
	double late_ns, asleep; ///< the worker found asleep wakes so late; share of idle workers that are
	double idle_ns;         ///< a worker that waits for a request does so long, on average
	struct queue_wait wait;
};

// The computing of all workers, as a queue for the CPUs; no worker waits longer than for all that have none.
static double cpu_queue_ns(const struct way *way, double rate)
{
	double most_ns = crowding_ns(way);
	struct station cpus = {rate, way->compute_ns, way->cv, way->cpus_n};
	if (most_ns == 0 || station_utilisation(&cpus) >= 1)
		return most_ns;
	struct queue_wait wait = queue_wait_of(&cpus);
	return fmin(wait.share * wait.mean, most_ns);
}

static struct station station_of(const struct settling *settling)
{
	const struct way *way = settling->way;
	double woken = (1 - settling->wait.share) * settling->asleep;
	double held_ns = way->launch.ns + settling->item_ns + way->collect.ns + woken * settling->late_ns;
	return (struct station){settling->rate, held_ns, way->cv * way->work_ns / held_ns, workers_of(way)};
}

// A worker's cycle is workers ÷ rate long; it idles in what is left of it, in one piece for each request that finds it
// idle. Who waits adaptively sleeps once its spinning time is over, pieces being taken as exponentially long.
static void waking_settle(struct settling *settling)
{
	const struct way *way = settling->way;
	struct cost late = {0};
	settling->asleep = way->setting.wait == WAIT_PARK;
	if (way->setting.wait == WAIT_ADAPTIVE)
		settling->asleep = exp(-WAIT_ADAPTIVE_SPIN_NS / settling->idle_ns);
	if (!way->setting.model->resident || wake_cost(settling->wakes, &way->setting, settling->idle_ns, &late) < 0)
		settling->asleep = 0;
	settling->late_ns = fmax(late.ns + settling->sign * late.doubt_ns, 0);
}

// Returns whether it keeps up.
static bool settle(struct settling *settling)
{
	enum { STEPS_N = 12 };
	const struct way *way = settling->way;
	settling->item_ns = way->alone.ns;
	for (int i = 0; i < STEPS_N; i++) {
		struct station station = station_of(settling);
		double utilisation = station_utilisation(&station);
		settling->item_ns = way->alone.ns + fmin(utilisation, 1) * fmax(way->crowded_ns - way->alone.ns, 0) +
		                    cpu_queue_ns(way, settling->rate) + settling->sign * way->alone.doubt_ns;
		if (utilisation >= 1)
			continue; // waking takes the longest while nothing is known yet
		settling->wait = queue_wait_of(&station);
		settling->idle_ns =
			fmax(1 - utilisation, 1e-6) * station.servers_n / settling->rate / (1 - settling->wait.share);
		waking_settle(settling);
	}
	struct station station = station_of(settling);
	return station_utilisation(&station) < 1;
}

// CPU time of idle workers: all of it, or until they fall asleep.
static double idle_cpus(const struct settling *settling, const struct station *station)
{
	const struct way *way = settling->way;
	if (!way->setting.model->resident || way->setting.wait == WAIT_PARK)
		return 0;
	double idle_cpus_n = (1 - station_utilisation(station)) * station->servers_n;
	return way->setting.wait == WAIT_SPIN ? idle_cpus_n : idle_cpus_n * (1 - settling->asleep);
}

static double cpus_of(const struct settling *settling, const struct station *station)
{
	const struct way *way = settling->way;
	double woken = way->setting.model->resident ? (1 - settling->wait.share) * settling->asleep : 1;
	return settling->rate * (way->compute_ns + woken * way->wake_cpu_ns) + idle_cpus(settling, station);
}

// Where workers leave no CPU to the caller, it sleeps until a request arrives.
static double caller_late_ns(const struct settling *settling)
{
	const struct way *way = settling->way;
	struct cost late = {0};
	if (way->setting.model->resident && workers_of(way) >= way->cpus_n)
		wake_cost(settling->wakes, &way->setting, 1 / settling->rate, &late);
	return late.ns;
}

bool way_load(const struct way *way, const struct cost_curves *wakes, double rate_hz, int sign, struct way_load *load)
{
	struct settling settling = {.way = way, .wakes = wakes, .rate = rate_hz * s_per_ns, .sign = sign};
	if (rate_hz >= way->rate_most_hz || !settle(&settling))
		return false;
	struct station station = station_of(&settling);
	double launch_ns = fmax(way->launch.ns + sign * way->launch.doubt_ns, 0);
	double created_cpus = cpus_of(&settling, &station) - idle_cpus(&settling, &station);
	load->response = (struct response){
		.constant = settling.item_ns - way->work_ns + launch_ns + caller_late_ns(&settling),
		.work = way->work_ns,
		.work_cv = way->cv,
		.wait = settling.wait,
		.late_share = (1 - settling.wait.share) * settling.asleep,
		.late = settling.late_ns,
	};
	load->utilisation =
		fmax(fmax(station_utilisation(&station), created_cpus / way->cpus_n), settling.rate * way->caller_ns);
	load->cpus = cpus_of(&settling, &station);
	return load->utilisation < 1;
}
