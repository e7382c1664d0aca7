// Where processes win: threads contend for one address space and one file table. All workers make the same calls at the
// same time; a call's time is that from the first one's begin to the last one's end, over the calls each made, so it stays
// what it was with one worker where nothing is contended. And what fork costs later: the copy at the first write (cow).
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/status.h"
#include "bench/address_space.h"
#include "bench/cases.h"
#include "bench/party.h"

// Which of the two a kernel does with a huge page: before 5.8 it copied 2 MiB, since then it splits the mapping.
static void note_copies(const struct crowd *crowd, struct trial *trial)
{
	if (crowd->call->inherits && crowd->pages == PAGES_HUGE)
		strcpy(trial->label, crowd->board->stand[0].huge_bytes > 0 ? "copied 2 MiB" : "split, copied 4 KiB");
}

static int inherited_open(struct crowd *crowd)
{
	size_t bytes = crowd_calls_most(crowd) * crowd_page_bytes(crowd), huge_bytes = 0;
	int status = arena_open(&crowd->inherited, bytes, MEMORY_PRIVATE, crowd->pages);
	if (status < 0)
		return status;
	memset(crowd->inherited.base, CROWD_INHERITED, bytes);
	if (crowd->pages == PAGES_HUGE)
		status = arena_huge_bytes(&crowd->inherited, &huge_bytes);
	if (status == 0 && crowd->pages == PAGES_HUGE && huge_bytes < bytes)
		status = status_say(ENOTSUP, "only %zu of %zu MiB of private memory stand on huge pages", huge_bytes >> 20, bytes >> 20);
	trial_note_size(crowd->trial);
	return status;
}

static int spec_read(const struct spec *spec, struct crowd *crowd)
{
	uint64_t workers_n = 0;
	const char *call = spec_get(spec, "call");
	int status = case_count(spec, "workers", 1, EXEC_WORKERS_MAX, &workers_n);
	if (status == 0)
		status = party_between(spec, &crowd->between);
	crowd->call = call ? address_call_find(call) : NULL;
	crowd->pages = case_is(spec, "pages", "huge") ? PAGES_HUGE : PAGES_4K;
	crowd->workers_n = (unsigned)workers_n;
	if (status == 0 && (!crowd->call || crowd_calls_most(crowd) == 0))
		status = status_say(EINVAL, "a row of address_space needs a call, and pages that it tells apart");
	return status;
}

static int trial(const struct spec *spec, struct trial *trial)
{
	struct crowd crowd = {.trial = trial};
	struct placement *placement = NULL;
	int status = spec_read(spec, &crowd);
	if (status == 0)
		status = placement_plan(trial->topology, PIN_COMPACT, crowd.workers_n, &placement);
	if (status < 0)
		return status;
	size_t board_bytes = sizeof *crowd.board + crowd.workers_n * sizeof crowd.board->stand[0];
	crowd.placement = placement;
	crowd.board = shared_map(board_bytes);
	status = crowd.board ? 0 : -ENOMEM;
	if (status == 0 && crowd.call->inherits)
		status = inherited_open(&crowd);
	else if (status == 0 && crowd.pages == PAGES_HUGE)
		status = desk_huge_pages();
	if (status == 0)
		status = crowd_time(&crowd);
	if (status < 0)
		return status; // threads may still write to the board; the runner ends now
	note_copies(&crowd, trial);
	arena_close(&crowd.inherited);
	munmap(crowd.board, board_bytes);
	placement_free(placement);
	return 0;
}

static const char *why_not(const struct plan_options *options, const struct spec *spec)
{
	(void)options;
	const struct address_call *call = address_call_find(spec_get(spec, "call"));
	if (!call || (case_is(spec, "pages", "huge") && call->calls_most_huge == 0))
		return "";
	return case_is(spec, "between", "threads") ? call->why_not_threads : NULL;
}

static int plan(const struct plan_options *options, struct record *record)
{
	return cases_plan("address_space", options, record);
}

static const struct experiment_axis axes[] = {
	{"call", "fault,mmap,malloc_large,open,dup,cow", "fault,mmap,mprotect,brk,malloc_small,malloc_large,open,dup,cow",
	 "address_space: what all workers do at once: fault (first touch of a page), mmap (64 KiB mapped, touched, unmapped), mprotect, brk, "
	 "malloc_small (64 B, freed), malloc_large (256 KiB), open, dup, cow (first write to a page after fork)", NULL},
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
	.visit_ns = 3000000,
	.why_not = why_not,
	.plan = plan,
	.trial = trial,
};
