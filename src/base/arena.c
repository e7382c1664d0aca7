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

// Reserve more than needed, map at the aligned address inside, give the rest back. file: -1 for anonymous memory.
static char *map_aligned(size_t bytes, int flags, int file)
{
	flags |= file < 0 ? MAP_ANONYMOUS : 0;
	size_t reserved_bytes = bytes + huge_page_bytes;
	char *reserved = mmap(NULL, reserved_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (reserved == MAP_FAILED)
		return NULL;
	char *base = (char *)round_up((uintptr_t)reserved, huge_page_bytes);
	char *mapped = mmap(base, bytes, PROT_READ | PROT_WRITE, flags | MAP_FIXED, file, 0);
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

// Advice only: a kernel without transparent huge pages returns EINVAL, and arena_huge_bytes() then finds none.
static void advise(const struct arena *arena)
{
	madvise(arena->base, arena->bytes, arena->pages == PAGES_HUGE ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
}

static int map(struct arena *arena, size_t bytes, int file)
{
	if (bytes == 0 || bytes > SIZE_MAX / 2)
		return status_fail(EINVAL, "an arena of %zu bytes", bytes);
	arena->bytes = round_up(bytes, arena_page_bytes(arena->pages));
	if (file >= 0 && ftruncate(file, (off_t)arena->bytes) < 0)
		return status_fail(errno, "an arena of %zu MiB", arena->bytes >> 20);
	arena->base = map_aligned(arena->bytes, arena->memory == MEMORY_SHARED ? MAP_SHARED : MAP_PRIVATE, file);
	if (!arena->base)
		return status_fail(ENOMEM, "mapping an arena of %zu MiB", arena->bytes >> 20);
	advise(arena);
	return 0;
}

int arena_map(struct arena *arena, size_t bytes, enum memory memory, enum pages pages)
{
	*arena = (struct arena){.memory = memory, .pages = pages};
	return map(arena, bytes, -1);
}

int arena_map_file(struct arena *arena, size_t bytes, enum pages pages)
{
	int file = memfd_create("tvp-arena", MFD_CLOEXEC);
	*arena = (struct arena){.memory = MEMORY_SHARED, .pages = pages};
	if (file < 0)
		return status_fail(errno, "an arena of %zu MiB", bytes >> 20);
	int status = map(arena, bytes, file);
	if (status < 0)
		close(file);
	else
		arena->file = file;
	return status;
}

int arena_adopt(struct arena *arena, int file, size_t bytes, enum pages pages)
{
	// A page more: behind the file's end, where every access is a SIGBUS.
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	*arena = (struct arena){.memory = MEMORY_SHARED, .pages = pages, .bytes = bytes};
	arena->base = map_aligned(bytes + page_bytes, MAP_SHARED, file);
	if (!arena->base)
		return status_fail(ENOMEM, "mapping an arena of %zu MiB", bytes >> 20);
	advise(arena);
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
	if (arena->file > 0)
		close(arena->file);
	arena->base = NULL;
	arena->file = 0;
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

void *shared_map_file(size_t bytes, int *file)
{
	*file = memfd_create("tvp-shared", MFD_CLOEXEC);
	if (*file < 0 || ftruncate(*file, (off_t)bytes) < 0) {
		status_fail(errno, "%zu bytes of shared memory", bytes);
	} else {
		void *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, *file, 0);
		if (map != MAP_FAILED)
			return map;
		status_fail(errno, "mapping %zu bytes of shared memory", bytes);
	}
	if (*file >= 0)
		close(*file);
	*file = -1;
	return NULL;
}
