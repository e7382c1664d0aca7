// pyperf's JSON (version 1.0 of its format): each worker process is a round, its values' mean the time of it, since the
// values of one process share its address space and hash seed. https://github.com/psf/pyperf
#include "report/result/foreign.h"

#include "base/status.h"
#include "base/words.h"
#include "stats/values.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool recognises(const json_t *root)
{
	const json_t *first = json_array_get(json_object_get(root, "benchmarks"), 0);
	return json_is_array(json_object_get(first, "runs"));
}

// What all benchmarks of a file share stands once, outside of them.
static const json_t *metadata_get(const struct foreign_file *file, const json_t *benchmark, const char *key)
{
	const json_t *own = json_object_get(json_object_get(benchmark, "metadata"), key);
	return own ? own : json_object_get(json_object_get(file->root.object, "metadata"), key);
}

static uint64_t loops_of(const struct foreign_file *file, const json_t *benchmark)
{
	uint64_t loops = 1;
	static const char *const keys[] = {"loops", "inner_loops"};
	for (size_t i = 0; i < 2; i++) {
		json_int_t value = json_integer_value(metadata_get(file, benchmark, keys[i]));
		if (value > 0 && value < INT32_MAX)
			loops *= (uint64_t)value;
	}
	return loops;
}

// Processes without values calibrated the loops, or only warmed up.
static int run_load(struct foreign_file *file, const json_t *run, uint32_t row, uint64_t loops_n)
{
	const json_t *values = json_object_get(run, "values");
	size_t n = json_array_size(values);
	double *seconds = calloc(n + 1, sizeof *seconds);
	if (!seconds)
		return status_fail(ENOMEM, "%zu values", n);
	for (size_t i = 0; i < n; i++) {
		const json_t *value = json_array_get(values, i);
		seconds[i] = json_is_number(value) ? json_number_value(value) : NAN;
	}
	struct foreign_time time = {.wall_ns = values_mean(seconds, n) * 1e9, .cpu_ns = NAN, .iterations_n = loops_n * n};
	free(seconds);
	return n ? foreign_sample(file, row, &time) : 0;
}

static void date_load(struct foreign_file *file, const json_t *benchmark)
{
	const json_t *run = json_array_get(json_object_get(benchmark, "runs"), 0);
	const char *date = json_string_value(json_object_get(json_object_get(run, "metadata"), "date"));
	date = date ? date : json_string_value(metadata_get(file, benchmark, "date"));
	if (date && !*file->record->date)
		text_fit(file->record->date, sizeof file->record->date, date);
}

static int benchmark_load(struct foreign_file *file, const struct json_cursor *benchmark)
{
	const char *name = json_string_value(metadata_get(file, benchmark->object, "name"));
	const char *unit = json_string_value(metadata_get(file, benchmark->object, "unit"));
	const json_t *runs;
	int status = cursor_array(benchmark, "runs", &runs);
	if (status < 0)
		return status;
	date_load(file, benchmark->object);
	int row = foreign_row(file, name ? name : "unnamed");
	if (row < 0)
		return row;
	if (unit && strcmp(unit, "second") != 0) {
		char reason[96];
		snprintf(reason, sizeof reason, "its unit is \"%.40s\", not seconds", unit);
		row_skip(&file->record->rows[row], reason);
		return 0;
	}
	for (size_t i = 0; status == 0 && i < json_array_size(runs); i++)
		status = run_load(file, json_array_get(runs, i), (uint32_t)row, loops_of(file, benchmark->object));
	return status;
}

static void metadata_load(struct foreign_file *file)
{
	const json_t *metadata = json_object_get(file->root.object, "metadata");
	foreign_fact(file, metadata, "cpu_model_name", "cpu_model");
	foreign_fact(file, metadata, "cpu_count", "cpus_n");
	foreign_fact(file, metadata, "cpu_affinity", "allowed_cpus");
	foreign_fact(file, metadata, "hostname", "host");
	foreign_fact(file, metadata, "platform", "kernel");
	foreign_fact(file, metadata, "python_version", "python");
	foreign_fact(file, metadata, "aslr", "aslr");
}

static int load(struct foreign_file *file)
{
	const json_t *array;
	struct json_cursor benchmark;
	int status = cursor_array(&file->root, "benchmarks", &array);
	metadata_load(file);
	for (size_t i = 0; status == 0 && i < json_array_size(array); i++) {
		status = cursor_entry(&file->root, "benchmarks", array, i, &benchmark);
		if (status == 0)
			status = benchmark_load(file, &benchmark);
	}
	return status;
}

const struct foreign foreign_pyperf = {
	.name = "pyperf",
	.program = "pyperf",
	.recognises = recognises,
	.load = load,
	.samples_kept_by = "write it with --output=FILE, which keeps the values of all processes",
};
