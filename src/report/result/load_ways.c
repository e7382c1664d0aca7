// "ways" of a result file: which code paths its run took, so that a run that continues it takes the same.
#include "report/result/loader.h"

#include <string.h>

static int options_load(const struct json_cursor *cursor, struct kernel_options *options)
{
	const json_t *array;
	int status = cursor_array(cursor, "options", &array);
	for (size_t i = 0; status == 0 && i < json_array_size(array); i++) {
		const json_t *value = json_array_get(array, i);
		if (i >= KERNEL_PARAMETERS_MAX || !json_is_integer(value) || json_integer_value(value) < 0)
			return cursor_bad(cursor, "options", "is not a list of at most %d counts", KERNEL_PARAMETERS_MAX);
		options->value[i] = (uint64_t)json_integer_value(value);
	}
	return status;
}

static int times_load(const struct json_cursor *cursor, struct way_choice *choice)
{
	struct json_cursor ns;
	int status = cursor_enter(cursor, "ns", &ns);
	for (unsigned way = 0; status == 0 && way < WAYS_MAX; way++)
		if (json_object_get(ns.object, way_name(way))) {
			status = cursor_number(&ns, way_name(way), &choice->ns[way]);
			choice->ways_n = way + 1;
		}
	return status;
}

static int choice_load(const struct json_cursor *cursor, struct way_choice *choice)
{
	const char *names[WAYS_MAX];
	int status;
	for (unsigned way = 0; way < WAYS_MAX; way++)
		names[way] = way_name(way);
	*choice = (struct way_choice){.way = 0};
	if ((status = cursor_text(cursor, "kernel", choice->kernel, sizeof choice->kernel)) < 0 ||
	    (status = options_load(cursor, &choice->options)) < 0 ||
	    (status = cursor_count32(cursor, "size_log2", &choice->size_log2)) < 0 ||
	    (status = cursor_one_of(cursor, "way", names, WAYS_MAX, &choice->way)) < 0)
		return status;
	return times_load(cursor, choice);
}

int ways_load(struct loader *loader)
{
	struct way_choices *ways = &loader->record->ways;
	const json_t *array;
	struct json_cursor cursor;
	if (!json_object_get(loader->ours.object, "ways")) // of an earlier version
		return 0;
	int status = cursor_array(&loader->ours, "ways", &array);
	for (size_t i = 0; status == 0 && i < json_array_size(array) && i < WAY_CHOICES_MAX; i++) {
		status = cursor_entry(&loader->ours, "ways", array, i, &cursor);
		if (status == 0)
			status = choice_load(&cursor, &ways->choice[ways->n++]);
	}
	return status;
}
