// The arguments of a command for one item or several: placeholders replaced, as GNU parallel has them.
//   {}  the item          {/}  its name without directories     {//} its directory
//   {.} without extension {/.} the name without extension       {#}  the item's number, from 1
#ifndef TVP_BENCH_COMMAND_ARGUMENTS_H
#define TVP_BENCH_COMMAND_ARGUMENTS_H

#include "bench/command/items.h"
#include "bench/command/words.h"

/// What the arguments are made of.
struct command_template {
	const struct command_words *words;
	const struct command_items *items;
	bool shell; ///< words are "/bin/sh -c TEXT": the items are its $1 …, and nothing is replaced
	bool lines; ///< items come as lines of standard input: nothing is replaced or appended
};

/// Grown as needed; all zero at first.
struct command_arguments {
	char **argv; ///< ended by NULL; valid until the next call
	size_t *at, n, room_n;
	char *text;
	size_t bytes, room_bytes;
};

/// Whether a text has a placeholder.
bool command_has_placeholder(const char *text);

/// Fill argv for the items [first, first + n). A word with a placeholder is repeated for each item; without any
/// placeholder in the command, the items are appended, unless they are numbers. What would begin with '-' only because
/// of its item gets "./" in front. Returns 0 or -ENOMEM.
int command_arguments_make(struct command_arguments *arguments, const struct command_template *from, uint64_t first,
                           uint64_t n);
void command_arguments_free(struct command_arguments *arguments);

#endif
