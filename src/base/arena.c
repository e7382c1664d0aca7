// Arena on 2 MiB pages without privileges: an aligned VMA, populated, then MADV_COLLAPSE'd. That works with
// shmem_enabled=never too; a VMA that starts unaligned gets EINVAL.
#include "base/arena.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/status.h"

// Headers of older C libraries lack these; the kernel answers EINVAL when it does not know them.
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

static const size_t huge_page_bytes = 2u << 20;

// Reserve more than needed, map at the aligned address inside, give the rest back.
static char *map_aligned(size_t bytes, int flags)
{
	size_t reserved_bytes = bytes + huge_page_bytes;
	char *reserved = mmap(NULL, reserved_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (reserved == MAP_FAILED)
		return NULL;
	char *base = (char *)round_up((uintptr_t)reserved, huge_page_bytes);
	char *mapped = mmap(base, bytes, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	if (mapped == MAP_FAILED) {
		munmap(reserved, reserved_bytes);
		return NULL;
	}
	if (base > reserved)
		munmap(reserved, (size_t)(base - reserved));
	char *end = base + bytes, *reserved_end = reserved + reserved_bytes;
	if (reserved_end > end)
		munmap(end, (size_t)(reserved_end - end));
	return base;
}

int memory_touch(char *base, size_t bytes, bool writing)
{
	const size_t page_bytes = 4096;
	char *first = (char *)((uintptr_t)base & ~(page_bytes - 1)); // an arena's, whose pages are no smaller
	if (madvise(first, (size_t)(base + bytes - first), writing ? MADV_POPULATE_WRITE : MADV_POPULATE_READ) == 0)
		return 0;
	if (errno != EINVAL)
		return -errno;
	for (size_t offset = 0; offset < bytes; offset += page_bytes) {
		volatile char *at = base + offset;
		char value = *at;
		if (writing)
			*at = value;
	}
	return 0;
}

size_t arena_page_bytes(enum pages pages)
{
	return pages == PAGES_HUGE ? huge_page_bytes : (size_t)sysconf(_SC_PAGESIZE);
}

int arena_map(struct arena *arena, size_t bytes, enum memory memory, enum pages pages)
{
	*arena = (struct arena){.memory = memory, .pages = pages};
	if (bytes == 0 || bytes > SIZE_MAX / 2)
		return status_fail(EINVAL, "an arena of %zu bytes", bytes);
	arena->bytes = round_up(bytes, arena_page_bytes(pages));
	arena->base = map_aligned(arena->bytes, memory == MEMORY_SHARED ? MAP_SHARED : MAP_PRIVATE);
	if (!arena->base)
		return status_fail(ENOMEM, "mapping an arena of %zu MiB", arena->bytes >> 20);

	// Advice only: a kernel without transparent huge pages returns EINVAL, and arena_huge_bytes() then finds none.
	madvise(arena->base, arena->bytes, pages == PAGES_HUGE ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	return 0;
}

int arena_fill(const struct arena *arena, char *base, size_t bytes)
{
	int status = memory_touch(base, bytes, true);
	if (status < 0)
		return status_fail(-status, "populating %zu MiB of an arena of %zu MiB", bytes >> 20, arena->bytes >> 20);
	if (arena->pages == PAGES_HUGE)
		madvise(base, bytes, MADV_COLLAPSE);
	return 0;
}

int arena_open(struct arena *arena, size_t bytes, enum memory memory, enum pages pages)
{
	int status = arena_map(arena, bytes, memory, pages);
	if (status < 0)
		return status;
	status = arena_fill(arena, arena->base, arena->bytes);
	if (status < 0)
		arena_close(arena);
	return status;
}

void *arena_alloc(struct arena *arena, size_t bytes, size_t align)
{
	size_t offset = round_up(arena->used_bytes, align);
	if (!arena->base || offset > arena->bytes || bytes > arena->bytes - offset)
		return NULL;
	arena->used_bytes = offset + bytes;
	return arena->base + offset;
}

int arena_huge_bytes(const struct arena *arena, size_t *huge_bytes)
{
	*huge_bytes = 0;
	FILE *smaps = fopen("/proc/self/smaps", "re");
	if (!smaps)
		return status_fail(errno, "/proc/self/smaps");
	char line[512];
	uintptr_t base = (uintptr_t)arena->base, low, high;
	bool inside = false;
	while (fgets(line, sizeof line, smaps)) {
		size_t kib;
		if (sscanf(line, "%lx-%lx ", &low, &high) == 2)
			inside = low < base + arena->bytes && high > base;
		else if (inside && (sscanf(line, "AnonHugePages: %zu kB", &kib) == 1 ||
		                    sscanf(line, "ShmemPmdMapped: %zu kB", &kib) == 1))
			*huge_bytes += kib << 10;
	}
	fclose(smaps);
	return 0;
}

void arena_close(struct arena *arena)
{
	if (arena->base)
		munmap(arena->base, arena->bytes);
	arena->base = NULL;
	arena->bytes = arena->used_bytes = 0;
}

void *shared_map(size_t bytes)
{
	void *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (map != MAP_FAILED)
		return map;
	status_fail(errno, "mapping %zu bytes of shared memory", bytes);
	return NULL;
}
