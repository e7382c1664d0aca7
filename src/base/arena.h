// The one shared mapping: a MAP_SHARED|MAP_ANONYMOUS (or private) region, huge pages or not, cut by bump allocation.
// Mapped before any worker exists, it has one address in every thread and forked process, so pointers into it are valid
// in all of them.
#ifndef TVP_BASE_ARENA_H
#define TVP_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

enum pages { PAGES_HUGE, PAGES_4K };
enum memory { MEMORY_SHARED, MEMORY_PRIVATE };

enum { ARENA_ALIGN_BYTES = 2 << 20 }; ///< of an arena's start, whatever its pages

struct arena {
	char *base;   ///< 2 MiB-aligned start; NULL when closed
	size_t bytes; ///< mapped length
	size_t used_bytes;
	enum memory memory;
	enum pages pages; ///< as requested; arena_huge_bytes() returns what was obtained
	int file;         ///< of arena_open_file(): its descriptor; else 0
};

/// Map `bytes` (rounded up to 2 MiB for huge pages, else to a page), populate every page, and for PAGES_HUGE collapse
/// them to 2 MiB pages. A kernel that refuses huge pages is no error: ask arena_huge_bytes().
/// Returns 0, -ENOMEM or -EINVAL (0 bytes).
int arena_open(struct arena *arena, size_t bytes, enum memory memory, enum pages pages);

/// The first half of arena_open(): map, touch nothing. For those that decide where pages are touched.
int arena_map(struct arena *arena, size_t bytes, enum memory memory, enum pages pages);
/// The second half, of a part that begins and ends at pages of the arena's kind: populate, collapse. Returns 0 or
/// -errno, with a message.
int arena_fill(const struct arena *arena, char *base, size_t bytes);
/// 2 MiB, or the machine's ordinary page.
size_t arena_page_bytes(enum pages pages);
/// arena_map() of memory of MEMORY_SHARED that other programs can map, too: arena->file is its descriptor,
/// close-on-exec.
int arena_map_file(struct arena *arena, size_t bytes, enum pages pages);
/// Map the memory of another program's arena_map_file(), of so many bytes; the page behind it is never mapped. Returns
/// 0 or -errno with a message.
int arena_adopt(struct arena *arena, int file, size_t bytes, enum pages pages);

/// The next `bytes` at a multiple of `align` (a power of two); NULL when the arena is full. Zeroed by the kernel.
void *arena_alloc(struct arena *arena, size_t bytes, size_t align);

/// Bytes of the arena that are on 2 MiB pages in this process, read from /proc/self/smaps. Returns 0 or -errno.
int arena_huge_bytes(const struct arena *arena, size_t *huge_bytes);

/// Have all pages of these bytes there and in this process's page table, for writing or for reading only. What they
/// contain stays. Returns 0 or -errno, without a message.
int memory_touch(char *base, size_t bytes, bool writing);

/// Unmap; safe on a zeroed or closed arena.
void arena_close(struct arena *arena);

/// The next multiple of `unit`.
static inline size_t round_up(size_t bytes, size_t unit)
{
	return (bytes + unit - 1) / unit * unit;
}

/// A small mapping for what workers share beside the data (slots, channels), zeroed; to be unmapped with munmap().
/// Returns NULL with a message.
void *shared_map(size_t bytes);
/// The same, which other programs can map by the descriptor *file (close-on-exec). NULL, and -1, with a message.
void *shared_map_file(size_t bytes, int *file);

#endif
