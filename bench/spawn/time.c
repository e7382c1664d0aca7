// Bursts of workers created and reaped, timed. With one CPU the workers inherit it from the caller. With two the caller
// may use both; the workers bind themselves to the second and count as running once they run there. The creator's
// resident memory is private and anonymous: memory whose page tables fork has to copy.
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

enum { TIMES_N = 4096 }; // the medians are those of the last so many workers

// In shared memory: private memory would make the creator's fork more expensive.
struct spawn_times {
	uint64_t created_n;
	uint64_t running_ns[TIMES_N], reaped_ns[TIMES_N];
};

struct spawn_run {
	struct spawn_burst burst;
	const struct placement *placement; ///< the caller where worker 0 is planned, the created workers where worker 1 is
	cpu_set_t both[16];                ///< the CPUs that the caller may use while it creates, unless all stay on one
	uint64_t called_ns[SPAWN_BURST_MAX], returned_ns[SPAWN_BURST_MAX];
	uint64_t took_ns;
	struct spawn_times *times;
};

// Both CPUs, because the workers inherit the mask: with one CPU all would start there and have to migrate.
static int caller_place(const struct spawn_run *run)
{
	int status = placement_apply(run->placement, 0);
	if (status < 0 || run->burst.bind_cpu < 0)
		return status;
	return sched_setaffinity(0, sizeof run->both, run->both) == 0 ? 0 : status_fail(errno, "the caller's CPUs");
}

static int store_times(struct spawn_run *run)
{
	int planned = placement_cpu(run->placement, 1);
	for (unsigned i = 0; i < run->burst.workers_n; i++) {
		const struct spawn_stamps *stamps = &run->burst.stamps[i];
		uint64_t called_ns = run->called_ns[i], returned_ns = run->returned_ns[i];
		// The stamps of an earlier worker would be from before the call.
		if (stamps->running_ns < called_ns || stamps->ending_ns < stamps->running_ns || returned_ns < stamps->ending_ns)
			return status_say(EPROTO, "worker %u ended, but did not run between its creation and its end", i);
		if (stamps->cpu != planned)
			return status_say(ESTALE, "worker %u ended on CPU %lld, planned for CPU %d", i, (long long)stamps->cpu,
			                  planned);
		uint64_t index = run->times->created_n++ % TIMES_N;
		run->times->running_ns[index] = stamps->running_ns - called_ns;
		run->times->reaped_ns[index] = returned_ns - stamps->ending_ns;
	}
	return 0;
}

static int create_and_reap(void *context)
{
	struct spawn_run *run = context;
	struct spawn_burst *burst = &run->burst;
	const struct spawn_call *call = burst->call;
	unsigned created_n = 0;
	int status = burst->bind_cpu < 0 ? 0 : caller_place(run); // the last burst may have left it on either
	for (; created_n < burst->workers_n && status == 0; created_n += status == 0) {
		run->called_ns[created_n] = clock_now_ns();
		status = call->create(burst, created_n);
	}
	if (status == -EAGAIN)
		status = status_wrap(-ENOTSUP, "the limit on tasks is reached");
	for (unsigned i = 0; i < created_n; i++) {
		int reaped = call->reap(burst, i); // after a failure, too: they use memory that is released then
		run->returned_ns[i] = clock_now_ns();
		status = status < 0 ? status : reaped;
	}
	if (status < 0)
		return status;
	run->took_ns = run->returned_ns[created_n - 1] - run->called_ns[0];
	return store_times(run);
}

// Own clock: took_ns() returns first call to last reaped, because the placement and the checks do not count.
static uint64_t took_ns(void *context)
{
	const struct spawn_run *run = context;
	return run->took_ns;
}

// The median of the last `n` times, all of which are of timed iterations.
static int median_last(const struct spawn_times *times, const uint64_t *times_ns, uint64_t n, double *median_ns)
{
	double *sorted = malloc(n * sizeof *sorted);
	if (!sorted)
		return status_fail(ENOMEM, "sorting %llu times", (unsigned long long)n);
	for (uint64_t i = 0; i < n; i++)
		sorted[i] = (double)times_ns[(times->created_n - 1 - i) % TIMES_N];
	*median_ns = values_median(sorted, n);
	free(sorted);
	return 0;
}

static int time_bursts(struct spawn_run *run, struct trial *trial)
{
	struct spawn_times *times = run->times;
	memset(times, 0, sizeof *times); // otherwise its pages would be faulted in during timed iterations
	int status = caller_place(run);
	if (status == 0)
		status = trial_run(trial, &(struct operation){run, create_and_reap, .took_ns = took_ns});
	if (status < 0)
		return status;
	uint64_t timed_n = trial->iterations_n * run->burst.workers_n, n = timed_n < TIMES_N ? timed_n : TIMES_N;
	status = median_last(times, times->running_ns, n, &trial->value[METRIC_running_ns]);
	return status < 0 ? status : median_last(times, times->reaped_ns, n, &trial->value[METRIC_reaped_ns]);
}

static int time_with_call(struct spawn_run *run, struct trial *trial)
{
	struct spawn_burst *burst = &run->burst;
	const struct spawn_call *call = burst->call;
	int status = call->open ? call->open(burst) : 0;
	if (status == 0)
		status = time_bursts(run, trial);
	if (call->close)
		call->close(burst);
	return status;
}

// The stamps are in a file, so that an executed program can reach them through an inherited descriptor.
static int time_with_stamps(struct spawn_run *run, struct trial *trial)
{
	struct spawn_burst *burst = &run->burst;
	size_t bytes = SPAWN_BURST_MAX * sizeof *burst->stamps;
	burst->stamps_file = memfd_create("tvp-spawn", burst->call->executes ? 0 : MFD_CLOEXEC);
	if (burst->stamps_file < 0)
		return status_fail(errno, "shared memory of %zu bytes", bytes);
	int status =
		ftruncate(burst->stamps_file, (off_t)bytes) < 0 ? status_fail(errno, "shared memory of %zu bytes", bytes) : 0;
	burst->stamps = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, burst->stamps_file, 0);
	if (status == 0 && burst->stamps == MAP_FAILED)
		status = status_fail(errno, "mapping %zu bytes", bytes);
	run->times = shared_map(sizeof *run->times);
	if (status == 0)
		status = run->times ? time_with_call(run, trial) : -ENOMEM;
	if (run->times)
		munmap(run->times, sizeof *run->times);
	if (burst->stamps != MAP_FAILED)
		munmap(burst->stamps, bytes);
	close(burst->stamps_file);
	return status;
}

static int time_with_placement(struct spawn_run *run, enum place place, struct trial *trial)
{
	struct placement *placement;
	int status = place_plan(trial->topology, place, &placement);
	if (status < 0)
		return status;
	run->placement = placement;
	run->burst.bind_cpu = place == PLACE_SAME_CPU ? -1 : placement_cpu(placement, 1);
	for (unsigned worker = 0; worker < 2; worker++)
		CPU_SET_S((size_t)placement_cpu(placement, worker), sizeof run->both, run->both);
	status = time_with_stamps(run, trial);
	placement_free(placement);
	return status;
}

int spawn_time(const struct spawn_case *wanted, struct trial *trial)
{
	static struct spawn_run run;
	run = (struct spawn_run){.burst = {.call = wanted->call, .workers_n = wanted->burst_n}};
	int status = spawn_resident_use(wanted->resident_bytes, wanted->pages, trial);
	if (status == 0)
		status = time_with_placement(&run, wanted->place, trial);
	return status;
}
