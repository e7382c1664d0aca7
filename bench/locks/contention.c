// One window after another in which all workers take one lock as fast as they can; the caller ends each by a flag. The
// counter that the lock guards must stand at the sum of what the workers say they added.
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "base/status.h"
#include "bench/plan/axis_product.h"
#include "bench/locks/locks.h"
#include "stats/values.h"

// With more workers than CPUs a window is to hold a time slice (3 to 4 ms) at least.
enum { WINDOW_NS = 1000000, WINDOW_CROWDED_NS = 4000000, WINDOWS_MOST = 1000 };

struct contest {
	const struct lock_kind *kind;
	struct site *site;
	size_t site_bytes;
	unsigned workers_n;
	uint64_t window_ns;
	uint64_t increments_n; ///< of all windows so far
	double *fairness;      ///< of each timed window
	uint64_t timed_n;
	struct team *team;
};

// A robust lock tells that its holder died. The team tells so, too, with the holder's signal, and ends the visit: a
// survivor that failed first would name itself instead.
static bool of_death(int error)
{
	return error == EOWNERDEAD || error == ENOTRECOVERABLE || error == (EOWNERDEAD | ENOTRECOVERABLE);
}

static int body(struct team_member *member)
{
	struct contest *contest = member->context;
	int error = 0;
	while (error == 0 && team_turn_next(member)) {
		error = contest->kind->hammer(contest->site, &contest->site->counts[member->index]);
		error = of_death(error) ? 0 : error;
	}
	return error ? status_fail(error, "%s, taken or given back", contest->kind->name) : 0;
}

static int sleep_until(uint64_t when_ns)
{
	struct timespec when = {(time_t)(when_ns / NS_PER_S), (long)(when_ns % NS_PER_S)};
	int error;
	do
		error = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL);
	while (error == EINTR);
	return error ? status_fail(error, "clock_nanosleep") : 0;
}

static double fairness_of(const struct contest *contest)
{
	uint64_t least = UINT64_MAX, most = 0;
	for (unsigned i = 0; i < contest->workers_n; i++) {
		uint64_t operations_n = contest->site->counts[i].operations_n;
		least = operations_n < least ? operations_n : least;
		most = operations_n > most ? operations_n : most;
	}
	return most ? (double)least / (double)most : 0;
}

// What every operation of every window added, no more and no less, stands in the counter.
static int check_counter(struct contest *contest)
{
	struct site *site = contest->site;
	for (unsigned i = 0; i < contest->workers_n; i++)
		contest->increments_n += site->counts[i].checked_n;
	if (site->counter == contest->increments_n)
		return 0;
	return status_say(EBADMSG, "the counter under %s says %llu after %llu increments", contest->kind->name,
	                  (unsigned long long)site->counter, (unsigned long long)contest->increments_n);
}

static int window_once(struct contest *contest)
{
	atomic_store_explicit(&contest->site->stop, false, memory_order_relaxed); // ordered by the gate of the turn
	uint64_t begin_ns = clock_now_ns();
	team_turn_start(contest->team);
	int status = sleep_until(begin_ns + contest->window_ns);
	atomic_store_explicit(&contest->site->stop, true, memory_order_relaxed); // it only needs to arrive
	team_turn_wait(contest->team);
	return status < 0 ? status : check_counter(contest);
}

// On a busy machine a window may be over before any worker got to run.
static int window(void *context)
{
	struct contest *contest = context;
	for (int try = 0; try < WINDOWS_MOST; try++) {
		int status = window_once(contest);
		if (status < 0 || turn_counts_operations_n(contest->site->counts, contest->workers_n) > 0)
			return status;
	}
	return status_say(ETIME, "no worker got to run within %d windows", WINDOWS_MOST);
}

static uint64_t took_ns(void *context)
{
	const struct contest *contest = context;
	return turn_counts_took_ns(contest->site->counts, contest->workers_n);
}

// Asked once after each timed window, and of no other.
static uint64_t operations_n(void *context)
{
	struct contest *contest = context;
	contest->fairness[contest->timed_n++] = fairness_of(contest);
	return turn_counts_operations_n(contest->site->counts, contest->workers_n);
}

static int usage(void *context, struct usage *usage)
{
	const struct contest *contest = context;
	int status = team_usage(contest->team, usage);
	usage->cpu_ns = turn_counts_cpu_ns(contest->site->counts, contest->workers_n);
	usage->other_cpu_ns = 0;
	return status;
}

static int contest_run(struct contest *contest, enum between between, const struct placement *placement,
                       struct trial *trial)
{
	struct team_config config = {.between = between,
	                             .members_n = contest->workers_n,
	                             .placement = placement,
	                             .caller_apart = true,
	                             .context = contest,
	                             .body = body};
	int status = team_open(&contest->team, &config, trial);
	if (status < 0)
		return status;
	status = trial_run(
		trial, &(struct operation){contest, window, .took_ns = took_ns, .operations_n = operations_n, .usage = usage});
	if (status < 0)
		return status; // the runner ends now, and the workers with it
	if (contest->workers_n > 1)
		trial->value[METRIC_fairness] = values_lower_median(contest->fairness, contest->timed_n);
	return team_close(contest->team);
}

int contest_trial(const struct spec *spec, const struct lock_kind *kind, unsigned workers_n,
                  const struct placement *placement, struct trial *trial)
{
	enum between between;
	uint64_t hold_ns;
	struct contest contest = {.kind = kind, .workers_n = workers_n};
	int status = team_between(spec, &between);
	if (status == 0)
		status = spec_axis_duration(spec, "hold", &hold_ns);
	if (status < 0)
		return status;
	contest.window_ns = workers_n > placement_cpus_n(placement) ? WINDOW_CROWDED_NS : WINDOW_NS;
	contest.site_bytes = sizeof *contest.site + workers_n * sizeof contest.site->counts[0];
	contest.site = shared_map(contest.site_bytes);
	contest.fairness = calloc(TRIAL_ITERATIONS_MAX, sizeof *contest.fairness);
	if (!contest.site || !contest.fairness)
		return status_fail(ENOMEM, "a lock of %u workers", workers_n);
	contest.site->hold_steps = hold_calibrate(hold_ns);
	int error = kind->init(&contest.site->lock, spec_axis_is(spec, "sharing", "shared"));
	status = error ? status_fail(error, "making a %s", kind->name) : 0;
	if (status == 0)
		status = contest_run(&contest, between, placement, trial);
	if (status < 0)
		return status; // its workers may still use it all; the runner ends now
	kind->destroy(&contest.site->lock);
	munmap(contest.site, contest.site_bytes);
	free(contest.fairness);
	return 0;
}
