// The slice protocol, both directions. A slice comes from a program we know nothing about: everything in it is checked.
#include "gate/slice/slice.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "gate/slice/json_memory.h"
#include "gate/slice/printed.h"

static const char *const series_names[SERIES_N] = {"wall", "launch", "work",   "collect",
                                                   "cpu",  "faults", "memory", "switches"};
static const char *const series_units[SERIES_N] = {"ns", "ns", "ns", "ns", "ns", "", "bytes", ""};
static const char *const state_names[] = {"measured", "skipped", "failed"};
enum { STATES_N = sizeof state_names / sizeof *state_names };

const char *series_name(enum series series)
{
	return series < SERIES_N ? series_names[series] : "";
}

const char *series_unit(enum series series)
{
	return series < SERIES_N ? series_units[series] : "";
}

enum series series_find(const char *name)
{
	for (int i = 0; i < SERIES_N; i++)
		if (strcmp(series_names[i], name) == 0)
			return (enum series)i;
	return SERIES_N;
}

// A message cut in the middle of a character would be none in JSON.
static json_t *text_json(const char *text)
{
	char plain[512];
	snprintf(plain, sizeof plain, "%s", text);
	slice_plain(plain);
	return json_string(plain);
}

static uint64_t part_ns(const struct parts *parts, enum series series)
{
	return series == SERIES_LAUNCH ? parts->launch_ns : series == SERIES_WORK ? parts->work_ns : parts->collect_ns;
}

static json_t *times_json(const struct trial *trial, enum series series)
{
	json_t *times = json_array();
	for (uint64_t i = 0; i < trial->iterations_n; i++)
		json_array_append_new(
			times,
			json_integer((json_int_t)(series == SERIES_WALL ? trial->wall_ns[i] : part_ns(&trial->parts[i], series))));
	return times;
}

// Only where they are not all the batch.
static json_t *operations_json(const struct trial *trial)
{
	bool differ = false;
	json_t *operations = json_array();
	for (uint64_t i = 0; i < trial->iterations_n; i++) {
		differ |= trial->operations_n[i] != trial->batch_n;
		json_array_append_new(operations, json_integer((json_int_t)trial->operations_n[i]));
	}
	if (differ)
		return operations;
	json_decref(operations);
	return NULL;
}

static void times_put(json_t *json, const struct slice_times *head, const struct trial *trial)
{
	json_t *operations = operations_json(trial);
	json_object_set_new(json, "wall_ns", times_json(trial, SERIES_WALL));
	for (enum series series = SERIES_LAUNCH; head->has_parts && series < SERIES_TIMED_N; series++) {
		char key[24];
		snprintf(key, sizeof key, "%s_ns", series_name(series));
		json_object_set_new(json, key, times_json(trial, series));
	}
	if (operations)
		json_object_set_new(json, "operations_n", operations);
}

// Only what was measured.
static json_t *values_json(const double *value)
{
	json_t *values = json_object();
	for (enum series series = SERIES_TIMED_N; series < SERIES_N; series++)
		if (isfinite(value[series]))
			json_object_set_new(values, series_name(series), json_real(value[series]));
	return values;
}

int slice_print(FILE *out, const struct slice_times *head, const struct trial *trial)
{
	json_t *json = json_object();
	json_object_set_new(json, "tvp_slice", json_integer(SLICE_VERSION));
	json_object_set_new(json, "spec", text_json(head->spec));
	json_object_set_new(json, "revision", text_json(head->revision));
	json_object_set_new(json, "pin_rule", json_integer(head->pin_rule));
	json_object_set_new(json, "state", json_string(state_names[head->state]));
	json_object_set_new(json, "message", text_json(head->message));
	json_object_set_new(json, "begun_ns", json_integer((json_int_t)head->begun_ns));
	json_object_set_new(json, "ready_ns", json_integer((json_int_t)head->ready_ns));
	slice_printed_put(json, &head->printed);
	slice_throttled_put(json, &head->throttled);
	if (head->state == SLICE_MEASURED) {
		json_object_set_new(json, "iterations", json_integer((json_int_t)trial->iterations_n));
		json_object_set_new(json, "batch", json_integer(trial->batch_n));
		times_put(json, head, trial);
		json_object_set_new(json, "values", values_json(head->value));
		if (head->memory_floor_bytes > 0)
			json_object_set_new(json, "memory_floor", json_real(head->memory_floor_bytes));
		if (head->exit_code >= 0)
			json_object_set_new(json, "exit_code", json_integer(head->exit_code));
	}
	if (json_memory_ended()) {
		json_decref(json);
		return status_fail(ENOMEM, "composing the slice");
	}
	errno = 0;
	bool written = json_dumpf(json, out, JSON_COMPACT) == 0 && fputc('\n', out) != EOF && fflush(out) == 0;
	int error = errno ? errno : EIO;
	json_decref(json);
	return written ? 0 : status_fail(error, "writing the slice");
}

static int bad(const char *what)
{
	return status_say(EBADMSG, "its output is not a slice: %s", what);
}

static int text_get(const json_t *root, const char *key, char *out, size_t out_bytes)
{
	const json_t *value = json_object_get(root, key);
	if (!json_is_string(value) || json_string_length(value) >= out_bytes)
		return status_say(EBADMSG, "its output is not a slice: \"%s\" is missing or not a text of fewer than %zu bytes",
		                  key, out_bytes);
	memcpy(out, json_string_value(value), json_string_length(value) + 1);
	return 0;
}

static int count_get(const json_t *root, const char *key, uint64_t most, uint64_t *out)
{
	const json_t *value = json_object_get(root, key);
	if (!json_is_integer(value) || json_integer_value(value) < 0 || (uint64_t)json_integer_value(value) > most)
		return status_say(EBADMSG, "its output is not a slice: \"%s\" is missing or out of range", key);
	*out = (uint64_t)json_integer_value(value);
	return 0;
}

// counts[iterations_n], malloc'd, each at least `least`.
static int counts_get(const json_t *root, const char *key, uint64_t iterations_n, uint64_t least, uint64_t **counts)
{
	const json_t *array = json_object_get(root, key);
	if (!json_is_array(array) || json_array_size(array) != iterations_n)
		return status_say(EBADMSG, "its output is not a slice: \"%s\" is not an array of %llu numbers", key,
		                  (unsigned long long)iterations_n);
	*counts = malloc(iterations_n * sizeof **counts);
	if (!*counts)
		return status_fail(ENOMEM, "reading a slice");
	for (size_t i = 0; i < iterations_n; i++) {
		const json_t *value = json_array_get(array, i);
		if (!json_is_integer(value) || json_integer_value(value) < (json_int_t)least)
			return status_say(EBADMSG, "its output is not a slice: \"%s\"[%zu] is out of range", key, i);
		(*counts)[i] = (uint64_t)json_integer_value(value);
	}
	return 0;
}

static int operations_get(struct slice_times *slice, const json_t *root)
{
	if (json_object_get(root, "operations_n"))
		return counts_get(root, "operations_n", slice->iterations_n, 1, &slice->operations_n);
	slice->operations_n = malloc(slice->iterations_n * sizeof *slice->operations_n);
	if (!slice->operations_n)
		return status_fail(ENOMEM, "reading a slice");
	for (uint64_t i = 0; i < slice->iterations_n; i++)
		slice->operations_n[i] = slice->batch_n;
	return 0;
}

// Earlier builds have none.
static int values_get(struct slice_times *slice, const json_t *root)
{
	const json_t *values = json_object_get(root, "values");
	uint64_t code = 0;
	for (enum series series = SERIES_TIMED_N; series < SERIES_N; series++) {
		const json_t *value = json_object_get(values, series_name(series));
		double number = json_is_number(value) ? json_number_value(value) : NAN;
		if (value && !(number >= 0 && number < 1e15))
			return bad("one of \"values\" is no number, or out of range");
		slice->value[series] = number;
	}
	const json_t *floor = json_object_get(root, "memory_floor");
	slice->memory_floor_bytes = json_is_number(floor) ? json_number_value(floor) : 0;
	if (!(slice->memory_floor_bytes >= 0 && slice->memory_floor_bytes < 1e15))
		return bad("\"memory_floor\" is out of range");
	int status = json_object_get(root, "exit_code") ? count_get(root, "exit_code", 255, &code) : 0;
	slice->exit_code = json_object_get(root, "exit_code") ? (int)code : -1;
	return status;
}

unsigned slice_series(const struct slice_times *slice)
{
	unsigned series = 0;
	for (enum series i = SERIES_WALL; i < SERIES_N; i++)
		if (i < SERIES_TIMED_N ? slice->time_ns[i] != NULL : isfinite(slice->value[i]))
			series |= 1u << i;
	return series;
}

static int times_get(struct slice_times *slice, const json_t *root)
{
	uint64_t batch_n = 0;
	int status = count_get(root, "iterations", TRIAL_ITERATIONS_MAX, &slice->iterations_n);
	if (status == 0)
		status = count_get(root, "batch", UINT32_MAX, &batch_n);
	slice->batch_n = (uint32_t)batch_n;
	if (status == 0 && (slice->iterations_n == 0 || batch_n == 0))
		status = bad("it has no iterations");
	slice->has_parts = json_object_get(root, "launch_ns");
	for (enum series series = SERIES_WALL; status == 0 && series < (slice->has_parts ? SERIES_TIMED_N : SERIES_LAUNCH);
	     series++) {
		char key[24];
		snprintf(key, sizeof key, "%s_ns", series_name(series));
		status = counts_get(root, key, slice->iterations_n, 0, &slice->time_ns[series]);
	}
	if (status == 0)
		status = operations_get(slice, root);
	return status < 0 ? status : values_get(slice, root);
}

// Only builds from the second rule on say it.
static int pin_rule_get(struct slice_times *slice, const json_t *root)
{
	uint64_t rule = 1;
	int status = json_object_get(root, "pin_rule") ? count_get(root, "pin_rule", 1000, &rule) : 0;
	slice->pin_rule = (unsigned)rule;
	return status;
}

static int state_get(struct slice_times *slice, const json_t *root)
{
	char state[16];
	int status = text_get(root, "state", state, sizeof state);
	for (int i = 0; status == 0 && i < STATES_N; i++)
		if (strcmp(state, state_names[i]) == 0) {
			slice->state = (enum slice_state)i;
			return 0;
		}
	return status < 0 ? status : bad("\"state\" is none of those known");
}

static int root_get(struct slice_times *slice, const json_t *root)
{
	const json_t *version = json_object_get(root, "tvp_slice");
	if (!json_is_integer(version))
		return bad("it has no \"tvp_slice\"");
	if (json_integer_value(version) != SLICE_VERSION)
		return status_say(
			EPROTO,
			"it uses version %lld of the slice protocol, this tvp uses version %d: run the gate with the tvp of one of "
			"the builds, and compare builds that use the same version",
			(long long)json_integer_value(version), SLICE_VERSION);
	int status;
	if ((status = text_get(root, "spec", slice->spec, sizeof slice->spec)) < 0 ||
	    (status = text_get(root, "revision", slice->revision, sizeof slice->revision)) < 0 ||
	    (status = text_get(root, "message", slice->message, sizeof slice->message)) < 0 ||
	    (status = slice_printed_get(root, &slice->printed)) < 0 || (status = pin_rule_get(slice, root)) < 0 ||
	    (status = state_get(slice, root)) < 0 ||
	    (status = count_get(root, "begun_ns", INT64_MAX, &slice->begun_ns)) < 0 ||
	    (status = count_get(root, "ready_ns", INT64_MAX, &slice->ready_ns)) < 0)
		return status;
	if (slice_throttled_get(root, &slice->throttled) < 0)
		return bad("\"throttled_n\" or \"throttled_ns\" is no count");
	return slice->state == SLICE_MEASURED ? times_get(slice, root) : 0;
}

int slice_parse(struct slice_times *slice, const char *text, size_t text_bytes)
{
	json_error_t error;
	*slice = (struct slice_times){0};
	json_t *root = json_loadb(text, text_bytes, 0, &error);
	if (!root && json_memory_ended())
		return status_fail(ENOMEM, "reading a slice");
	if (!root)
		return status_say(EBADMSG, "its output is not a slice: line %d, column %d: %s", error.line, error.column,
		                  error.text);
	int status = json_is_object(root) ? root_get(slice, root) : bad("it is not a JSON object");
	json_decref(root);
	if (status < 0)
		slice_close(slice);
	return status;
}

void slice_close(struct slice_times *slice)
{
	for (int i = 0; i < SERIES_TIMED_N; i++)
		free(slice->time_ns[i]);
	free(slice->operations_n);
	*slice = (struct slice_times){0};
}
