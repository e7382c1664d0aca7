// hyperfine's --export-json: every run of a command is a round. https://github.com/sharkdp/hyperfine
#include "report/result/foreign.h"

#include "base/status.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool recognises(const json_t *root)
{
	return json_is_array(json_object_get(root, "results"));
}

// What the command does not show of its parameters (-L) tells it from others: "true (files=a.txt)".
static void named_parameters_put(FILE *out, const json_t *entry, const char *command)
{
	const char *key, *before = " (";
	json_t *value;
	json_object_foreach(json_object_get(entry, "parameters"), key, value)
	{
		const char *text = json_string_value(value);
		if (!text || strstr(command, text))
			continue;
		fprintf(out, "%s%s=%s", before, key, text);
		before = ", ";
	}
	fputs(*before == ',' ? ")" : "", out);
}

// malloc'd; NULL: no memory.
static char *name_of(const json_t *entry, const char *command)
{
	char *name = NULL;
	size_t bytes;
	FILE *out = open_memstream(&name, &bytes);
	if (!out)
		return NULL;
	fputs(command, out);
	named_parameters_put(out, entry, command);
	if (fclose(out) == 0)
		return name;
	free(name);
	return NULL;
}

// A command that stands there twice is two rows: "sleep 1", "sleep 1 #2".
static int row_of(struct foreign_file *file, const char *command)
{
	uint32_t rows_n = file->record->rows_n;
	int row = foreign_row(file, command);
	for (unsigned n = 2; row >= 0 && (uint32_t)row < rows_n; n++) {
		char *name;
		if (asprintf(&name, "%s #%u", command, n) < 0)
			return status_fail(ENOMEM, "a name");
		row = foreign_row(file, name);
		free(name);
	}
	return row;
}

static int times_load(struct foreign_file *file, const struct json_cursor *entry, uint32_t row)
{
	const json_t *times, *codes = json_object_get(entry->object, "exit_codes");
	unsigned failed_n = 0;
	int status = cursor_array(entry, "times", &times);
	for (size_t i = 0; status == 0 && i < json_array_size(times); i++) {
		const json_t *value = json_array_get(times, i), *code = json_array_get(codes, i);
		double seconds = json_is_number(value) ? json_number_value(value) : NAN;
		struct foreign_time time = {.wall_ns = seconds * 1e9, .cpu_ns = NAN, .iterations_n = 1};
		failed_n += code && !(json_is_integer(code) && json_integer_value(code) == 0);
		status = foreign_sample(file, row, &time);
	}
	if (failed_n && file->record->facts.warnings_n < FACT_WARNINGS_MAX - 1)
		facts_warn(&file->record->facts, "%u of %zu runs of %.120s did not exit with code 0.", failed_n,
		           json_array_size(times), json_string_value(json_object_get(entry->object, "command")));
	return status;
}

static int entry_load(struct foreign_file *file, const struct json_cursor *entry)
{
	const char *command = json_string_value(json_object_get(entry->object, "command"));
	if (!command)
		return cursor_bad(entry, "command", "is not text");
	char *name = name_of(entry->object, command);
	if (!name)
		return status_fail(ENOMEM, "a name");
	bool has_times = json_is_array(json_object_get(entry->object, "times"));
	int row = has_times ? row_of(file, name) : foreign_means(file, name);
	free(name);
	if (!has_times)
		return row;
	return row < 0 ? row : times_load(file, entry, (uint32_t)row);
}

static int load(struct foreign_file *file)
{
	const json_t *array;
	struct json_cursor entry;
	int status = cursor_array(&file->root, "results", &array);
	for (size_t i = 0; status == 0 && i < json_array_size(array); i++) {
		status = cursor_entry(&file->root, "results", array, i, &entry);
		if (status == 0)
			status = entry_load(file, &entry);
	}
	facts_warn(&file->record->facts, "The file does not say on which machine it was measured.");
	return status;
}

const struct foreign foreign_hyperfine = {
	.name = "hyperfine",
	.program = "hyperfine",
	.recognises = recognises,
	.load = load,
	.samples_kept_by = "export it with --export-json, which keeps the \"times\" of all runs",
};
