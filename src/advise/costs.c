#include "advise/costs.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "advise/capacity.h"
#include "advise/footprint.h"
#include "advise/term.h"
#include "base/status.h"
#include "stats/values.h"

static int machine_read(struct costs *costs)
{
	struct capacity capacity = capacity_of(&costs->record->facts);
	if (capacity.cpus_n == 0)
		return status_say(ERANGE, "it does not say of how many CPUs its costs are");
	if (capacity.quota < 1)
		return status_say(ERANGE,
		                  "with a quota of %.2f CPUs all work stands still for a part of each of the quota's periods: "
		                  "that is not predicted, tvp run measures it",
		                  capacity.quota);
	costs->cpus_n = capacity.cpus_n;
	costs->kind_n = capacity.kind_n;
	costs->memory_bytes = capacity.memory_bytes;
	return 0;
}

static int learn(struct costs *costs, const struct term *term)
{
	int status = 0;
	for (uint32_t i = 0; i < costs->observations.n && status == 0 && term->learns_from; i++)
		if (term->learns_from(&costs->observations.observation[i]))
			status = term->learn(costs, &costs->observations.observation[i]);
	return status;
}

static bool was_learned(const struct observation *observation)
{
	for (int i = 0; i < TERM_N; i++)
		if (terms[i]->learns_from && terms[i]->learns_from(observation))
			return true;
	return false;
}

const char *checked_name(enum checked kind)
{
	static const char *const names[CHECKED_N] = {
		"serial",      "created per job", "computing alone",        "data in place",
		"with a lock", "data sent",       "data sent, no CPU left",
	};
	return names[kind];
}

// How far a prediction is off beyond its doubt, relative; NAN: that row is no check.
static double off_by(const struct costs *costs, const struct observation *observation, enum checked kind)
{
	struct workload workload;
	struct prediction prediction;
	if (was_learned(observation) || !observation_workload(&costs->observations, observation, &workload) ||
	    (workload.touches && observation->point.model->baseline) || // it is its own measure
	    checked_kind(costs, &workload, &observation->point) != kind ||
	    predict(costs, &workload, &observation->point, &prediction) < 0 || !cost_has_interval(&prediction.wall) ||
	    !cost_has_interval(&observation->wall))
		return NAN;
	// What the doubt lacks in quadrature, as conclude() adds it: so that the two together just cover this row.
	double error_ns = prediction.wall.ns - observation->wall.ns, doubt_ns = prediction.wall.doubt_ns;
	if (error_ns < 0)
		error_ns = fmin(error_ns + prediction.late_ns, 0);
	return sqrt(fmax(error_ns * error_ns - doubt_ns * doubt_ns, 0)) / prediction.wall.ns;
}

// The quantile that n rows give for the next one (split conformal prediction: Lei et al., J. Am. Stat. Assoc. 113,
// 2018).
static void check(struct costs *costs, enum checked kind, double *off)
{
	unsigned n = 0;
	for (uint32_t i = 0; i < costs->observations.n; i++) {
		off[n] = off_by(costs, &costs->observations.observation[i], kind);
		n += isfinite(off[n]);
	}
	values_sort(off, n);
	unsigned rank = (unsigned)ceil(0.95 * (n + 1));
	costs->check[kind].checked_n = n;
	costs->check[kind].error = n == 0 ? 0 : off[rank > n ? n - 1 : rank - 1];
}

// A kind without rows of its own is taken to be off as far as the worst of the others.
static int check_all(struct costs *costs)
{
	double worst = 0, error[CHECKED_N];
	unsigned checked_n = 0;
	double *off = malloc((costs->observations.n + 1) * sizeof *off);
	if (!off)
		return -ENOMEM;
	for (int kind = 0; kind < CHECKED_N; kind++) { // each with no error known yet
		check(costs, (enum checked)kind, off);
		error[kind] = costs->check[kind].error;
		costs->check[kind].error = 0;
		worst = fmax(worst, error[kind]);
		checked_n += costs->check[kind].checked_n;
	}
	for (int kind = 0; kind < CHECKED_N; kind++)
		costs->check[kind].error = costs->check[kind].checked_n > 0 ? error[kind] : worst;
	costs->unchecked = checked_n == 0;
	free(off);
	return 0;
}

int costs_open(struct costs *costs, const struct record *record)
{
	*costs = (struct costs){.record = record};
	int status = machine_read(costs);
	if (status == 0)
		status = observations_open(&costs->observations, record);
	for (int i = 0; i < TERM_N && status == 0; i++)
		status = learn(costs, terms[(i + TERM_N - 2) % TERM_N]); // the last two first
	if (status == 0)
		status = check_all(costs);
	if (status == 0)
		status = footprint_learn(costs);
	if (status == 0 && costs->curves.n == 0)
		status = status_say(ENOENT, "it has no rows of tasks of known length (kernels null and busy), which all costs "
		                            "begin with: tvp calibrate, or tvp run dispatch");
	if (status < 0)
		costs_close(costs);
	return status;
}

void costs_close(struct costs *costs)
{
	cost_curves_close(&costs->curves);
	cost_curves_close(&costs->footprints);
	observations_close(&costs->observations);
}

unsigned costs_workers_most(const struct costs *costs)
{
	unsigned most = 1;
	for (uint32_t i = 0; i < costs->curves.n; i++)
		if (costs->curves.curve[i].workers_n > most)
			most = costs->curves.curve[i].workers_n;
	return most;
}
