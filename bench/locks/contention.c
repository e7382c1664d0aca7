// Time windows in which all workers use one lock as fast as they can; the caller ends each window by a flag. The
// counter that the lock protects must equal the number of increments that the workers report.
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "base/status.h"
#include "bench/plan/axis_product.h"
#include "bench/locks/locks.h"
#include "stats/values.h"

// With more workers than CPUs a window is at least as long as a time slice (3 to 4 ms).
enum { WINDOW_NS = 1000000, WINDOW_OVERSUBSCRIBED_NS = 4000000, WINDOWS_MOST = 1000 };

struct locks_run {
	const struct lock_kind *kind;
	struct locks_shared *shared;
	size_t shared_bytes;
	unsigned workers_n;
	uint64_t window_ns;
	uint64_t increments_n; ///< of all windows so far
	double *fairness;      ///< of each timed window
	uint64_t timed_n;
	struct team *team;
};

// A robust lock reports that its holder died. That is no failure of this worker: the team reports the death, too, with
// the holder's signal, and ends the visit.
static bool holder_died(int error)
{
	return error == EOWNERDEAD || error == ENOTRECOVERABLE || error == (EOWNERDEAD | ENOTRECOVERABLE);
}

static int worker_body(struct team_member *member)
{
	struct locks_run *run = member->context;
	int error = 0;
	while (error == 0 && team_turn_next(member)) {
		error = run->kind->loop(run->shared, &run->shared->counts[member->index]);
		error = holder_died(error) ? 0 : error;
	}
	return error ? status_fail(error, "acquiring or releasing %s", run->kind->name) : 0;
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

static double fairness_of(const struct locks_run *run)
{
	uint64_t least = UINT64_MAX, most = 0;
	for (unsigned i = 0; i < run->workers_n; i++) {
		uint64_t operations_n = run->shared->counts[i].operations_n;
		least = operations_n < least ? operations_n : least;
		most = operations_n > most ? operations_n : most;
	}
	return most ? (double)least / (double)most : 0;
}

// The counter must equal the increments of all windows so far.
static int check_counter(struct locks_run *run)
{
	struct locks_shared *shared = run->shared;
	for (unsigned i = 0; i < run->workers_n; i++)
		run->increments_n += shared->counts[i].checked_n;
	if (shared->counter == run->increments_n)
		return 0;
	return status_say(EBADMSG, "the counter under %s is %llu after %llu increments", run->kind->name,
	                  (unsigned long long)shared->counter, (unsigned long long)run->increments_n);
}

static int window_once(struct locks_run *run)
{
	atomic_store_explicit(&run->shared->stop, false, memory_order_relaxed); // ordered by the start of the turn
	uint64_t begin_ns = clock_now_ns();
	team_turn_start(run->team);
	int status = sleep_until(begin_ns + run->window_ns);
	atomic_store_explicit(&run->shared->stop, true, memory_order_relaxed); // no other data depends on it
	team_turn_wait(run->team);
	return status < 0 ? status : check_counter(run);
}

// On a busy machine a window may end before any worker runs.
static int window(void *context)
{
	struct locks_run *run = context;
	for (int try = 0; try < WINDOWS_MOST; try++) {
		int status = window_once(run);
		if (status < 0 || turn_counts_operations_n(run->shared->counts, run->workers_n) > 0)
			return status;
	}
	return status_say(ETIME, "no worker ran within %d windows", WINDOWS_MOST);
}

// Own clock: took_ns() returns first begin to last end, because the wake-ups around a window do not count.
static uint64_t took_ns(void *context)
{
	const struct locks_run *run = context;
	return turn_counts_took_ns(run->shared->counts, run->workers_n);
}

// Called once after each timed window, and after no other.
static uint64_t operations_n(void *context)
{
	struct locks_run *run = context;
	run->fairness[run->timed_n++] = fairness_of(run);
	return turn_counts_operations_n(run->shared->counts, run->workers_n);
}

static int usage(void *context, struct usage *usage)
{
	const struct locks_run *run = context;
	int status = team_usage(run->team, usage);
	usage->cpu_ns = turn_counts_cpu_ns(run->shared->counts, run->workers_n);
	usage->other_cpu_ns = 0;
	return status;
}

static int time_windows(struct locks_run *run, enum between between, const struct placement *placement,
                        struct trial *trial)
{
	struct team_config config = {.between = between,
	                             .members_n = run->workers_n,
	                             .placement = placement,
	                             .caller_apart = true,
	                             .context = run,
	                             .body = worker_body};
	int status = team_open(&run->team, &config, trial);
	if (status < 0)
		return status;
	status = trial_run(
		trial, &(struct operation){run, window, .took_ns = took_ns, .operations_n = operations_n, .usage = usage});
	if (status < 0)
		return status; // the runner ends now, and the workers with it
	if (run->workers_n > 1)
		trial->value[METRIC_fairness] = values_lower_median(run->fairness, run->timed_n);
	return team_close(run->team);
}

int contention_trial(const struct spec *spec, const struct lock_kind *kind, unsigned workers_n,
                     const struct placement *placement, struct trial *trial)
{
	enum between between;
	uint64_t hold_ns;
	struct locks_run run = {.kind = kind, .workers_n = workers_n};
	int status = team_between(spec, &between);
	if (status == 0)
		status = spec_axis_duration(spec, "hold", &hold_ns);
	if (status < 0)
		return status;
	run.window_ns = workers_n > placement_cpus_n(placement) ? WINDOW_OVERSUBSCRIBED_NS : WINDOW_NS;
	run.shared_bytes = sizeof *run.shared + workers_n * sizeof run.shared->counts[0];
	run.shared = shared_map(run.shared_bytes);
	run.fairness = calloc(TRIAL_ITERATIONS_MAX, sizeof *run.fairness);
	if (!run.shared || !run.fairness)
		return status_fail(ENOMEM, "a lock of %u workers", workers_n);
	run.shared->hold_steps = hold_calibrate(hold_ns);
	int error = kind->init(&run.shared->lock, spec_axis_is(spec, "sharing", "shared"));
	status = error ? status_fail(error, "creating a %s", kind->name) : 0;
	if (status == 0)
		status = time_windows(&run, between, placement, trial);
	if (status < 0)
		return status; // the workers may still use the memory; the runner ends now
	kind->destroy(&run.shared->lock);
	munmap(run.shared, run.shared_bytes);
	free(run.fairness);
	return 0;
}
