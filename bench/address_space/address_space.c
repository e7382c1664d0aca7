// Where processes win: threads contend for one address space and one file table. All workers make the same calls at the
// same time; a call's time is that from the first one's begin to the last one's end, over the calls each made, so it
// stays what it was with one worker where nothing is contended. And what fork costs later: the copy at the first write
// (cow).
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/status.h"
#include "bench/address_space/address_space.h"
#include "bench/plan/axis_product.h"
#include "bench/team/team.h"

// Which of the two a kernel does with a huge page: before 5.8 it copied 2 MiB, since then it splits the mapping.
static void note_copies(const struct address_space_run *run, struct trial *trial)
{
	if (run->call->inherits && run->pages == PAGES_HUGE)
		strcpy(trial->label, run->board->stand[0].huge_bytes > 0 ? "copied 2 MiB" : "split, copied 4 KiB");
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
		status = status_say(ENOTSUP, "only %zu of %zu MiB of private memory stand on huge pages", huge_bytes >> 20,
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
		status = status_say(EINVAL, "a row of address_space needs a call, and pages that it tells apart");
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
	size_t board_bytes = sizeof *run.board + run.workers_n * sizeof run.board->stand[0];
	run.placement = placement;
	run.board = shared_map(board_bytes);
	status = run.board ? 0 : -ENOMEM;
	if (status == 0 && run.call->inherits)
		status = inherited_open(&run);
	else if (status == 0 && run.pages == PAGES_HUGE)
		status = desk_huge_pages();
	if (status == 0)
		status = address_space_time(&run);
	if (status < 0)
		return status; // threads may still write to the board; the runner ends now
	note_copies(&run, trial);
	arena_close(&run.inherited);
	munmap(run.board, board_bytes);
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

static int plan(const struct plan_options *options, struct record *record)
{
	return axis_product_plan("address_space", options, record);
}

static const struct experiment_axis axes[] = {
	{"call", "fault,mmap,malloc_large,open,dup,cow", "fault,mmap,mprotect,brk,malloc_small,malloc_large,open,dup,cow",
     "address_space: what all workers do at once: fault (first touch of a page), mmap (64 KiB mapped, touched, unmapped), mprotect, brk, "
     "malloc_small (64 B, freed), malloc_large (256 KiB), open, dup, cow (first write to a page after fork)",
     NULL},
	{"workers", "1,all", "auto", "worker counts", check_workers},
	{"pages", "4k", "4k,huge", "of private memory: huge, 4k", NULL},
	{"pin", "compact", NULL, "where the workers stand: compact, neighbours first", NULL},
	{"between", "threads,processes", NULL, "threads or processes", NULL},
	{0},
};

static const struct experiment_plot plots[] = {
	{"calls", "lines", "workers", "call between", METRIC_wall_ns, DRAW_METRIC, "One address space or many",
     "workers that call at the same time", "time per call", NULL},
	{0},
};

const struct experiment experiment_address_space = {
	.name = "address_space",
	.summary = "page faults, mmap, malloc, open, dup by many at once; copy-on-write after fork",
	.axes = "call workers pages pin between",
	.suites = "ipc full",
	.own_axes = axes,
	.plots = plots,
	.why_not = why_not,
	.plan = plan,
	.visit = {.trial = trial, .visit_ns = 3000000},
};
