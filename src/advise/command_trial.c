#include "advise/command_trial.h"

#include <errno.h>
#include <math.h>

#include "base/clock.h"
#include "base/status.h"

enum { ROUNDS_WANTED = 7, ROUNDS_LEAST = 2, WAITING_MOST = 8 };
static const double start_ns = 1e6;     // of a process that does nothing, no less
static const double pass_most_ns = 1e9; // no longer, where fewer inputs do

// Doubling steps, and 1, 1.5 and 2 times the CPUs: on two CPUs all numbers up to 4.
static bool worth_trying(const struct command_trial_wish *wish, unsigned workers_n)
{
	bool power = (workers_n & (workers_n - 1)) == 0;
	return power || workers_n == wish->cpus_n || 2 * workers_n == 3 * wish->cpus_n || workers_n == 2 * wish->cpus_n;
}

unsigned command_trial_most(const struct command_trial_wish *wish)
{
	double waiting = fmin(1 / fmax(wish->busy, 1e-9), WAITING_MOST);
	return (unsigned)(wish->cpus_n * fmax(2, floor(waiting)));
}

enum level { CPUS_ONLY, TWICE, WAITING, LEVELS_N };

static bool tries(const struct command_trial_wish *wish, enum level level, unsigned workers_n)
{
	if (workers_n == 1)
		return wish->batch_n > 0 || wish->fed; // else it is the serial way
	if (level == CPUS_ONLY)
		return workers_n == wish->cpus_n || workers_n == 2;
	return worth_trying(wish, workers_n) && (level == WAITING || workers_n <= 2 * wish->cpus_n);
}

static void choose_workers(struct command_trial *trial, const struct command_trial_wish *wish, enum level level)
{
	unsigned most = command_trial_most(wish);
	trial->workers_n = 0;
	for (unsigned n = 1; n <= most && n <= wish->most_n && n <= wish->drawn_n; n++)
		if (tries(wish, level, n) && trial->workers_n < COMMAND_COUNTS_MAX)
			trial->workers[trial->workers_n++] = n;
}

static double parallel(const struct command_trial_wish *wish, unsigned workers_n)
{
	return fmax(1, fmin(workers_n, wish->cpus_n / fmax(wish->busy, 1e-9)));
}

// Of one pass of each way, for each input in it.
static double input_cost_ns(const struct command_trial *trial, const struct command_trial_wish *wish)
{
	double cost_ns = wish->input_ns + start_ns; // serial, and a process that does nothing
	unsigned models_n = 1u + (wish->batch_n > 0) + wish->fed;
	for (unsigned i = 0; i < trial->workers_n; i++)
		cost_ns += models_n * wish->input_ns / parallel(wish, trial->workers[i]);
	return cost_ns;
}

static bool fits(struct command_trial *trial, const struct command_trial_wish *wish, double inputs_n, int rounds_n)
{
	trial->inputs_n = (uint64_t)fmin(fmax(inputs_n, 1), wish->drawn_n);
	trial->round_ns = (double)trial->inputs_n * input_cost_ns(trial, wish);
	return trial->round_ns * rounds_n <= wish->spend_ns;
}

static bool choose_inputs(struct command_trial *trial, const struct command_trial_wish *wish)
{
	unsigned most = trial->workers_n ? trial->workers[trial->workers_n - 1] : 1;
	double least = (double)most * (wish->batch_n > 0 ? (double)wish->batch_n : 1);
	double wanted = fmax(4 * least, ceil(pass_most_ns / wish->input_ns));
	double some = floor(wish->spend_ns / ROUNDS_WANTED / input_cost_ns(trial, wish));
	return fits(trial, wish, fmax(fmin(wanted, some), 2 * least), ROUNDS_LEAST) || fits(trial, wish, 2 * least, 1) ||
	       fits(trial, wish, least, 1);
}

int command_trial_plan(struct command_trial *trial, const struct command_trial_wish *wish)
{
	*trial = (struct command_trial){0};
	for (int level = LEVELS_N - 1; level >= 0; level--) {
		choose_workers(trial, wish, (enum level)level);
		if (choose_inputs(trial, wish))
			return 0;
	}
	return status_say(ERANGE,
	                  "an input takes %.2g s: trying the ways would take %.0f s more and there are %.1f s left: give a "
	                  "longer --time-budget",
	                  wish->input_ns / 1e9, ceil(trial->round_ns / 1e9), wish->spend_ns / 1e9);
}
