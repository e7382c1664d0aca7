// What a command is run for: files that match a pattern, lines of a file, or numbers.
#ifndef TVP_BENCH_COMMAND_ITEMS_H
#define TVP_BENCH_COMMAND_ITEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { COMMAND_ITEMS_MAX = 100000000, COMMAND_ITEM_BYTES = 32 << 10 };

/// In a shared mapping, so that the fork of a runner copies no page tables for a million of them.
struct command_items {
	uint64_t n;
	bool numbered; ///< the item is its number, from 1; nothing is stored
	char *text;    ///< NULL where numbered: each with a zero behind
	uint64_t *at;  ///< where each begins
	size_t text_bytes, at_bytes;
	const uint64_t *chosen; ///< of items_choose(): which of all each is, from 0; NULL: they are all
};

/// The numbers 1 to n.
void items_number(struct command_items *items, uint64_t n);
/// Files that match a pattern, as a shell sorts them. One that begins with '-' becomes "./-…", as all items do. Returns
/// 0, -ENOENT with a message where none does, -ENOMEM, or -EIO.
int items_glob(struct command_items *items, const char *pattern);
/// Lines of a file ("-": standard input), or what `end` ends instead of '\n'. Empty ones are left out. Returns 0,
/// -ENOENT … of the file, -EINVAL (no item, one too long, a zero within a line), -ENOMEM; with a message.
int items_read(struct command_items *items, const char *path, char end);
/// Drop files of these names from the page cache. Pages that are dirty stay until they are written.
void items_drop_cached(const struct command_items *items);
void items_free(struct command_items *items);
/// n of these items, by their indices in what was loaded, which the caller keeps. They keep their numbers. NULL: all of
/// them, all_n. Nothing is copied, and only `items` is freed.
struct command_items items_choose(const struct command_items *items, const uint64_t *chosen, uint64_t n);

/// Which of all items one is, from 0: what {#} counts, from 1.
static inline uint64_t items_place(const struct command_items *items, uint64_t index)
{
	return items->chosen ? items->chosen[index] : index;
}
/// One item's text; number holds 24 bytes and is used where they are numbered.
const char *items_get(const struct command_items *items, uint64_t index, char *number);

#endif
