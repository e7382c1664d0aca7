// The gate itself, over this build and itself, judges nothing here: only its blocks are used.
#include "doctor/forecast.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/rng.h"
#include "base/status.h"
#include "gate/gate.h"
#include "stats/values.h"

enum { DRAWN_GATES = 99, BLOCKS_LEAST = 6, BLOCKS_MOST = 400 };
#define EFFECT 0.05
#define TOLERATE 0.01
#define ERROR_RATE 0.01
#define SLICE_DEADLINE_NS (10 * NS_PER_S)

// One gate: blocks until the test has its proof. Which side a block's time belongs to is decided by a coin, so that
// without a difference d is as likely as -d: they are drawn alike.
static double gate_draw(struct betting *betting, const double *d, size_t n, double moved, struct rng *rng)
{
	unsigned blocks_n = 0;
	while (betting->log_e_most < -log(ERROR_RATE) && blocks_n < FORECAST_BLOCKS_MOST) {
		double drawn = d[rng_below(rng, (uint32_t)n)];
		betting_add(betting, (rng_below(rng, 2) ? drawn : -drawn) + moved);
		blocks_n++;
	}
	return blocks_n < FORECAST_BLOCKS_MOST ? blocks_n : INFINITY;
}

double forecast_blocks(const double *d, size_t n, double effect, bool slower)
{
	double drawn[DRAWN_GATES];
	struct rng rng = {n};
	for (int i = 0; i < DRAWN_GATES; i++) {
		struct betting betting;
		if (slower)
			betting_regression(&betting, BETTING_TANH, TOLERATE, effect);
		else
			betting_all_clear(&betting, BETTING_TANH, effect);
		drawn[i] = gate_draw(&betting, d, n, slower ? log1p(effect) : 0, &rng);
	}
	values_sort(drawn, DRAWN_GATES);
	return drawn[DRAWN_GATES / 2];
}

static bool forecast_fill(struct forecast *forecast, const struct gate_row *row)
{
	double d[BLOCKS_MOST], took_ns = 0;
	uint32_t n = 0;
	for (uint32_t i = 0; i < row->blocks_n && n < BLOCKS_MOST; i++) {
		const struct block *block = &row->blocks[i];
		took_ns += (double)(block->half[SIDE_OLD].took_ns + block->half[SIDE_NEW].took_ns);
		if (!block->dropped)
			d[n++] = block_log_ratio(block, SERIES_WALL);
	}
	*forecast = (struct forecast){.measured_n = n, .effect = EFFECT};
	strcpy(forecast->spec, row->name);
	if (n < BLOCKS_LEAST) {
		status_say(ENODATA, "%s: only %u blocks in the time there was%s%s", row->name, n, *row->reason ? ": " : "",
		           row->reason);
		return false;
	}
	forecast->sigma = sqrt(values_variance(d, n));
	forecast->block_ns = took_ns / row->blocks_n;
	forecast->blocks_n = forecast_blocks(d, n, EFFECT, true);
	forecast->clear_n = forecast_blocks(d, n, EFFECT, false);
	return true;
}

static int rows_add(struct record *record, const char *const *specs)
{
	int status = record_open(record);
	for (unsigned i = 0; status >= 0 && i < FORECASTS_MAX && specs[i]; i++) {
		struct spec spec;
		status = spec_parse(&spec, specs[i]);
		if (status == 0)
			status = record_add_row(record, &spec, "");
	}
	return status < 0 ? status : 0;
}

static int gate_measure(struct gate *gate, const struct record *planned, const char *program,
                        const struct topology *topology, uint64_t duration_ns)
{
	const struct gate_options options = {
		.seed = clock_now_ns(),
		.time_budget_ns = duration_ns,
		.deadline_ns = SLICE_DEADLINE_NS,
		.blocks_n = BLOCKS_MOST,
		.effect = EFFECT,
		.tolerate = TOLERATE,
		.alpha = ERROR_RATE,
		.beta = ERROR_RATE,
		.steal_most = GATE_STEAL_MOST,
		.statistic = STATISTIC_N,
	};
	const struct gate_hooks hooks = {0};
	int status = gate_open(gate, &options, planned);
	if (status < 0)
		return status;
	gate->side[SIDE_OLD].name = "old";
	gate->side[SIDE_NEW].name = "new";
	for (int side = 0; side < SIDES_N; side++)
		gate->side[side].program = program;
	facts_read(&gate->facts, topology);
	return gate_run(gate, &hooks);
}

/// Some 100 KiB.
struct measuring {
	struct gate gate;
	struct record planned;
};

static int measure(struct measuring *measuring, const char *program, const char *const *specs,
                   const struct topology *topology, uint64_t duration_ns)
{
	struct gate *gate = &measuring->gate;
	int status = rows_add(&measuring->planned, specs);
	if (status == 0)
		status = gate_measure(gate, &measuring->planned, program, topology, duration_ns);
	if (status == 0 && gate->stop == STOP_BROKEN)
		status = status_say(ECHILD, "%s", gate->broken);
	return status == 0 && gate->stop == STOP_INTERRUPT ? -EINTR : status;
}

int forecast_measure(struct forecast *forecast, const char *program, const char *const *specs,
                     const struct topology *topology, uint64_t duration_ns)
{
	struct measuring *measuring = calloc(1, sizeof *measuring);
	int n = 0;
	if (!measuring)
		return status_fail(ENOMEM, "room for blocks");
	int status = measure(measuring, program, specs, topology, duration_ns);
	for (uint32_t i = 0; status == 0 && i < measuring->gate.rows_n; i++)
		n += forecast_fill(&forecast[n], &measuring->gate.rows[i]);
	gate_close(&measuring->gate);
	record_close(&measuring->planned);
	free(measuring);
	return status == -EINTR ? status : n;
}
