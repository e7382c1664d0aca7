#include "advise/command_trial.h"

#include <errno.h>
#include <math.h>

#include "base/clock.h"
#include "base/status.h"

enum { ROUNDS_WANTED = 7, ROUNDS_LEAST = 2 };
static const double start_ns = 1e6;     // of a process that does nothing, no less
static const double pass_most_ns = 1e9; // no longer, where fewer inputs do

// On a small machine all numbers up to 2 x CPUs, on a large one doubling steps, and CPUs, and half as many more.
static bool worth_trying(const struct command_trial_wish *wish, unsigned workers_n)
{
	bool power = (workers_n & (workers_n - 1)) == 0;
	return wish->cpus_n <= 2 || power || workers_n == wish->cpus_n || 2 * workers_n == 3 * wish->cpus_n ||
	       workers_n == 2 * wish->cpus_n;
}

static void choose_workers(struct command_trial *trial, const struct command_trial_wish *wish, bool all)
{
	bool one = wish->batch_n > 0 || wish->fed;
	trial->workers_n = 0;
	for (unsigned n = 1; n <= 2 * wish->cpus_n && n <= wish->most_n && n <= wish->drawn_n; n++)
		if ((n > 1 || one) && (all ? worth_trying(wish, n) : n == wish->cpus_n || n == 2 || n == 1) &&
		    trial->workers_n < COMMAND_COUNTS_MAX)
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
	return fits(trial, wish, fmax(fmin(wanted, some), 2 * least), ROUNDS_LEAST) || fits(trial, wish, least, 1);
}

int command_trial_plan(struct command_trial *trial, const struct command_trial_wish *wish)
{
	*trial = (struct command_trial){0};
	for (int all = 1; all >= 0; all--) {
		choose_workers(trial, wish, all);
		if (choose_inputs(trial, wish))
			return 0;
	}
	return status_say(ERANGE,
	                  "an input takes %.2g s: trying the ways would take %.0f s more and there are %.1f s left: give a "
	                  "longer --time-budget",
	                  wish->input_ns / 1e9, ceil(trial->round_ns / 1e9), wish->spend_ns / 1e9);
}
