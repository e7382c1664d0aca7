// A prediction: every term in turn, and what the whole is off by.
#include <math.h>
#include <string.h>

#include "advise/term.h"

#define TERM(name) extern const struct term term_##name;
#include "advise/terms.def"
#undef TERM

const struct term *const terms[TERM_N] = {
#define TERM(name) &term_##name,
#include "advise/terms.def"
#undef TERM
};

struct shares shares_of(const struct costs *costs, const struct workload *workload, const struct point *setting)
{
	unsigned workers_n = setting_workers(setting);
	unsigned cpus_n = setting->pin == PIN_SAME ? 1 : costs->cpus_n;
	unsigned crowd_n = (workers_n + cpus_n - 1) / cpus_n, running_n = workers_n < cpus_n ? workers_n : cpus_n;
	struct shares shares = {.running_n = running_n, .crowd_n = crowd_n};
	if (setting->schedule.kind == SCHEDULE_DYNAMIC) { // those on crowded CPUs take fewer
		shares.items_worker = workload->items_n / workers_n;
		shares.items_cpu = workload->items_n / running_n;
		return shares;
	}
	double share = floor(workload->items_n / workers_n), rest = workload->items_n - share * workers_n;
	shares.items_worker = share + (rest > 0);
	// The first workers have one item more each; of them every cpus_n-th is on the first CPU.
	shares.items_cpu = crowd_n * share + fmin(ceil(rest / cpus_n), crowd_n);
	return shares;
}

double cycle_ns(double served_ns, double rest_ns, unsigned n)
{
	double queue = 0, cycle = served_ns + rest_ns;
	for (unsigned i = 1; i <= n; i++) {
		double response = served_ns * (1 + queue);
		cycle = response + rest_ns;
		queue = i * response / cycle;
	}
	double least = fmax(n * served_ns, served_ns + rest_ns);
	return (least + fmax(least, cycle)) / 2;
}

bool observation_is_bare(const struct observation *observation)
{
	const struct problem *problem = &observation->problem;
	const struct point *point = &observation->point;
	struct traffic traffic;
	point->kernel->traffic(problem, &traffic);
	return traffic.read_bytes == 0 && traffic.written_bytes == 0 && !point->transport &&
	       point->schedule.kind == SCHEDULE_STATIC && strcmp(point->kernel->name, "sleep") != 0 &&
	       observation_parameter(observation, "cv_pct") == 0 && observation_parameter(observation, "wait_pct") == 0 &&
	       observation_parameter(observation, "lock_pct") == 0;
}

enum checked checked_kind(const struct costs *costs, const struct workload *workload, const struct point *setting)
{
	if (setting->model->baseline)
		return CHECKED_SERIAL;
	if (!setting->model->resident)
		return CHECKED_CREATED;
	if (setting->transport)
		return setting->workers < costs->cpus_n ? CHECKED_COPIES : CHECKED_COPIES_FULL;
	if (workload->lock_share > 0)
		return CHECKED_LOCK;
	return workload->in_bytes + workload->out_bytes > 0 ? CHECKED_DATA : CHECKED_COMPUTE;
}

// Doubts of different terms have nothing to do with each other; what the model as a whole is off by comes on top.
static void conclude(const struct costs *costs, enum checked kind, struct prediction *prediction)
{
	double squares = 0;
	for (int i = 0; i < TERM_N; i++) {
		prediction->wall.ns += prediction->term[i].ns;
		squares += prediction->term[i].doubt_ns * prediction->term[i].doubt_ns;
	}
	double of_model_ns = prediction->wall.ns * costs->check[kind].error;
	prediction->wall.doubt_ns = sqrt(squares + of_model_ns * of_model_ns);
	if (prediction->wall.doubt_ns == 0 && costs->unchecked) // nobody measured how well this is known
		prediction->wall.doubt_ns = doubt_unknown_ns;
}

int predict(const struct costs *costs, const struct workload *workload, const struct point *setting,
            struct prediction *prediction)
{
	*prediction = (struct prediction){0};
	int status = 0;
	for (int i = 0; i < TERM_N && status == 0; i++)
		status = terms[i]->add(costs, workload, setting, prediction);
	if (status == 0)
		conclude(costs, checked_kind(costs, workload, setting), prediction);
	return status;
}
