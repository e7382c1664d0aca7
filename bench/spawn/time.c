// Creation and end of workers, timed. On one CPU the created inherit the caller's; elsewhere the caller may use both
// CPUs and the created bind themselves to the second, and are running once they stand there. The creator's resident
// memory is private and anonymous: what fork has to copy the page tables of.
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/status.h"
#include "bench/plan/axis_product.h"
#include "bench/spawn/spawn.h"
#include "host/place.h"
#include "stats/values.h"

enum { KEPT_N = 4096 }; ///< the last of the created, whose times the medians are of

// In shared memory: the more of its own a parent has, the dearer is its fork.
struct kept {
	uint64_t created_n;
	uint64_t running_ns[KEPT_N], reaped_ns[KEPT_N];
};

struct nursery {
	struct spawning spawning;
	const struct placement *placement; ///< the caller is worker 0, the created are worker 1
	cpu_set_t both[16];                ///< where the caller may be while it creates, unless all stay on one CPU
	uint64_t called_ns[SPAWN_BURST_MAX], returned_ns[SPAWN_BURST_MAX];
	uint64_t took_ns;
	struct kept *kept;
};

// The created inherit the mask. A caller of one CPU would have them all born there, and move.
static int caller_place(const struct nursery *nursery)
{
	int status = placement_apply(nursery->placement, 0);
	if (status < 0 || nursery->spawning.bind_cpu < 0)
		return status;
	return sched_setaffinity(0, sizeof nursery->both, nursery->both) == 0 ? 0 : status_fail(errno, "the caller's CPUs");
}

static int keep(struct nursery *nursery)
{
	int planned = placement_cpu(nursery->placement, 1);
	for (unsigned i = 0; i < nursery->spawning.burst_n; i++) {
		const struct spawn_life *life = &nursery->spawning.lives[i];
		uint64_t called_ns = nursery->called_ns[i], returned_ns = nursery->returned_ns[i];
		// Stamps of an earlier one would lie before the call.
		if (life->running_ns < called_ns || life->ending_ns < life->running_ns || returned_ns < life->ending_ns)
			return status_say(EPROTO, "worker %u ended, but did not run between its creation and its end", i);
		if (life->cpu != planned)
			return status_say(ESTALE, "worker %u strayed to CPU %lld, planned for CPU %d", i, (long long)life->cpu,
			                  planned);
		uint64_t place = nursery->kept->created_n++ % KEPT_N;
		nursery->kept->running_ns[place] = life->running_ns - called_ns;
		nursery->kept->reaped_ns[place] = returned_ns - life->ending_ns;
	}
	return 0;
}

static int create_and_reap(void *context)
{
	struct nursery *nursery = context;
	struct spawning *spawning = &nursery->spawning;
	const struct spawn_call *call = spawning->call;
	unsigned created_n = 0;
	int status = spawning->bind_cpu < 0 ? 0 : caller_place(nursery); // wherever the last burst left it
	for (; created_n < spawning->burst_n && status == 0; created_n += status == 0) {
		nursery->called_ns[created_n] = clock_now_ns();
		status = call->create(spawning, created_n);
	}
	if (status == -EAGAIN)
		status = status_wrap(-ENOTSUP, "a limit of tasks");
	for (unsigned i = 0; i < created_n; i++) {
		int reaped = call->reap(spawning, i); // after a failure too: they use memory that is given back
		nursery->returned_ns[i] = clock_now_ns();
		status = status < 0 ? status : reaped;
	}
	if (status < 0)
		return status;
	nursery->took_ns = nursery->returned_ns[created_n - 1] - nursery->called_ns[0];
	return keep(nursery);
}

static uint64_t took_ns(void *context)
{
	const struct nursery *nursery = context;
	return nursery->took_ns;
}

// Of the last `n`, all of which the timed iterations made.
static int median_last(const struct kept *kept, const uint64_t *times_ns, uint64_t n, double *median_ns)
{
	double *sorted = malloc(n * sizeof *sorted);
	if (!sorted)
		return status_fail(ENOMEM, "sorting %llu times", (unsigned long long)n);
	for (uint64_t i = 0; i < n; i++)
		sorted[i] = (double)times_ns[(kept->created_n - 1 - i) % KEPT_N];
	*median_ns = values_median(sorted, n);
	free(sorted);
	return 0;
}

static int time_all(struct nursery *nursery, struct trial *trial)
{
	struct kept *kept = nursery->kept;
	memset(kept, 0, sizeof *kept); // or its pages would be faulted in while the clock runs
	int status = caller_place(nursery);
	if (status == 0)
		status = trial_run(trial, &(struct operation){nursery, create_and_reap, .took_ns = took_ns});
	if (status < 0)
		return status;
	uint64_t timed_n = trial->iterations_n * nursery->spawning.burst_n, n = timed_n < KEPT_N ? timed_n : KEPT_N;
	status = median_last(kept, kept->running_ns, n, &trial->value[METRIC_running_ns]);
	return status < 0 ? status : median_last(kept, kept->reaped_ns, n, &trial->value[METRIC_reaped_ns]);
}

static int with_call(struct nursery *nursery, struct trial *trial)
{
	struct spawning *spawning = &nursery->spawning;
	const struct spawn_call *call = spawning->call;
	int status = call->open ? call->open(spawning) : 0;
	if (status == 0)
		status = time_all(nursery, trial);
	if (call->close)
		call->close(spawning);
	return status;
}

// A file, so that a program that was executed can reach it through a descriptor it inherits.
static int with_lives(struct nursery *nursery, struct trial *trial)
{
	struct spawning *spawning = &nursery->spawning;
	size_t bytes = SPAWN_BURST_MAX * sizeof *spawning->lives;
	spawning->lives_file = memfd_create("tvp-spawn", spawning->call->executes ? 0 : MFD_CLOEXEC);
	if (spawning->lives_file < 0)
		return status_fail(errno, "shared memory of %zu bytes", bytes);
	int status =
		ftruncate(spawning->lives_file, (off_t)bytes) < 0 ? status_fail(errno, "shared memory of %zu bytes", bytes) : 0;
	spawning->lives = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, spawning->lives_file, 0);
	if (status == 0 && spawning->lives == MAP_FAILED)
		status = status_fail(errno, "mapping %zu bytes", bytes);
	nursery->kept = shared_map(sizeof *nursery->kept);
	if (status == 0)
		status = nursery->kept ? with_call(nursery, trial) : -ENOMEM;
	if (nursery->kept)
		munmap(nursery->kept, sizeof *nursery->kept);
	if (spawning->lives != MAP_FAILED)
		munmap(spawning->lives, bytes);
	close(spawning->lives_file);
	return status;
}

static int with_placement(struct nursery *nursery, enum place place, struct trial *trial)
{
	struct placement *placement;
	int status = place_plan(trial->topology, place, &placement);
	if (status < 0)
		return status;
	nursery->placement = placement;
	nursery->spawning.bind_cpu = place == PLACE_SAME_CPU ? -1 : placement_cpu(placement, 1);
	for (unsigned worker = 0; worker < 2; worker++)
		CPU_SET_S((size_t)placement_cpu(placement, worker), sizeof nursery->both, nursery->both);
	status = with_lives(nursery, trial);
	placement_free(placement);
	return status;
}

int spawn_time(const struct spawn_case *wanted, struct trial *trial)
{
	static struct nursery nursery;
	nursery = (struct nursery){.spawning = {.call = wanted->call, .burst_n = wanted->burst_n}};
	int status = spawn_ballast_take(wanted->resident_bytes, wanted->pages, trial);
	if (status == 0)
		status = with_placement(&nursery, wanted->place, trial);
	return status;
}
