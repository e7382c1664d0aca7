// The creator's resident memory, allocated by the supervisor and inherited by its runners: to populate a gigabyte for
// every visit would take seconds. Between visits it is excluded from forks, so that no other row pays for it. A runner
// shares it copy-on-write with the supervisor, like any process that was forked itself.
#include <errno.h>
#include <sys/mman.h>

#include "base/status.h"
#include "bench/plan/axis_product.h"
#include "bench/plan/problems.h"
#include "bench/spawn/spawn.h"

enum { RESIDENTS_N = 8 };

static struct resident_memory {
	uint64_t bytes; ///< 0: free
	enum pages pages;
	struct arena arena; ///< base NULL: given back, runners make their own
} residents[RESIDENTS_N];

static struct resident_memory *resident_find(uint64_t bytes, enum pages pages)
{
	for (struct resident_memory *resident = residents; resident < residents + RESIDENTS_N; resident++)
		if (resident->bytes == 0 || (resident->bytes == bytes && resident->pages == pages))
			return resident;
	return NULL;
}

// 4 KiB pages have five hundred times as many table entries to copy: already a few of them change the result.
static int check_all_huge(const struct arena *arena, uint64_t bytes)
{
	size_t huge_bytes;
	int status = arena_huge_bytes(arena, &huge_bytes);
	if (status < 0 || huge_bytes >= bytes)
		return status;
	return status_say(ENOTSUP, "only %zu of %llu MiB of private memory are on huge pages", huge_bytes >> 20,
	                  (unsigned long long)bytes >> 20);
}

static int resident_make(struct resident_memory *resident, uint64_t bytes, enum pages pages)
{
	uint64_t available_bytes = problems_available_bytes();
	if (available_bytes / 2 < bytes)
		return status_say(ENOTSUP, "needs twice %llu MiB of memory; %llu MiB are available",
		                  (unsigned long long)bytes >> 20, (unsigned long long)available_bytes >> 20);
	int status = arena_open(&resident->arena, bytes, MEMORY_PRIVATE, pages);
	if (status == -ENOMEM)
		status = status_wrap(-ENOTSUP, "the limit on memory is reached");
	if (status == 0 && pages == PAGES_HUGE)
		status = check_all_huge(&resident->arena, bytes);
	if (status == 0 && madvise(resident->arena.base, resident->arena.bytes, MADV_DONTFORK) < 0)
		status = status_fail(errno, "excluding %llu MiB from forks", (unsigned long long)bytes >> 20);
	if (status < 0)
		arena_close(&resident->arena);
	else
		*resident = (struct resident_memory){bytes, pages, resident->arena};
	return status;
}

int spawn_resident_prepare(const struct spec *spec)
{
	uint64_t bytes;
	enum pages pages = spec_axis_is(spec, "pages", "huge") ? PAGES_HUGE : PAGES_4K;
	int status = spec_axis_bytes(spec, "resident", &bytes);
	if (status < 0 || bytes == 0)
		return status;
	struct resident_memory *resident = resident_find(bytes, pages);
	if (!resident)
		return status_say(ENOTSUP, "more than %d kinds of resident memory in one run", RESIDENTS_N);
	return resident->bytes ? 0 : resident_make(resident, bytes, pages);
}

void spawn_resident_inherit(const struct spec *spec, bool inherited)
{
	uint64_t bytes;
	enum pages pages = spec_axis_is(spec, "pages", "huge") ? PAGES_HUGE : PAGES_4K;
	if (spec_axis_bytes(spec, "resident", &bytes) < 0 || bytes == 0)
		return;
	const struct resident_memory *resident = resident_find(bytes, pages);
	if (resident && resident->arena.base)
		madvise(resident->arena.base, resident->arena.bytes, inherited ? MADV_DOFORK : MADV_DONTFORK);
}

bool spawn_resident_give_back(const struct spec *spec)
{
	uint64_t bytes;
	enum pages pages = spec_axis_is(spec, "pages", "huge") ? PAGES_HUGE : PAGES_4K;
	if (spec_axis_bytes(spec, "resident", &bytes) < 0 || bytes == 0)
		return false;
	struct resident_memory *resident = resident_find(bytes, pages);
	if (!resident || resident->bytes == 0)
		return false;
	// The entry stays: a free one ends every search.
	bool any = resident->arena.base != NULL;
	arena_close(&resident->arena);
	return any;
}

int spawn_resident_use(uint64_t bytes, enum pages pages, struct trial *trial)
{
	if (bytes == 0)
		return 0;
	struct resident_memory *resident = resident_find(bytes, pages);
	int status = resident ? 0 : status_say(ENOTSUP, "more than %d kinds of resident memory in one run", RESIDENTS_N);
	size_t huge_bytes = 0;
	if (status == 0 && !resident->arena.base)
		status = resident_make(resident, bytes, pages); // a visit that no supervisor has prepared
	if (status == 0)
		status = madvise(resident->arena.base, resident->arena.bytes, MADV_DOFORK) == 0
		             ? 0
		             : status_fail(errno, "madvise of the resident memory");
	if (status == 0)
		status = arena_huge_bytes(&resident->arena, &huge_bytes);
	if (status == 0)
		trial->value[METRIC_huge_bytes] = (double)huge_bytes;
	trial_note_size(trial);
	return status;
}
