// A gate's file, checked as it is read: anyone may have edited it, and a verdict rests on every number.
#include "report/gate/load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "report/gate/loader.h"
#include "report/gate/outputs.h"

const char *const gate_side_names[SIDES_N] = {[SIDE_OLD] = "old", [SIDE_NEW] = "new"};

static int version_check(const struct json_cursor *root)
{
	uint64_t version = 0;
	if (!json_is_object(root->object) || !json_object_get(root->object, "tvp_gate"))
		return status_say(EINVAL, "%s: not a gate's file (it has no \"tvp_gate\")", root->file);
	int status = cursor_count(root, "tvp_gate", UINT64_MAX, &version);
	if (status == 0 && version > GATE_JSON_VERSION)
		status = status_say(EINVAL, "%s: has format version %llu; this tvp reads up to version %d", root->file,
		                    (unsigned long long)version, GATE_JSON_VERSION);
	if (status == 0 && version == 0)
		status = cursor_bad(root, "tvp_gate", "0 is out of range");
	return status;
}

bool cursor_is_null(const struct json_cursor *cursor, const char *key)
{
	return json_is_null(json_object_get(cursor->object, key));
}

int cursor_number_or(const struct json_cursor *cursor, const char *key, double otherwise, double *out)
{
	*out = otherwise;
	return cursor_is_null(cursor, key) ? 0 : cursor_number(cursor, key, out);
}

int gate_flag_load(const struct json_cursor *cursor, const char *key, bool *out)
{
	*out = false;
	return json_object_get(cursor->object, key) ? cursor_flag(cursor, key, out) : 0;
}

int gate_statistic_load(const struct json_cursor *cursor, enum statistic *statistic)
{
	const char *names[STATISTIC_N];
	unsigned index;
	for (unsigned i = 0; i < STATISTIC_N; i++)
		names[i] = statistic_name((enum statistic)i);
	int status = cursor_one_of(cursor, "statistic", names, STATISTIC_N, &index);
	if (status == 0)
		*statistic = (enum statistic)index;
	return status;
}

static int series_load(const struct json_cursor *cursor, unsigned *series)
{
	const json_t *array;
	int status = cursor_array(cursor, "series", &array);
	for (size_t i = 0; status == 0 && i < json_array_size(array); i++) {
		const char *name = json_string_value(json_array_get(array, i));
		enum series found = name ? series_find(name) : SERIES_N;
		if (found == SERIES_N)
			return cursor_bad(cursor, "series", "number %zu is no series", i);
		*series |= 1u << found;
	}
	return status;
}

static int thresholds_load(const struct json_cursor *cursor, struct gate_options *options)
{
	int status;
	if ((status = cursor_number(cursor, "effect", &options->effect)) < 0 ||
	    (status = cursor_number(cursor, "tolerate", &options->tolerate)) < 0 ||
	    (status = cursor_number(cursor, "alpha", &options->alpha)) < 0 ||
	    (status = cursor_number(cursor, "beta", &options->beta)) < 0)
		return status;
	if (!(options->tolerate >= 0))
		return cursor_bad(cursor, "tolerate", "%g is out of range", options->tolerate);
	if (!(options->effect > options->tolerate))
		return cursor_bad(cursor, "effect", "%g is not above what is tolerated", options->effect);
	if (!(options->alpha > 0 && options->alpha < 1))
		return cursor_bad(cursor, "alpha", "%g is out of range", options->alpha);
	if (!(options->beta > 0 && options->beta < 1))
		return cursor_bad(cursor, "beta", "%g is out of range", options->beta);
	return 0;
}

// Files from before it could be chosen have none.
static int steal_load(const struct json_cursor *cursor, double *steal_most)
{
	*steal_most = GATE_STEAL_MOST;
	int status = json_object_get(cursor->object, "steal_most") ? cursor_number(cursor, "steal_most", steal_most) : 0;
	if (status == 0 && !(*steal_most >= 0 && *steal_most <= 1))
		return cursor_bad(cursor, "steal_most", "%g is out of range", *steal_most);
	return status;
}

static int options_load(const struct json_cursor *root, struct gate *gate)
{
	struct gate_options *options = &gate->options;
	struct json_cursor cursor;
	int status;
	options->statistic = STATISTIC_N;
	if ((status = cursor_text(root, "command", options->command, sizeof options->command)) < 0 ||
	    (status = cursor_enter(root, "options", &cursor)) < 0 ||
	    (status = cursor_seed(&cursor, "seed", &options->seed)) < 0 ||
	    (status = cursor_text(&cursor, "suite", options->suite, sizeof options->suite)) < 0 ||
	    (status = cursor_count_or_null(&cursor, "time_budget_ns", &options->time_budget_ns)) < 0 ||
	    (status = cursor_count_or_null(&cursor, "slice_ns", &options->slice_ns)) < 0 ||
	    (status = cursor_count_or_null(&cursor, "deadline_ns", &options->deadline_ns)) < 0 ||
	    (status = cursor_count32(&cursor, "blocks", &options->blocks_n)) < 0 ||
	    (status = thresholds_load(&cursor, options)) < 0 || (status = series_load(&cursor, &options->series)) < 0)
		return status;
	if ((status = gate_flag_load(&cursor, "unbound", &options->unbound)) < 0 ||
	    (status = steal_load(&cursor, &options->steal_most)) < 0)
		return status;
	return cursor_is_null(&cursor, "statistic") ? 0 : gate_statistic_load(&cursor, &options->statistic);
}

// How many there were: their paths are for people. Files of a side with one program have none.
static int variants_load(const struct json_cursor *cursor, struct side *side)
{
	const json_t *array;
	if (!json_object_get(cursor->object, "variants"))
		return 0;
	int status = cursor_array(cursor, "variants", &array);
	if (status == 0 && (json_array_size(array) == 0 || json_array_size(array) > SIDE_VARIANTS_MAX))
		return cursor_bad(cursor, "variants", "%zu is out of range", json_array_size(array));
	for (size_t i = 0; status == 0 && i < json_array_size(array); i++)
		side->variant[side->variants_n++] = "";
	return status;
}

static int sides_load(const struct json_cursor *root, struct gate *gate)
{
	struct json_cursor sides, cursor;
	int status = cursor_enter(root, "sides", &sides);
	for (int side = 0; side < SIDES_N && status == 0; side++) {
		gate->side[side] = (struct side){.name = gate_side_names[side], .program = ""};
		status = cursor_enter(&sides, gate_side_names[side], &cursor);
		if (status == 0)
			status = cursor_text(&cursor, "revision", gate->side[side].revision, sizeof gate->side[side].revision);
		if (status == 0)
			status = variants_load(&cursor, &gate->side[side]);
	}
	return status;
}

static int gate_run_load(const struct json_cursor *root, struct gate *gate)
{
	unsigned stop;
	int status;
	if ((status = cursor_text(root, "id", gate->id, sizeof gate->id)) < 0 ||
	    (status = cursor_text(root, "date", gate->date, sizeof gate->date)) < 0 ||
	    (status = cursor_facts(root, "machine", &gate->facts)) < 0 ||
	    (status = cursor_warnings(root, "warnings", &gate->facts)) < 0 ||
	    (status = cursor_one_of(root, "stop", &stop_names[STOP_GATE_FIRST], STOP_N - STOP_GATE_FIRST, &stop)) < 0 ||
	    (status = cursor_count_or_null(root, "elapsed_ns", &gate->elapsed_ns)) < 0)
		return status;
	gate->stop = (enum stop)(STOP_GATE_FIRST + stop);
	return cursor_is_null(root, "broken") ? 0 : cursor_text(root, "broken", gate->broken, sizeof gate->broken);
}

static int gate_fill(const struct json_cursor *root, struct gate *gate)
{
	static int (*const parts[])(const struct json_cursor *root, struct gate *gate) = {
		options_load, sides_load, gate_run_load, gate_rows_load, gate_judgements_load,
	};
	int status = version_check(root);
	for (size_t i = 0; status == 0 && i < sizeof parts / sizeof *parts; i++)
		status = parts[i](root, gate);
	return status;
}

int gate_load(struct gate *gate, const char *path)
{
	json_t *json;
	int status = json_file_read(&json, path);
	if (status < 0)
		return status;
	*gate = (struct gate){0};
	status = gate_fill(&(struct json_cursor){.file = path, .object = json}, gate);
	if (status < 0)
		gate_close(gate);
	json_decref(json);
	return status;
}
