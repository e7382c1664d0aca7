#include "bench/command/arguments.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

struct piece {
	const char *at;
	size_t length;
};

// Without its extension: the last dot of the name, unless the name begins with it.
static struct piece without_extension(struct piece text)
{
	for (size_t i = text.length; i > 1 && text.at[i - 1] != '/'; i--)
		if (text.at[i - 1] == '.' && text.at[i - 2] != '/')
			return (struct piece){text.at, i - 1};
	return text;
}

static struct piece name_of(const char *item)
{
	const char *slash = strrchr(item, '/');
	const char *name = slash ? slash + 1 : item;
	return (struct piece){name, strlen(name)};
}

static struct piece directory_of(const char *item)
{
	const char *slash = strrchr(item, '/');
	if (!slash)
		return (struct piece){".", 1};
	return slash == item ? (struct piece){"/", 1} : (struct piece){item, (size_t)(slash - item)};
}

static const char *const placeholders[] = {"{}", "{/}", "{//}", "{.}", "{/.}", "{#}"};
enum { WHOLE, NAME, DIRECTORY, STEM, NAME_STEM, NUMBER, PLACEHOLDERS_N };

// Which placeholder stands at the beginning of a text; PLACEHOLDERS_N: none.
static int placeholder_at(const char *text)
{
	int which = *text == '{' ? 0 : PLACEHOLDERS_N;
	while (which < PLACEHOLDERS_N && strncmp(text, placeholders[which], strlen(placeholders[which])) != 0)
		which++;
	return which;
}

bool command_has_placeholder(const char *text)
{
	for (; *text; text++)
		if (placeholder_at(text) < PLACEHOLDERS_N)
			return true;
	return false;
}

static struct piece value_of(int which, const char *item, const char *number)
{
	switch (which) {
	case NAME:
		return name_of(item);
	case DIRECTORY:
		return directory_of(item);
	case STEM:
		return without_extension((struct piece){item, strlen(item)});
	case NAME_STEM:
		return without_extension(name_of(item));
	case NUMBER:
		return (struct piece){number, strlen(number)};
	default:
		return (struct piece){item, strlen(item)};
	}
}

static int text_add(struct command_arguments *arguments, struct piece piece)
{
	if (arguments->bytes + piece.length > arguments->room_bytes) {
		size_t room = 2 * (arguments->room_bytes + piece.length);
		char *text = realloc(arguments->text, room);
		if (!text)
			return status_fail(ENOMEM, "the arguments of a command");
		arguments->text = text;
		arguments->room_bytes = room;
	}
	memcpy(arguments->text + arguments->bytes, piece.at, piece.length);
	arguments->bytes += piece.length;
	return 0;
}

static int word_begin(struct command_arguments *arguments)
{
	if (arguments->n + 1 >= arguments->room_n) {
		size_t room_n = 2 * arguments->room_n + 64;
		size_t *at = realloc(arguments->at, room_n * sizeof *at);
		char **argv = at ? realloc(arguments->argv, room_n * sizeof *argv) : NULL;
		arguments->at = at ? at : arguments->at;
		if (!argv)
			return status_fail(ENOMEM, "the arguments of a command");
		arguments->argv = argv;
		arguments->room_n = room_n;
	}
	arguments->at[arguments->n++] = arguments->bytes;
	return 0;
}

static int word_end(struct command_arguments *arguments)
{
	return text_add(arguments, (struct piece){"", 1});
}

static int word_add(struct command_arguments *arguments, const char *word)
{
	int status = word_begin(arguments);
	if (status == 0)
		status = text_add(arguments, (struct piece){word, strlen(word)});
	return status < 0 ? status : word_end(arguments);
}

// One word with its placeholders replaced.
static int word_fill(struct command_arguments *arguments, const struct command_template *from, const char *word,
                     uint64_t index)
{
	char spelled[24], number[24];
	const char *item = items_get(from->items, index, spelled);
	snprintf(number, sizeof number, "%" PRIu64, items_place(from->items, index) + 1);
	int status = word_begin(arguments);
	for (const char *at = word; status == 0 && *at;) {
		int which = placeholder_at(at);
		struct piece value = which < PLACEHOLDERS_N ? value_of(which, item, number) : (struct piece){at, 1};
		if (which < PLACEHOLDERS_N && at == word && value.length > 0 && *value.at == '-')
			status = text_add(arguments, (struct piece){"./", 2});
		if (status == 0)
			status = text_add(arguments, value);
		at += which < PLACEHOLDERS_N ? strlen(placeholders[which]) : 1;
	}
	return status < 0 ? status : word_end(arguments);
}

static int items_append(struct command_arguments *arguments, const struct command_template *from, uint64_t first,
                        uint64_t n)
{
	char number[24];
	int status = 0;
	for (uint64_t i = first; status == 0 && i < first + n; i++)
		status = word_add(arguments, items_get(from->items, i, number));
	return status;
}

// As many words of one word as there are items, where it has a placeholder.
static int word_repeat(struct command_arguments *arguments, const struct command_template *from, const char *word,
                       const uint64_t range[2])
{
	int status = 0;
	if (from->shell || from->lines || !command_has_placeholder(word))
		return word_add(arguments, word);
	for (uint64_t i = range[0]; status == 0 && i < range[1]; i++)
		status = word_fill(arguments, from, word, i);
	return status;
}

int command_arguments_make(struct command_arguments *arguments, const struct command_template *from, uint64_t first,
                           uint64_t n)
{
	const struct command_words *words = from->words;
	const uint64_t range[2] = {first, first + n};
	bool placed = from->lines || (from->items->numbered && !from->shell);
	int status = 0;
	arguments->n = arguments->bytes = 0;
	for (unsigned i = 0; status == 0 && i < words->n; i++) {
		placed = placed || (!from->shell && command_has_placeholder(words->word[i]));
		status = word_repeat(arguments, from, words->word[i], range);
	}
	if (status == 0 && !placed)
		status = items_append(arguments, from, first, n);
	if (status < 0)
		return status;
	// The text has its place only now.
	for (size_t i = 0; i < arguments->n; i++)
		arguments->argv[i] = arguments->text + arguments->at[i];
	arguments->argv[arguments->n] = NULL;
	return 0;
}

void command_arguments_free(struct command_arguments *arguments)
{
	free(arguments->argv);
	free(arguments->at);
	free(arguments->text);
	*arguments = (struct command_arguments){0};
}
