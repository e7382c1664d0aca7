// What a creator has resident, held by the supervisor and lent to its runners: populating a gigabyte for every visit
// would take seconds. Between visits it is kept out of forks, so that no other row pays for it. A runner shares it
// copy-on-write, as any parent that forked before does.
#include <errno.h>
#include <sys/mman.h>

#include "base/status.h"
#include "bench/plan/axis_product.h"
#include "bench/plan/problems.h"
#include "bench/spawn/spawn.h"

enum { BALLASTS_N = 8 };

static struct ballast {
	uint64_t bytes; ///< 0: free
	enum pages pages;
	struct arena arena;
} ballasts[BALLASTS_N];

static struct ballast *ballast_find(uint64_t bytes, enum pages pages)
{
	for (struct ballast *ballast = ballasts; ballast < ballasts + BALLASTS_N; ballast++)
		if (ballast->bytes == 0 || (ballast->bytes == bytes && ballast->pages == pages))
			return ballast;
	return NULL;
}

// Of 4 KiB pages there are five hundred times as many table entries to copy: some of them make it another row.
static int all_huge(const struct arena *arena, uint64_t bytes)
{
	size_t huge_bytes;
	int status = arena_huge_bytes(arena, &huge_bytes);
	if (status < 0 || huge_bytes >= bytes)
		return status;
	return status_say(ENOTSUP, "only %zu of %llu MiB of private memory stand on huge pages", huge_bytes >> 20,
	                  (unsigned long long)bytes >> 20);
}

static int ballast_make(struct ballast *ballast, uint64_t bytes, enum pages pages)
{
	uint64_t available_bytes = problems_available_bytes();
	if (available_bytes / 2 < bytes)
		return status_say(ENOTSUP, "needs twice %llu MiB of memory; %llu MiB are available",
		                  (unsigned long long)bytes >> 20, (unsigned long long)available_bytes >> 20);
	int status = arena_open(&ballast->arena, bytes, MEMORY_PRIVATE, pages);
	if (status == -ENOMEM)
		status = status_wrap(-ENOTSUP, "a limit of memory");
	if (status == 0 && pages == PAGES_HUGE)
		status = all_huge(&ballast->arena, bytes);
	if (status == 0 && madvise(ballast->arena.base, ballast->arena.bytes, MADV_DONTFORK) < 0)
		status = status_fail(errno, "keeping %llu MiB out of forks", (unsigned long long)bytes >> 20);
	if (status < 0)
		arena_close(&ballast->arena);
	else
		*ballast = (struct ballast){bytes, pages, ballast->arena};
	return status;
}

int spawn_ballast_prepare(const struct spec *spec)
{
	uint64_t bytes;
	enum pages pages = spec_axis_is(spec, "pages", "huge") ? PAGES_HUGE : PAGES_4K;
	int status = spec_axis_bytes(spec, "resident", &bytes);
	if (status < 0 || bytes == 0)
		return status;
	struct ballast *ballast = ballast_find(bytes, pages);
	if (!ballast)
		return status_say(ENOTSUP, "more than %d kinds of resident memory in one run", BALLASTS_N);
	return ballast->bytes ? 0 : ballast_make(ballast, bytes, pages);
}

void spawn_ballast_lend(const struct spec *spec, bool lent)
{
	uint64_t bytes;
	enum pages pages = spec_axis_is(spec, "pages", "huge") ? PAGES_HUGE : PAGES_4K;
	if (spec_axis_bytes(spec, "resident", &bytes) < 0 || bytes == 0)
		return;
	const struct ballast *ballast = ballast_find(bytes, pages);
	if (ballast && ballast->bytes)
		madvise(ballast->arena.base, ballast->arena.bytes, lent ? MADV_DOFORK : MADV_DONTFORK);
}

int spawn_ballast_take(uint64_t bytes, enum pages pages, struct trial *trial)
{
	if (bytes == 0)
		return 0;
	struct ballast *ballast = ballast_find(bytes, pages);
	int status = ballast ? 0 : status_say(ENOTSUP, "more than %d kinds of resident memory in one run", BALLASTS_N);
	size_t huge_bytes = 0;
	if (status == 0 && !ballast->bytes)
		status = ballast_make(ballast, bytes, pages); // a visit without a supervisor's preparation
	if (status == 0)
		status = madvise(ballast->arena.base, ballast->arena.bytes, MADV_DOFORK) == 0
		             ? 0
		             : status_fail(errno, "lending memory");
	if (status == 0)
		status = arena_huge_bytes(&ballast->arena, &huge_bytes);
	if (status == 0)
		trial->value[METRIC_huge_bytes] = (double)huge_bytes;
	trial_note_size(trial);
	return status;
}
