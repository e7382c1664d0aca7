// Workers that read in turns. Each notes when it began and ended: wake-ups before and after a turn do not count.
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/status.h"
#include "bench/numa/numa.h"
#include "bench/team/turn_counts.h"

enum { STEPS_N = 1 << 14 };

struct numa_run {
	const struct numa_reading *reading;
	struct turn_counts *counts; ///< of each worker, in shared memory; checked_n: what it read
	struct team *team;
};

/// A worker's lines.
struct share {
	size_t begin, end;
};

static struct share share_of(const struct numa_reading *reading, unsigned worker)
{
	size_t n = reading->memory->lines_n;
	return (struct share){n * worker / reading->workers_n, n * (worker + 1) / reading->workers_n};
}

static uint64_t pass(const struct numa_memory *memory, struct share share)
{
	const uint64_t *word = (const uint64_t *)(memory->line + share.begin),
				   *end = (const uint64_t *)(memory->line + share.end);
	uint64_t total = 0;
	for (; word < end; word++)
		total += *word;
	return total;
}

// How far the worker came, by the ranks. Each walk goes on where the last one ended, or it would stay in the caches.
static uint64_t walk(const struct numa_memory *memory, uint64_t *from)
{
	const struct numa_line *line = memory->line;
	uint64_t at = *from, begin_rank = line[at].rank;
	for (int i = 0; i < STEPS_N; i++)
		at = line[at].next;
	*from = at;
	return (line[at].rank + memory->lines_n - begin_rank) % memory->lines_n;
}

static int read_in_turns(struct team_member *member)
{
	const struct numa_run *run = member->context;
	const struct numa_memory *memory = run->reading->memory;
	struct turn_counts *counts = &run->counts[member->index];
	struct share share = share_of(run->reading, member->index);
	uint64_t at = share.begin;
	while (team_turn_next(member)) {
		turn_counts_begin(counts);
		counts->checked_n = run->reading->chases ? walk(memory, &at) : pass(memory, share);
		turn_counts_end(counts);
		counts->operations_n = 1;
	}
	return 0;
}

static int check(const struct numa_run *run)
{
	const struct numa_reading *reading = run->reading;
	const struct numa_memory *memory = reading->memory;
	uint64_t total = 0;
	for (unsigned i = 0; i < reading->workers_n; i++) {
		total += run->counts[i].checked_n;
		if (reading->chases && run->counts[i].checked_n != STEPS_N % memory->lines_n)
			return status_say(EBADMSG, "worker %u left its way through the memory", i);
	}
	return reading->chases || total == memory->total
	           ? 0
	           : status_say(EBADMSG, "the workers read another sum than there is");
}

static int turn(void *context)
{
	struct numa_run *run = context;
	team_turn_run(run->team);
	return check(run);
}

// Own clock: took_ns() returns first begin to last end, because the wake-ups around a turn do not count.
static uint64_t took_ns(void *context)
{
	const struct numa_run *run = context;
	return turn_counts_took_ns(run->counts, run->reading->workers_n);
}

// Of one worker: all take their steps at the same time.
static uint64_t steps_n(void *context)
{
	(void)context;
	return STEPS_N;
}

static int usage(void *context, struct usage *usage)
{
	const struct numa_run *run = context;
	int status = team_usage(run->team, usage);
	usage->cpu_ns = turn_counts_cpu_ns(run->counts, run->reading->workers_n);
	usage->other_cpu_ns = 0;
	return status;
}

static int time_turns(struct numa_run *run, const struct placement *placement, struct trial *trial)
{
	struct team_config config = {.between = run->reading->between,
	                             .members_n = run->reading->workers_n,
	                             .placement = placement,
	                             .caller_apart = true,
	                             .context = run,
	                             .body = read_in_turns};
	int status = team_open(&run->team, &config, trial);
	if (status < 0)
		return status;
	struct operation operation = {.context = run, .run = turn, .took_ns = took_ns, .usage = usage};
	operation.operations_n = run->reading->chases ? steps_n : NULL;
	status = trial_run(trial, &operation);
	return status < 0 ? status : team_close(run->team); // after a failure the runner ends, and the workers with it
}

int numa_reading_time(const struct numa_reading *reading, const struct placement *placement, struct trial *trial)
{
	size_t counts_bytes = reading->workers_n * sizeof(struct turn_counts);
	struct numa_run run = {.reading = reading, .counts = shared_map(counts_bytes)};
	if (!run.counts)
		return -ENOMEM;
	int status = time_turns(&run, placement, trial);
	if (status == 0)
		munmap(run.counts, counts_bytes);
	return status;
}
