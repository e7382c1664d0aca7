// A gate's file, checked as it is read: anyone may have edited it, and a verdict rests on every number.
#include "report/gate_load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "report/gate_loader.h"
#include "report/gate_outputs.h"

const char *const gate_side_names[SIDES_N] = {[SIDE_OLD] = "old", [SIDE_NEW] = "new"};

static int version_check(const struct place *root)
{
	uint64_t version = 0;
	if (!json_is_object(root->object) || !json_object_get(root->object, "tvp_gate"))
		return status_say(EINVAL, "%s: not a gate's file (it has no \"tvp_gate\")", root->file);
	int status = place_count(root, "tvp_gate", UINT64_MAX, &version);
	if (status == 0 && version > GATE_JSON_VERSION)
		status = status_say(EINVAL, "%s: is of format version %llu; this tvp reads up to version %d",
				    root->file, (unsigned long long)version, GATE_JSON_VERSION);
	if (status == 0 && version == 0)
		status = place_bad(root, "tvp_gate", "0 is out of range");
	return status;
}

bool place_is_null(const struct place *place, const char *key)
{
	return json_is_null(json_object_get(place->object, key));
}

int place_number_or(const struct place *place, const char *key, double otherwise, double *out)
{
	*out = otherwise;
	return place_is_null(place, key) ? 0 : place_number(place, key, out);
}

int gate_flag_load(const struct place *place, const char *key, bool *out)
{
	*out = false;
	return json_object_get(place->object, key) ? place_flag(place, key, out) : 0;
}

int gate_statistic_load(const struct place *place, enum statistic *statistic)
{
	const char *names[STATISTIC_N];
	unsigned index;
	for (unsigned i = 0; i < STATISTIC_N; i++)
		names[i] = statistic_name((enum statistic)i);
	int status = place_choice(place, "statistic", names, STATISTIC_N, &index);
	if (status == 0)
		*statistic = (enum statistic)index;
	return status;
}

static int series_load(const struct place *place, unsigned *series)
{
	const json_t *array;
	int status = place_array(place, "series", &array);
	for (size_t i = 0; status == 0 && i < json_array_size(array); i++) {
		const char *name = json_string_value(json_array_get(array, i));
		enum series found = name ? series_find(name) : SERIES_N;
		if (found == SERIES_N)
			return place_bad(place, "series", "number %zu is no series", i);
		*series |= 1u << found;
	}
	return status;
}

static int thresholds_load(const struct place *place, struct gate_options *options)
{
	int status;
	if ((status = place_number(place, "effect", &options->effect)) < 0 ||
	    (status = place_number(place, "tolerate", &options->tolerate)) < 0 ||
	    (status = place_number(place, "alpha", &options->alpha)) < 0 ||
	    (status = place_number(place, "beta", &options->beta)) < 0)
		return status;
	if (!(options->tolerate >= 0))
		return place_bad(place, "tolerate", "%g is out of range", options->tolerate);
	if (!(options->effect > options->tolerate))
		return place_bad(place, "effect", "%g is not above what is tolerated", options->effect);
	if (!(options->alpha > 0 && options->alpha < 1))
		return place_bad(place, "alpha", "%g is out of range", options->alpha);
	if (!(options->beta > 0 && options->beta < 1))
		return place_bad(place, "beta", "%g is out of range", options->beta);
	return 0;
}

// Files from before it could be chosen have none.
static int steal_load(const struct place *place, double *steal_most)
{
	*steal_most = GATE_STEAL_MOST;
	int status = json_object_get(place->object, "steal_most") ? place_number(place, "steal_most", steal_most) : 0;
	if (status == 0 && !(*steal_most >= 0 && *steal_most <= 1))
		return place_bad(place, "steal_most", "%g is out of range", *steal_most);
	return status;
}

static int options_load(const struct place *root, struct gate *gate)
{
	struct gate_options *options = &gate->options;
	struct place place;
	int status;
	options->statistic = STATISTIC_N;
	if ((status = place_text(root, "command", options->command, sizeof options->command)) < 0 ||
	    (status = place_enter(root, "options", &place)) < 0 ||
	    (status = place_seed(&place, "seed", &options->seed)) < 0 ||
	    (status = place_text(&place, "suite", options->suite, sizeof options->suite)) < 0 ||
	    (status = place_count_or_null(&place, "time_budget_ns", &options->time_budget_ns)) < 0 ||
	    (status = place_count_or_null(&place, "slice_ns", &options->slice_ns)) < 0 ||
	    (status = place_count_or_null(&place, "deadline_ns", &options->deadline_ns)) < 0 ||
	    (status = place_count32(&place, "blocks", &options->blocks_n)) < 0 ||
	    (status = thresholds_load(&place, options)) < 0 || (status = series_load(&place, &options->series)) < 0)
		return status;
	if ((status = gate_flag_load(&place, "unbound", &options->unbound)) < 0 ||
	    (status = steal_load(&place, &options->steal_most)) < 0)
		return status;
	return place_is_null(&place, "statistic") ? 0 : gate_statistic_load(&place, &options->statistic);
}

static int sides_load(const struct place *root, struct gate *gate)
{
	struct place sides, place;
	int status = place_enter(root, "sides", &sides);
	for (int side = 0; side < SIDES_N && status == 0; side++) {
		gate->side[side] = (struct side){.name = gate_side_names[side], .program = ""};
		status = place_enter(&sides, gate_side_names[side], &place);
		if (status == 0)
			status = place_text(&place, "revision", gate->side[side].revision,
					    sizeof gate->side[side].revision);
	}
	return status;
}

static int course_load(const struct place *root, struct gate *gate)
{
	const char *stops[GATE_BROKEN + 1];
	unsigned stop;
	int status;
	for (int i = 0; i <= GATE_BROKEN; i++)
		stops[i] = gate_stop_name((enum gate_stop)i);
	if ((status = place_text(root, "id", gate->id, sizeof gate->id)) < 0 ||
	    (status = place_text(root, "date", gate->date, sizeof gate->date)) < 0 ||
	    (status = place_facts(root, "machine", &gate->facts)) < 0 ||
	    (status = place_warnings(root, "warnings", &gate->facts)) < 0 ||
	    (status = place_choice(root, "stop", stops, GATE_BROKEN + 1, &stop)) < 0 ||
	    (status = place_count_or_null(root, "elapsed_ns", &gate->elapsed_ns)) < 0)
		return status;
	gate->stop = (enum gate_stop)stop;
	return place_is_null(root, "broken") ? 0 : place_text(root, "broken", gate->broken, sizeof gate->broken);
}

static int gate_fill(const struct place *root, struct gate *gate)
{
	static int (*const parts[])(const struct place *root, struct gate *gate) = {
		options_load, sides_load, course_load, gate_rows_load, gate_judgements_load,
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
	status = gate_fill(&(struct place){.file = path, .object = json}, gate);
	if (status < 0)
		gate_close(gate);
	json_decref(json);
	return status;
}
