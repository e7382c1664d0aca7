// What all round trips share: a partner (of the futex: all other workers) for the whole visit, and the check that the
// workers slept.
#include <errno.h>

#include "base/status.h"
#include "bench/twin/twin.h"

static int usage_of_pair(void *context, struct usage *usage)
{
	const struct twin_pair *pair = context;
	return team_usage(pair->team, usage);
}

// A loop that never sleeps would look like a cheap call. It happens where the two CPUs are awake for another reason:
// the visit is worth repeating.
static int check_slept(const struct twin_setup *setup, const struct trial *trial)
{
	double switches_n = trial->value[METRIC_switches_voluntary_n];
	if (switches_n < 0.9 * setup->workers_n / 2)
		return status_say(EAGAIN, "the workers did not sleep: %.2f voluntary switches per round trip", switches_n);
	return 0;
}

int twin_time_pair(const struct twin_setup *setup, struct twin_pair *pair, struct trial *trial)
{
	struct team_config config = {.between = setup->processes ? BETWEEN_PROCESSES : BETWEEN_THREADS,
	                             .members_n = setup->workers_n - 1,
	                             .placement = setup->placement,
	                             .context = pair,
	                             .own = pair->own,
	                             .own_caller = pair->own_caller,
	                             .body = pair->answer};
	int status = team_open(&pair->team, &config, trial);
	if (status < 0)
		return status;
	status = trial_run(trial, &(struct operation){pair, pair->round_trip, .usage = usage_of_pair});
	if (status == 0)
		status = check_slept(setup, trial);
	if (status == 0)
		status = pair->stop(pair);
	if (status < 0)
		return team_failed(pair->team, status); // the runner ends now, and the partner with it
	return team_close(pair->team);
}
