// `address_space`: threads contend for one address space and one file table, processes have their own. All workers make
// the same calls at the same time. A call's time is the time from the first worker's begin to the last worker's end,
// per call of one worker: without contention it is the same for any number of workers. `cow` is the copy at the first
// write after a fork. The calls are in calls.c; workers.c runs them in turns and times them.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/status.h"
#include "bench/address_space/address_space.h"
#include "bench/plan/axis_product.h"
#include "bench/team/team.h"

// At the first write to a huge page, kernels before 5.8 copy 2 MiB; later ones split the mapping and copy 4 KiB.
static void label_copy(const struct address_space_run *run, struct trial *trial)
{
	if (run->call->inherits && run->pages == PAGES_HUGE)
		strcpy(trial->label, run->shared->turn[0].huge_bytes > 0 ? "copied 2 MiB" : "split, copied 4 KiB");
}

static int inherited_open(struct address_space_run *run)
{
	size_t bytes = address_space_calls_most(run) * address_space_page_bytes(run), huge_bytes = 0;
	int status = arena_open(&run->inherited, bytes, MEMORY_PRIVATE, run->pages);
	if (status < 0)
		return status;
	memset(run->inherited.base, ADDRESS_SPACE_INHERITED, bytes);
	if (run->pages == PAGES_HUGE)
		status = arena_huge_bytes(&run->inherited, &huge_bytes);
	if (status == 0 && run->pages == PAGES_HUGE && huge_bytes < bytes)
		status = status_say(ENOTSUP, "only %zu of %zu MiB of private memory are on huge pages", huge_bytes >> 20,
		                    bytes >> 20);
	trial_note_size(run->trial);
	return status;
}

static int spec_read(const struct spec *spec, struct address_space_run *run)
{
	uint64_t workers_n = 0;
	const char *call = spec_get(spec, "call");
	int status = spec_axis_count(spec, "workers", 1, EXEC_WORKERS_MAX, &workers_n);
	if (status == 0)
		status = team_between(spec, &run->between);
	run->call = call ? address_call_find(call) : NULL;
	run->pages = spec_axis_is(spec, "pages", "huge") ? PAGES_HUGE : PAGES_4K;
	run->workers_n = (unsigned)workers_n;
	if (status == 0 && (!run->call || address_space_calls_most(run) == 0))
		status =
			status_say(EINVAL, "a row of address_space needs a call, and a page size that makes a difference to it");
	return status;
}

static int trial(const struct spec *spec, struct trial *trial)
{
	struct address_space_run run = {.trial = trial};
	struct placement *placement = NULL;
	int status = spec_read(spec, &run);
	if (status == 0)
		status = placement_plan(trial->topology, PIN_COMPACT, run.workers_n, &placement);
	if (status < 0)
		return status;
	size_t shared_bytes = sizeof *run.shared + run.workers_n * sizeof run.shared->turn[0];
	placement_fix(placement);
	run.placement = placement;
	run.shared = shared_map(shared_bytes);
	status = run.shared ? 0 : -ENOMEM;
	if (status == 0 && run.call->inherits)
		status = inherited_open(&run);
	else if (status == 0 && run.pages == PAGES_HUGE)
		status = address_space_huge_pages();
	if (status == 0)
		status = address_space_time(&run);
	if (status < 0)
		return status; // threads may still write to shared memory; the runner ends now
	label_copy(&run, trial);
	arena_close(&run.inherited);
	munmap(run.shared, shared_bytes);
	placement_free(placement);
	return 0;
}

static const char *why_not(const struct plan_options *options, const struct spec *spec)
{
	(void)options;
	const struct address_call *call = address_call_find(spec_get(spec, "call"));
	if (!call || (spec_axis_is(spec, "pages", "huge") && call->calls_most_huge == 0))
		return "";
	return spec_axis_is(spec, "between", "threads") ? call->why_not_threads : NULL;
}

static const struct experiment_axis axes[] = {
	{"call", "fault,mmap,malloc_large,open,dup,cow", "fault,mmap,mprotect,brk,malloc_small,malloc_large,open,dup,cow",
     "address_space: the call that all workers make at once: fault (first touch of a page), mmap (64 KiB mapped, "
     "touched, unmapped), mprotect, brk, malloc_small (64 B, freed), malloc_large (256 KiB), open, dup, cow (first "
     "write to a page after fork)",
     NULL},
	{"workers", "1,all", "auto", "worker counts", check_workers},
	{"pages", "4k", "4k,huge", "of private memory: huge, 4k", NULL},
	{"pin", "compact", NULL, "placement of the workers: compact, neighbouring CPUs first", NULL},
	{"between", "threads,processes", NULL, "threads or processes", NULL},
	{0},
};

static const struct experiment_plot plots[] = {
	{"calls", "lines", "workers", "call between", METRIC_wall_ns, DRAW_METRIC, "One address space or one per worker",
     "workers making the call at the same time", "time per call", NULL},
	{0},
};

const struct experiment experiment_address_space = {
	.name = "address_space",
	.summary = "page faults, mmap, malloc, open, dup by many workers at once; copy-on-write after fork",
	.suites = "ipc full",
	.own_axes = axes,
	.plots = plots,
	.why_not = why_not,
	.visit = {.trial = trial, .visit_ns = 3000000},
};
