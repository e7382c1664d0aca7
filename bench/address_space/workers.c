// The workers of `address_space` and their turns: in each all begin together, and every worker times its own calls.
#include "bench/address_space/address_space.h"

#include <errno.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/team/turn_counts.h"

enum { CALLS_LEAST = 16, TURN_NS = 250000, TURNS_LEAST = 3, TRIES_N = 3 };

size_t address_space_page_bytes(const struct address_space_run *run)
{
	return run->pages == PAGES_HUGE ? 2 << 20 : 4096;
}

// Counts only the resources of the calls themselves, not of their preparation.
static int work_timed(const struct address_call *call, struct address_space_worker *worker,
                      struct address_space_turn *turn)
{
	struct usage before = {0}, after = {0};
	usage_of(RUSAGE_THREAD, &before);
	uint64_t cpu_ns = thread_cpu_now_ns();
	turn->begin_ns = clock_now_ns();
	int status = call->work(worker);
	turn->end_ns = clock_now_ns();
	turn->usage.cpu_ns += thread_cpu_now_ns() - cpu_ns;
	usage_of(RUSAGE_THREAD, &after);
	turn->usage.faults_n += after.faults_n - before.faults_n;
	turn->usage.switches_voluntary_n += after.switches_voluntary_n - before.switches_voluntary_n;
	turn->usage.switches_involuntary_n += after.switches_involuntary_n - before.switches_involuntary_n;
	return status;
}

static int worker_body(struct team_member *member)
{
	const struct address_space_run *run = member->context;
	const struct address_call *call = run->call;
	struct address_space_shared *shared = run->shared;
	struct address_space_turn *turn = &shared->turn[member->index];
	struct address_space_worker worker = {.pages = run->pages,
	                                      .page_bytes = address_space_page_bytes(run),
	                                      .fd = -1,
	                                      .region = run->inherited.base,
	                                      .fill = call->inherits ? ADDRESS_SPACE_INHERITED : 0};
	int status = call->open ? call->open(&worker) : 0;
	while (status == 0 && team_turn_next(member)) {
		worker.calls_n = shared->calls_n;
		status = shared->preparing ? call->prepare(&worker) : work_timed(call, &worker, turn);
		if (status == 0 && call->inherits && run->pages == PAGES_HUGE)
			status = arena_huge_bytes(&run->inherited, &turn->huge_bytes);
	}
	int closed = call->close ? call->close(&worker) : 0;
	return status < 0 ? status : closed;
}

static int team_start(struct address_space_run *run)
{
	struct team_config config = {.between = run->between,
	                             .members_n = run->workers_n,
	                             .context = run,
	                             .placement = run->placement,
	                             .caller_apart = true,
	                             .body = worker_body};
	return team_open(&run->team, &config, run->trial);
}

// What the children write must not change the caller's own pages.
static int inherited_check(const struct address_space_run *run)
{
	size_t unit = address_space_page_bytes(run);
	for (uint32_t i = 0; i < run->shared->calls_n; i++)
		if (run->inherited.base[i * unit] != ADDRESS_SPACE_INHERITED)
			return status_say(EBADMSG, "a child's write to page %u changed its parent's", i);
	return 0;
}

static int run_turn(struct address_space_run *run)
{
	int status = run->call->inherits ? team_start(run) : 0;
	if (status < 0)
		return status;
	if (run->call->prepare) {
		run->shared->preparing = true;
		team_turn_run(run->team);
		run->shared->preparing = false;
	}
	team_turn_run(run->team);
	if (run->call->inherits) {
		status = team_close(run->team);
		run->team = NULL;
	}
	return status < 0 || !run->call->inherits ? status : inherited_check(run);
}

// Own clock: took_ns() returns first begin to last end, because wake-ups and preparation do not count.
static uint64_t took_ns(void *context)
{
	const struct address_space_run *run = context;
	const struct address_space_turn *turn = run->shared->turn;
	uint64_t begin_ns = turn->begin_ns, end_ns = turn->end_ns;
	for (unsigned i = 1; i < run->workers_n; i++) {
		begin_ns = turn[i].begin_ns < begin_ns ? turn[i].begin_ns : begin_ns;
		end_ns = turn[i].end_ns > end_ns ? turn[i].end_ns : end_ns;
	}
	return end_ns - begin_ns;
}

// One operation is one call of each worker; it is timed in turns of calls_n.
static int operation_run(void *context)
{
	return run_turn(context);
}

static uint64_t calls_n(void *context)
{
	const struct address_space_run *run = context;
	return run->shared->calls_n;
}

static int usage(void *context, struct usage *usage)
{
	const struct address_space_run *run = context;
	*usage = (struct usage){0};
	for (unsigned i = 0; i < run->workers_n; i++) {
		const struct usage *used = &run->shared->turn[i].usage;
		usage->cpu_ns += used->cpu_ns;
		usage->faults_n += used->faults_n;
		usage->switches_voluntary_n += used->switches_voluntary_n;
		usage->switches_involuntary_n += used->switches_involuntary_n;
	}
	return 0;
}

uint32_t address_space_calls_most(const struct address_space_run *run)
{
	return run->pages == PAGES_HUGE ? run->call->calls_most_huge : run->call->calls_most;
}

// Of some turns the shortest timed part and the shortest whole turn: any turn may be disturbed, and the calibration
// holds for the whole run.
static int try_turns(struct address_space_run *run, uint64_t *timed_ns, uint64_t *whole_ns)
{
	int status = 0;
	*timed_ns = *whole_ns = UINT64_MAX;
	for (int i = 0; i < TRIES_N && status == 0; i++) {
		uint64_t begin_ns = clock_now_ns();
		status = run_turn(run);
		uint64_t elapsed_ns = clock_now_ns() - begin_ns, took = took_ns(run);
		*whole_ns = elapsed_ns < *whole_ns ? elapsed_ns : *whole_ns;
		*timed_ns = took < *timed_ns ? took : *timed_ns;
	}
	return status;
}

// Find the calls that make a turn long enough, and the turns that fill a visit.
static int calibrate(struct address_space_run *run, struct trial *trial)
{
	uint32_t most = address_space_calls_most(run), *calls_n = &run->shared->calls_n;
	uint64_t timed_ns, whole_ns;
	*calls_n = run->call->inherits || most < CALLS_LEAST ? most : CALLS_LEAST;
	int status = try_turns(run, &timed_ns, &whole_ns);
	while (status == 0 && *calls_n < most && timed_ns < TURN_NS) {
		*calls_n = *calls_n * 2 < most ? *calls_n * 2 : most;
		status = try_turns(run, &timed_ns, &whole_ns);
	}
	uint64_t wanted_n = trial->visit_ns / (whole_ns + 1) + 1;
	if (trial->iterations_n > 0)
		return status; // as many as were asked for, whatever they take
	trial->iterations_n = wanted_n < TURNS_LEAST ? TURNS_LEAST : wanted_n;
	if (trial->iterations_n > TRIAL_ITERATIONS_MAX)
		trial->iterations_n = TRIAL_ITERATIONS_MAX;
	return status;
}

int address_space_time(struct address_space_run *run)
{
	struct trial *trial = run->trial;
	int status = run->call->inherits ? 0 : team_start(run);
	if (status < 0)
		return status;
	uint32_t most = address_space_calls_most(run), asked_n = trial->batch_n;
	if (trial->iterations_n == 0 || asked_n <= 1)
		status = calibrate(run, trial);
	else
		run->shared->calls_n = asked_n < most ? asked_n : most;
	if (status == 0)
		status = trial_run(trial, &(struct operation){run, operation_run, took_ns, calls_n, .usage = usage});
	trial->batch_n = run->shared->calls_n; // for the later visits of the same row
	if (status == 0 && run->team)
		status = team_close(run->team); // after a failure the runner ends, and the workers with it
	return status;
}
