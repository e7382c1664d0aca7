// Checked reading of fields: every refusal names the file and the field, whatever was found there. And what is written
// alike everywhere.
#include "report/result/json_cursor.h"

#include "base/status.h"
#include "gate/slice/json_lenient.h"
#include "report/result/file.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int json_file_read(json_t **json, const char *path)
{
	char *text;
	size_t text_bytes;
	json_error_t error;
	int status = file_read(path, &text, &text_bytes);
	if (status < 0)
		return status;
	*json = json_load_lenient(text, text_bytes, &error);
	free(text);
	return *json ? 0 : status_say(EINVAL, "%s: line %d, column %d: %s", path, error.line, error.column, error.text);
}

int cursor_bad(const struct json_cursor *cursor, const char *key, const char *format, ...)
{
	char text[160];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	return status_say(EINVAL, "%s: %s%s%s: %s", cursor->file, cursor->where, *cursor->where ? "." : "", key, text);
}

static int find(const struct json_cursor *cursor, const char *key, const json_t **value)
{
	*value = json_object_get(cursor->object, key);
	return *value ? 0 : cursor_bad(cursor, key, "missing");
}

int cursor_enter(const struct json_cursor *cursor, const char *key, struct json_cursor *inner)
{
	const json_t *value;
	int status = find(cursor, key, &value);
	if (status < 0)
		return status;
	if (!json_is_object(value))
		return cursor_bad(cursor, key, "is not an object");
	*inner = (struct json_cursor){.file = cursor->file, .object = value};
	snprintf(inner->where, sizeof inner->where, "%.30s%s%.30s", cursor->where, *cursor->where ? "." : "", key);
	return 0;
}

int cursor_array(const struct json_cursor *cursor, const char *key, const json_t **array)
{
	int status = find(cursor, key, array);
	if (status == 0 && !json_is_array(*array))
		status = cursor_bad(cursor, key, "is not an array");
	return status;
}

int cursor_entry(const struct json_cursor *cursor, const char *key, const json_t *array, size_t index,
                 struct json_cursor *inner)
{
	*inner = (struct json_cursor){.file = cursor->file, .object = json_array_get(array, index)};
	snprintf(inner->where, sizeof inner->where, "%.20s%s%.16s[%zu]", cursor->where, *cursor->where ? "." : "", key,
	         index);
	return json_is_object(inner->object) ? 0
	                                     : status_say(EINVAL, "%s: %s: is not an object", inner->file, inner->where);
}

int cursor_text(const struct json_cursor *cursor, const char *key, char *out, size_t out_bytes)
{
	const json_t *value;
	int status = find(cursor, key, &value);
	if (status < 0)
		return status;
	if (!json_is_string(value))
		return cursor_bad(cursor, key, "is not text");
	if (json_string_length(value) >= out_bytes)
		return cursor_bad(cursor, key, "is longer than %zu bytes", out_bytes - 1);
	memcpy(out, json_string_value(value), json_string_length(value) + 1);
	return 0;
}

static int count_of(const struct json_cursor *cursor, const char *key, const json_t *value, uint64_t most,
                    uint64_t *out)
{
	if (!json_is_integer(value))
		return cursor_bad(cursor, key, "is not a whole number");
	json_int_t count = json_integer_value(value);
	if (count < 0 || (uint64_t)count > most)
		return cursor_bad(cursor, key, "%lld is out of range", (long long)count);
	*out = (uint64_t)count;
	return 0;
}

int cursor_count(const struct json_cursor *cursor, const char *key, uint64_t most, uint64_t *out)
{
	const json_t *value;
	int status = find(cursor, key, &value);
	return status < 0 ? status : count_of(cursor, key, value, most, out);
}

int cursor_count32(const struct json_cursor *cursor, const char *key, uint32_t *out)
{
	uint64_t count = 0;
	int status = cursor_count(cursor, key, UINT32_MAX, &count);
	*out = (uint32_t)count;
	return status;
}

int cursor_count_or_null(const struct json_cursor *cursor, const char *key, uint64_t *out)
{
	const json_t *value;
	int status = find(cursor, key, &value);
	if (status < 0)
		return status;
	*out = UINT64_MAX;
	return json_is_null(value) ? 0 : count_of(cursor, key, value, UINT64_MAX, out);
}

int cursor_number(const struct json_cursor *cursor, const char *key, double *out)
{
	const json_t *value;
	int status = find(cursor, key, &value);
	if (status < 0)
		return status;
	if (!json_is_number(value))
		return cursor_bad(cursor, key, "is not a number");
	*out = json_number_value(value);
	return 0;
}

int cursor_one_of(const struct json_cursor *cursor, const char *key, const char *const *names, unsigned names_n,
                  unsigned *out)
{
	const json_t *value;
	int status = find(cursor, key, &value);
	if (status < 0)
		return status;
	const char *text = json_string_value(value);
	for (*out = 0; text && *out < names_n; ++*out)
		if (!strcmp(names[*out], text))
			return 0;
	return cursor_bad(cursor, key, "%s%.40s%s is not one of the known values", text ? "\"" : "", text ? text : "it",
	                  text ? "\"" : "");
}

int cursor_flag(const struct json_cursor *cursor, const char *key, bool *out)
{
	const json_t *value;
	int status = find(cursor, key, &value);
	if (status == 0 && !json_is_boolean(value))
		status = cursor_bad(cursor, key, "is neither true nor false");
	*out = status == 0 && json_is_true(value);
	return status;
}

int cursor_seed(const struct json_cursor *cursor, const char *key, uint64_t *seed)
{
	char text[24], *end;
	int status = cursor_text(cursor, key, text, sizeof text);
	if (status < 0)
		return status;
	errno = 0;
	*seed = strtoull(text, &end, 10);
	if (errno || *end || text[0] < '0' || text[0] > '9')
		return cursor_bad(cursor, key, "\"%s\" is not a whole number", text);
	return 0;
}

int cursor_facts(const struct json_cursor *cursor, const char *key, struct facts *facts)
{
	struct json_cursor machine;
	const char *name;
	json_t *value;
	int status = cursor_enter(cursor, key, &machine);
	if (status < 0)
		return status;
	json_object_foreach((json_t *)machine.object, name, value)
	{
		if (facts->facts_n == FACTS_MAX)
			return cursor_bad(cursor, key, "has more than %d facts", FACTS_MAX);
		struct fact *fact = &facts->fact[facts->facts_n++];
		if (strlen(name) >= sizeof fact->key)
			return cursor_bad(&machine, name, "is too long a key");
		memcpy(fact->key, name, strlen(name) + 1);
		status = cursor_text(&machine, name, fact->value, sizeof fact->value);
		if (status < 0)
			return status;
	}
	return 0;
}

int cursor_warnings(const struct json_cursor *cursor, const char *key, struct facts *facts)
{
	const json_t *array;
	int status = cursor_array(cursor, key, &array);
	if (status < 0)
		return status;
	if (json_array_size(array) > FACT_WARNINGS_MAX)
		return cursor_bad(cursor, key, "has more than %d", FACT_WARNINGS_MAX);
	for (size_t i = 0; i < json_array_size(array); i++) {
		const json_t *text = json_array_get(array, i);
		if (!json_is_string(text) || json_string_length(text) >= sizeof facts->warning[0])
			return cursor_bad(cursor, key, "number %zu is not text, or too long", i);
		memcpy(facts->warning[facts->warnings_n++], json_string_value(text), json_string_length(text) + 1);
	}
	return 0;
}
