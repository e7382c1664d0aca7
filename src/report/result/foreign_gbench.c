// Google Benchmark's --benchmark_out (JSON): repetitions are rounds. https://github.com/google/benchmark
#include "report/result/foreign.h"

#include "base/status.h"
#include "base/words.h"
#include "gate/slice/gbench_entry.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static bool recognises(const json_t *root)
{
	return json_is_object(json_object_get(root, "context")) && json_is_array(json_object_get(root, "benchmarks"));
}

static double number_of(const json_t *entry, const char *key)
{
	const json_t *value = json_object_get(entry, key);
	return json_is_number(value) ? json_number_value(value) : NAN;
}

static int time_load(struct foreign_file *file, const struct json_cursor *entry, uint32_t row)
{
	double unit = gbench_unit_ns(entry->object), iterations = number_of(entry->object, "iterations");
	if (unit == 0)
		return cursor_bad(entry, "time_unit", "is not ns, us, ms or s");
	struct foreign_time time = {
		.wall_ns = number_of(entry->object, "real_time") * unit,
		.cpu_ns = number_of(entry->object, "cpu_time") * unit,
		.iterations_n = iterations >= 1 && iterations < 0x1p53 ? (uint64_t)iterations : 1,
	};
	return foreign_sample(file, row, &time);
}

static int entry_load(struct foreign_file *file, const struct json_cursor *entry)
{
	const char *name = gbench_text(entry->object, "run_name");
	name = *name ? name : gbench_text(entry->object, "name");
	if (!*name)
		return cursor_bad(entry, "name", "missing");
	if (gbench_is_fit(entry->object))
		return 0; // of Complexity(): no time of anything
	if (gbench_is_aggregate(entry->object))
		return foreign_means(file, name);
	int row = foreign_row(file, name);
	if (row < 0)
		return row;
	bool failed = json_is_true(json_object_get(entry->object, "error_occurred"));
	bool skipped = json_is_true(json_object_get(entry->object, "skipped"));
	if (!failed && !skipped)
		return time_load(file, entry, (uint32_t)row);
	foreign_lose(file, (uint32_t)row, gbench_text(entry->object, failed ? "error_message" : "skip_message"));
	if (skipped && file->record->rows[row].last_sample == 0)
		file->record->rows[row].state = ROW_SKIPPED;
	return 0;
}

static void context_load(struct foreign_file *file)
{
	const json_t *context = json_object_get(file->root.object, "context");
	struct facts *facts = &file->record->facts;
	text_fit(file->record->date, sizeof file->record->date, gbench_text(context, "date"));
	foreign_fact(file, context, "num_cpus", "cpus_n");
	foreign_fact(file, context, "host_name", "host");
	foreign_fact(file, context, "executable", "executable");
	foreign_fact(file, context, "library_version", "library");
	foreign_fact(file, context, "library_build_type", "build");
	if (json_is_true(json_object_get(context, "cpu_scaling_enabled")))
		facts_warn(facts, "CPU frequency scaling was on when this was measured.");
	if (strcmp(gbench_text(context, "library_build_type"), "debug") == 0)
		facts_warn(facts, "The benchmark library says it is a debug build (distributions' packages say so, too).");
}

static int load(struct foreign_file *file)
{
	const json_t *array;
	struct json_cursor entry;
	context_load(file);
	int status = cursor_array(&file->root, "benchmarks", &array);
	for (size_t i = 0; status == 0 && i < json_array_size(array); i++) {
		status = cursor_entry(&file->root, "benchmarks", array, i, &entry);
		if (status == 0)
			status = entry_load(file, &entry);
	}
	return status;
}

const struct foreign foreign_gbench = {
	.name = "gbench",
	.program = "Google Benchmark",
	.recognises = recognises,
	.load = load,
	.samples_kept_by = "run it with --benchmark_repetitions=N and --benchmark_report_aggregates_only=false, and "
					   "without ReportAggregatesOnly(true) in its source (DisplayAggregatesOnly(true) keeps them)",
};
