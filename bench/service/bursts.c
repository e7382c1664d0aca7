// Bursts of requests. The caller sends each when it is due, whatever became of earlier ones; its response counts from
// when it was due, not from when it was sent: a stall of caller or workers delays all that were due meanwhile, and is
// counted for each of them (no coordinated omission). The first tenth of a burst only fills the queue.
#include "bench/service/responses.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>

#include "base/clock.h"
#include "base/rng.h"
#include "base/status.h"
#include "base/words.h"

enum { LEAD_NS = 1000000, WARM_UP_N = 50, SPIN_NS = 150000 };
static const double sustained_least = 0.95;
// The request that tells a worker that a burst is over.
static const uint64_t no_request = UINT64_MAX;

// Exponential gaps: Poisson arrivals.
static void arrivals_draw(struct service_run *run)
{
	double due_ns = (double)LEAD_NS;
	uint64_t now_ns = clock_now_ns();
	for (uint64_t i = 0; i < requests_n(run); i++) {
		double uniform = ((double)(rng_next(&run->rng) >> 11) + 0.5) / 0x1p53;
		due_ns -= log(uniform) / run->rate;
		run->due_ns[i] = now_ns + (uint64_t)due_ns;
	}
}

// Who has a CPU of its own wakes early and spins for the rest: a sleep ends late. It does not spin all the time, since
// the machine's other tasks would then have the workers' CPUs alone to run on.
static void wait_until(uint64_t due_ns, bool spins)
{
	uint64_t wake_ns = due_ns - (spins ? SPIN_NS : 0);
	struct timespec wake = {.tv_sec = (time_t)(wake_ns / NS_PER_S), .tv_nsec = (long)(wake_ns % NS_PER_S)};
	while (clock_now_ns() < wake_ns)
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, NULL);
	while (clock_now_ns() < due_ns)
		cpu_relax();
}

static void serve(struct service_run *run, struct served *served, uint64_t request)
{
	double partial = 0; // of this item alone: the kernel then pays each wait in full
	run->problem->kernel->run(run->problem, (struct span){request, request + 1, 1}, &partial);
	run->done_ns[request] = clock_now_ns();
	served->total += partial;
	served->counts.operations_n++;
}

static int serve_burst(struct service_run *run, struct served *served)
{
	uint64_t request;
	int status;
	served->total = 0;
	served->counts.operations_n = 0;
	turn_counts_begin(&served->counts);
	while ((status = run->queue.type->take(&run->queue, &request)) == 0 && request != no_request)
		serve(run, served, request);
	turn_counts_end(&served->counts);
	return status < 0 ? status_fail(-status, "taking a request from the ring") : 0;
}

static int member_body(struct team_member *member)
{
	struct service_run *run = member->context;
	int status = 0;
	while (status == 0 && team_turn_next(member))
		status = serve_burst(run, &run->served[member->index]);
	return status;
}

static int send_burst(struct service_run *run)
{
	const struct queue_type *type = run->queue.type;
	int status = 0;
	team_turn_start(run->team);
	for (uint64_t i = 0; i < requests_n(run) && status == 0; i++) {
		wait_until(run->due_ns[i], run->caller_spins);
		run->sent_ns[i] = clock_now_ns();
		status = type->put(&run->queue, &i);
	}
	for (unsigned i = 0; i < run->workers_n && status == 0; i++)
		status = type->put(&run->queue, &no_request);
	if (status < 0)
		return team_failed(run->team, status_fail(-status, "putting a request into the ring"));
	team_turn_wait(run->team);
	return 0;
}

static int serve_alone(struct service_run *run)
{
	struct served *served = run->served;
	served->total = 0;
	served->counts.operations_n = 0;
	for (uint64_t i = 0; i < requests_n(run); i++) {
		wait_until(run->due_ns[i], true);
		run->sent_ns[i] = run->due_ns[i]; // to whom?
		uint64_t before_ns = clock_now_ns();
		serve(run, served, i);
		served->counts.cpu_ns += run->done_ns[i] - before_ns;
	}
	return 0;
}

static int check_burst(const struct service_run *run)
{
	double total = 0;
	uint64_t served_n = 0;
	for (unsigned i = 0; i < (run->workers_n ? run->workers_n : 1); i++) {
		total += run->served[i].total;
		served_n += run->served[i].counts.operations_n;
	}
	if (served_n != requests_n(run))
		return status_say(EBADMSG, "%llu of %llu requests were served", (unsigned long long)served_n,
		                  (unsigned long long)requests_n(run));
	// Of less than all there is no total to compare with.
	bool whole = requests_n(run) == run->problem->items_n;
	return whole ? run->problem->kernel->check(run->problem, span_whole(run->problem), total) : 0;
}

static int burst(void *context)
{
	struct service_run *run = context;
	problem_poison(run->problem, span_whole(run->problem));
	arrivals_draw(run);
	int status = run->workers_n > 0 ? send_burst(run) : serve_alone(run);
	if (status == 0)
		status = check_burst(run);
	return status < 0 ? status : responses_note(run);
}

static int warm_up(void *context)
{
	struct service_run *run = context;
	uint64_t all_n = run->burst_n;
	run->burst_n = all_n < WARM_UP_N ? all_n : WARM_UP_N;
	int status = burst(run);
	run->burst_n = all_n;
	return status;
}

// The caller's waiting for the next request is no cost of the service.
static int usage(void *context, struct usage *usage)
{
	const struct service_run *run = context;
	*usage = (struct usage){0};
	int status = run->team ? team_usage(run->team, usage) : 0;
	usage->cpu_ns = usage->other_cpu_ns = 0;
	for (unsigned i = 0; i < (run->workers_n ? run->workers_n : 1); i++)
		usage->cpu_ns += run->served[i].counts.cpu_ns * (requests_n(run) - settling_n(run)) / requests_n(run);
	return status;
}

static int time_bursts(struct service_run *run, struct trial *trial)
{
	struct operation operation = {.context = run,
	                              .run = burst,
	                              .warm_up = warm_up,
	                              .ready = responses_ready,
	                              .took_ns = responses_took_ns,
	                              .operations_n = responses_n,
	                              .usage = usage};
	int status = trial_run(trial, &operation);
	if (status < 0)
		return status;
	responses_fill(run, trial->value);
	if (trial->value[METRIC_rate_hz] < sustained_least * run->rate * NS_PER_S)
		text_fit(trial->label, sizeof trial->label, "does not keep up");
	return 0;
}

static int with_team(struct service_run *run, const struct point *point, const struct placement *placement,
                     struct trial *trial)
{
	struct team_config config = {.between = point->model->processes ? BETWEEN_PROCESSES : BETWEEN_THREADS,
	                             .members_n = run->workers_n,
	                             .placement = placement,
	                             .caller_apart = true,
	                             .context = run,
	                             .body = member_body};
	// Room for all: the caller never waits.
	int status =
		queue_open(&run->queue, &queue_ring, sizeof(uint64_t), (unsigned)requests_n(run) + run->workers_n, point->wait);
	if (status == 0)
		status = team_open(&run->team, &config, trial);
	// The kernel may delay a sleep's end by 50 µs; a sender that is late makes every response longer.
	prctl(PR_SET_TIMERSLACK, 1UL);
	if (status == 0)
		status = time_bursts(run, trial);
	return status < 0 ? status : team_close(run->team); // after a failure the runner ends, and the workers with it
}

static int run_open(struct service_run *run, const struct point *point, const struct placement *placement)
{
	run->workers_n = point->model->baseline ? 0 : point->workers;
	run->caller_spins = run->workers_n < placement_allowed_n(placement);
	run->served = shared_map((run->workers_n + 1) * sizeof *run->served);
	run->done_ns = shared_map(requests_n(run) * sizeof *run->done_ns);
	run->due_ns = calloc(requests_n(run), sizeof *run->due_ns);
	run->sent_ns = calloc(requests_n(run), sizeof *run->sent_ns);
	if (!run->served || !run->done_ns || !run->due_ns || !run->sent_ns)
		return status_fail(ENOMEM, "a service of %llu requests", (unsigned long long)requests_n(run));
	return 0;
}

static int measure_placed(struct service_run *run, const struct point *point, const struct placement *placement,
                          struct trial *trial)
{
	int status = run_open(run, point, placement);
	if (status < 0 || run->workers_n > 0)
		return status < 0 ? status : with_team(run, point, placement, trial);
	status = placement_apply(placement, 0);
	if (status == 0)
		status = time_bursts(run, trial);
	placement_release(placement);
	return status;
}

int service_measure(const struct point *point, const struct problem *problem, double rate_hz, struct trial *trial)
{
	struct placement *placement = NULL;
	struct service_run run = {.problem = problem,
	                          .burst_n = problem->items_n,
	                          .rate = rate_hz / NS_PER_S,
	                          .rng = {trial->seed ^ (uint64_t)trial->round << 32}};
	unsigned workers_n = point->model->baseline ? 1 : point->workers;
	if (workers_n > SERVICE_WORKERS_MOST || requests_n(&run) < 20)
		return status_say(EINVAL, "a row of service has at most %d workers and at least 20 requests",
		                  SERVICE_WORKERS_MOST);
	int status = placement_plan(trial->topology, point->pin, workers_n, &placement);
	if (status == 0)
		status = measure_placed(&run, point, placement, trial);
	if (status < 0)
		return status; // the workers may still use the memory; the runner ends now
	placement_free(placement);
	free(run.due_ns);
	free(run.sent_ns);
	free(run.response_ns);
	free(run.late_ns);
	munmap(run.done_ns, requests_n(&run) * sizeof *run.done_ns);
	munmap(run.served, (run.workers_n + 1) * sizeof *run.served);
	if (run.workers_n > 0)
		run.queue.type->close(&run.queue);
	return 0;
}
