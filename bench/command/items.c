#include "bench/command/items.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/status.h"

enum { NUMBER_BYTES = 24 };

// While they are collected.
struct list {
	char *text;
	uint64_t *at, n, room_n;
	size_t bytes, room_bytes;
};

void items_number(struct command_items *items, uint64_t n)
{
	*items = (struct command_items){.n = n, .numbered = true};
}

static int room_make(struct list *list, size_t bytes)
{
	if (list->bytes + bytes > list->room_bytes) {
		size_t room = 2 * (list->room_bytes + bytes);
		char *text = realloc(list->text, room);
		if (!text)
			return status_fail(ENOMEM, "%" PRIu64 " items", list->n);
		list->text = text;
		list->room_bytes = room;
	}
	if (list->n == list->room_n) {
		uint64_t room_n = 2 * list->room_n + 1024;
		uint64_t *at = realloc(list->at, room_n * sizeof *at);
		if (!at)
			return status_fail(ENOMEM, "%" PRIu64 " items", list->n);
		list->at = at;
		list->room_n = room_n;
	}
	return 0;
}

// What begins with '-' would be an option.
static int list_add(struct list *list, const char *item, size_t length)
{
	const char *prefix = *item == '-' ? "./" : "";
	size_t before = strlen(prefix);
	if (length >= COMMAND_ITEM_BYTES)
		return status_say(EINVAL, "item %" PRIu64 " ('%.40s…') is longer than %d bytes", list->n + 1, item,
		                  COMMAND_ITEM_BYTES - 1);
	if (list->n == COMMAND_ITEMS_MAX)
		return status_say(EINVAL, "more than %d items", COMMAND_ITEMS_MAX);
	int status = room_make(list, before + length + 1);
	if (status < 0)
		return status;
	list->at[list->n++] = list->bytes;
	memcpy(list->text + list->bytes, prefix, before);
	memcpy(list->text + list->bytes + before, item, length);
	list->bytes += before + length;
	list->text[list->bytes++] = '\0';
	return 0;
}

// Moves them into the shared mapping.
static int list_store(const struct list *list, struct command_items *items)
{
	*items = (struct command_items){.n = list->n, .text_bytes = list->bytes, .at_bytes = list->n * sizeof *list->at};
	items->text = shared_map(items->text_bytes);
	items->at = items->text ? shared_map(items->at_bytes) : NULL;
	if (!items->at) {
		items_free(items);
		return -ENOMEM;
	}
	memcpy(items->text, list->text, items->text_bytes);
	memcpy(items->at, list->at, items->at_bytes);
	return 0;
}

static int list_end(struct list *list, struct command_items *items, int status)
{
	if (status == 0)
		status = list_store(list, items);
	free(list->text);
	free(list->at);
	return status;
}

int items_glob(struct command_items *items, const char *pattern)
{
	glob_t found = {0};
	struct list list = {0};
	int failed = glob(pattern, 0, NULL, &found), status = 0;
	if (failed == GLOB_NOMATCH)
		status = status_say(ENOENT, "no file matches '%s'", pattern);
	else if (failed == GLOB_NOSPACE)
		status = status_fail(ENOMEM, "the files that match '%s'", pattern);
	else if (failed)
		status = status_say(EIO, "the files that match '%s' cannot be listed", pattern);
	for (size_t i = 0; status == 0 && i < found.gl_pathc; i++)
		status = list_add(&list, found.gl_pathv[i], strlen(found.gl_pathv[i]));
	globfree(&found);
	return list_end(&list, items, status);
}

static int lines_add(struct list *list, FILE *file, char end)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	int status = 0;
	while (status == 0 && (length = getdelim(&line, &room, end, file)) > 0) {
		length -= line[length - 1] == end;
		if (length > 0 && memchr(line, '\0', (size_t)length))
			status =
				status_say(EINVAL, "line %" PRIu64 " has a zero byte; --null reads items that zeros end", list->n + 1);
		else if (length > 0)
			status = list_add(list, line, (size_t)length);
	}
	if (status == 0 && ferror(file))
		status = status_fail(errno, "reading");
	free(line);
	return status;
}

int items_read(struct command_items *items, const char *path, char end)
{
	struct list list = {0};
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(path, "re");
	if (!file)
		return status_fail(errno, "%s", path);
	int status = lines_add(&list, file, end);
	if (status == 0 && list.n == 0)
		status = status_say(EINVAL, "no item");
	if (!is_stdin)
		fclose(file);
	status = status < 0 ? status_wrap(status, "%s", is_stdin ? "standard input" : path) : 0;
	return list_end(&list, items, status);
}

void items_free(struct command_items *items)
{
	if (items->text)
		munmap(items->text, items->text_bytes);
	if (items->at)
		munmap(items->at, items->at_bytes);
	*items = (struct command_items){0};
}

struct command_items items_choose(const struct command_items *items, const uint64_t *chosen, uint64_t n)
{
	struct command_items some = *items;
	some.chosen = chosen;
	some.n = n;
	return some;
}

const char *items_get(const struct command_items *items, uint64_t index, char *number)
{
	index = items_place(items, index);
	if (!items->numbered)
		return items->text + items->at[index];
	snprintf(number, NUMBER_BYTES, "%" PRIu64, index + 1);
	return number;
}

void items_drop_cached(const struct command_items *items)
{
	char number[NUMBER_BYTES];
	for (uint64_t i = 0; !items->numbered && i < items->n; i++) {
		int file = open(items_get(items, i, number), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		if (file < 0)
			continue;
		fdatasync(file);
		posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
		close(file);
	}
}
