// One pair of CPUs that the user chose, in a row of its own.
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "base/status.h"
#include "bench/cores/cores.h"
#include "bench/plan/axis_product.h"
#include "bench/team/team.h"

static const uint64_t end_command = UINT64_MAX, account_command = UINT64_MAX - 1;

// In shared memory. Two cache lines without any other data, because prefetchers fetch a line's neighbour, too.
struct cores_shared {
	_Alignas(128) _Atomic uint64_t trip; ///< odd: a request; even: its reply; or a command
};

struct cores_run {
	struct cores_shared *shared;
	uint64_t trip; ///< the last reply
	struct team *team;
};

static int check_trip(uint64_t trip, uint64_t expected)
{
	if (trip == expected)
		return 0;
	return status_say(EBADMSG, "the cache line holds %llu instead of %llu", (unsigned long long)trip,
	                  (unsigned long long)expected);
}

// Answers anything but the next request. The kernel accounts the CPU time of a spinning process at ticks, 4 ms apart; a
// process that reads its own CPU clock has it accounted at once.
static int answer_other(struct cores_shared *shared, uint64_t trip, uint64_t reply)
{
	struct timespec used;
	if (trip != account_command)
		return check_trip(trip, reply + 1);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	atomic_store_explicit(&shared->trip, reply, memory_order_release);
	return 0;
}

static int answer(struct team_member *member)
{
	struct cores_shared *shared = ((struct cores_run *)member->context)->shared;
	int status = 0;
	for (uint64_t reply = 0, trip; status == 0 && (trip = cores_wait_for_change(&shared->trip, reply)) != end_command;)
		if (trip == reply + 1)
			atomic_store_explicit(&shared->trip, reply += 2, memory_order_release);
		else
			status = answer_other(shared, trip, reply);
	return status;
}

static int round_trip(void *context)
{
	struct cores_run *run = context;
	uint64_t request = run->trip + 1;
	atomic_store_explicit(&run->shared->trip, request, memory_order_release);
	run->trip = cores_wait_for_change(&run->shared->trip, request);
	return check_trip(run->trip, request + 1);
}

static int usage(void *context, struct usage *usage)
{
	const struct cores_run *run = context;
	atomic_store_explicit(&run->shared->trip, account_command, memory_order_release);
	int status = check_trip(cores_wait_for_change(&run->shared->trip, account_command), run->trip);
	return status < 0 ? status : team_usage(run->team, usage);
}

static int time_round_trips(struct cores_run *run, enum between between, const struct placement *placement,
                            struct trial *trial)
{
	struct team_config config = {
		.between = between, .members_n = 1, .placement = placement, .context = run, .body = answer};
	int status = team_open(&run->team, &config, trial);
	if (status < 0)
		return status;
	status = trial_run(trial, &(struct operation){run, round_trip, .usage = usage});
	if (status < 0)
		return status; // the runner ends, and the worker with it
	atomic_store_explicit(&run->shared->trip, end_command, memory_order_release);
	return team_close(run->team);
}

int cores_pair_trial(const struct spec *spec, struct trial *trial)
{
	enum between between;
	uint64_t from = 0, to = 0;
	struct placement *placement = NULL;
	int status = spec_axis_count(spec, "from", 0, INT32_MAX, &from);
	if (status == 0)
		status = spec_axis_count(spec, "to", 0, INT32_MAX, &to);
	if (status == 0)
		status = team_between(spec, &between);
	if (status == 0 && from == to)
		status = status_say(EINVAL, "from and to are the same CPU, but two spinning workers need two");
	if (status == 0)
		status = placement_on(trial->topology, (int[]){(int)from, (int)to}, 2, &placement);
	if (status < 0)
		return status;
	struct cores_run run = {.shared = shared_map(sizeof *run.shared)};
	status = run.shared ? time_round_trips(&run, between, placement, trial) : -ENOMEM;
	if (status < 0)
		return status; // a thread may still use the memory; the runner ends now
	munmap(run.shared, sizeof *run.shared);
	placement_free(placement);
	return 0;
}
