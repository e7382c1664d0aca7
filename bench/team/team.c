// A team from its opening to its closing, and its turns. The members themselves are in team_members.c, their resources
// in team_usage.c; message.h and turn_counts.h are small tools for the bodies of members.
#include "bench/team/team_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/plan/axis_product.h"

enum { START_TOGETHER_NS = 200000, DEATH_NOTICE_MS = 200 };

int team_between(const struct spec *spec, enum between *between)
{
	if (!spec_axis_is(spec, "between", "threads") && !spec_axis_is(spec, "between", "processes"))
		return status_say(EINVAL, "a row of %s is between:threads or between:processes", spec->experiment);
	*between = spec_axis_is(spec, "between", "processes") ? BETWEEN_PROCESSES : BETWEEN_THREADS;
	return 0;
}

static void wait_until_zero(struct eventcount *eventcount)
{
	uint32_t left_n;
	while ((left_n = atomic_load_explicit(&eventcount->word, memory_order_acquire)) > 0)
		eventcount_wait(eventcount, left_n, WAIT_PARK);
}

static int team_allocate(struct team *team)
{
	unsigned members_n = team->config.members_n;
	team->shared_bytes = sizeof *team->shared + members_n * sizeof team->shared->message[0];
	team->shared = shared_map(team->shared_bytes);
	team->members = calloc(members_n, sizeof *team->members);
	team->threads = calloc(members_n, sizeof *team->threads);
	team->pids = calloc(members_n, sizeof *team->pids);
	if (!team->shared || !team->members || !team->threads || !team->pids)
		return status_fail(ENOMEM, "a team of %u", members_n);
	atomic_store(&team->shared->ready.word, members_n);
	return 0;
}

int team_open(struct team **opened, const struct team_config *config, struct trial *trial)
{
	struct team *team = calloc(1, sizeof *team);
	if (!team)
		return status_fail(ENOMEM, "a team");
	unsigned cpus_n = placement_cpus_n(config->placement);
	team->config = *config;
	team->trial = trial;
	team->starts_together = config->caller_apart ? config->members_n <= cpus_n : config->members_n < cpus_n;
	int status = team_allocate(team);
	if (status == 0 && config->between == BETWEEN_PROCESSES)
		status = team_members_watch(team);
	if (status == 0)
		status = team_members_start(team);
	if (status == 0) {
		wait_until_zero(&team->shared->ready);
		status = config->caller_apart ? placement_spare(config->placement) : placement_apply(config->placement, 0);
	}
	*opened = status < 0 ? NULL : team;
	if (status < 0) {
		// A member that was started may wait for one that never will be. No thread can be killed alone: the runner
		// ends.
		if (team->started_n > 0 && config->between == BETWEEN_THREADS)
			trial_abandon(trial, -status, status_message());
		team_members_kill(team);
		team_close(team);
	}
	return status;
}

// The member that arrives last releases the others. The deadline is about the longest a wake-up takes.
static void wait_for_others(const struct team *team, uint32_t turn)
{
	struct team_shared *shared = team->shared;
	uint32_t all_n = turn * team->config.members_n;
	uint64_t deadline_ns = clock_now_ns() + START_TOGETHER_NS;
	atomic_fetch_add_explicit(&shared->arrived, 1, memory_order_acq_rel);
	while ((int32_t)(atomic_load_explicit(&shared->arrived, memory_order_acquire) - all_n) < 0 &&
	       clock_now_ns() < deadline_ns)
		cpu_relax();
}

bool team_turn_next(struct team_member *member)
{
	struct team_shared *shared = member->team->shared;
	if (member->turn > 0)
		eventcount_count_down(&shared->left, 0);
	member->turn = eventcount_wait(&shared->go, member->turn, WAIT_PARK);
	if (atomic_load_explicit(&shared->over, memory_order_relaxed)) // ordered by the eventcount
		return false;
	if (member->team->starts_together)
		wait_for_others(member->team, member->turn);
	return true;
}

static void turn_release(struct team_shared *shared)
{
	eventcount_set(&shared->go, atomic_load_explicit(&shared->go.word, memory_order_relaxed) + 1, WAIT_PARK);
}

void team_turn_start(struct team *team)
{
	atomic_store_explicit(&team->shared->left.word, team->config.members_n,
	                      memory_order_relaxed); // ordered by the eventcount
	turn_release(team->shared);
}

void team_turn_wait(struct team *team)
{
	wait_until_zero(&team->shared->left);
}

void team_turn_run(struct team *team)
{
	team_turn_start(team);
	team_turn_wait(team);
}

int team_failed(struct team *team, int status)
{
	// A thread may still be using what the caller is about to unmap or close.
	if (team->config.between == BETWEEN_THREADS)
		trial_abandon(team->trial, -status, status_message());
	for (int i = 0; i < DEATH_NOTICE_MS; i++)
		nanosleep(&(struct timespec){.tv_nsec = NS_PER_MS}, NULL); // where a member died, the handler does not return
	return status;
}

int team_close(struct team *team)
{
	int status = 0;
	if (team->shared) {
		atomic_store_explicit(&team->shared->over, true, memory_order_relaxed); // ordered by the eventcount
		turn_release(team->shared);
		status = team_members_join(team);
		munmap(team->shared, team->shared_bytes);
	}
	placement_release(team->config.placement);
	free(team->members);
	free(team->threads);
	free(team->pids);
	free(team);
	return status;
}
