// Writing JSON. The outer structure is printed by hand, so that every entry stands on a line of its own and diffs stay
// readable; all quoting is jansson's.
#include "report/format/json_put.h"

#include <errno.h>
#include <inttypes.h>

#include "report/result/json_cursor.h"

int json_put(FILE *out, const char *before, json_t *json, const char *after, size_t flags)
{
	if (!json)
		return -ENOMEM;
	errno = 0;
	fputs(before, out);
	int status = json_dumpf(json, out, JSON_COMPACT | JSON_ENCODE_ANY | flags);
	fputs(after, out);
	if (status < 0 || ferror(out))
		status = errno ? -errno : -EIO;
	json_decref(json);
	return status;
}

json_t *count_json(uint64_t count)
{
	return count > INT64_MAX ? json_null() : json_integer((json_int_t)count);
}

json_t *seed_json(uint64_t seed)
{
	char text[24];
	snprintf(text, sizeof text, "%" PRIu64, seed);
	return json_string(text);
}

json_t *number_or_null_json(double value)
{
	json_t *json = number_json(value);
	return json ? json : json_null();
}

json_t *facts_json(const struct facts *facts)
{
	json_t *json = json_object();
	for (unsigned i = 0; i < facts->facts_n; i++)
		json_object_set_new(json, facts->fact[i].key, text_json(facts->fact[i].value));
	return json;
}

json_t *warnings_json(const struct facts *facts)
{
	json_t *json = json_array();
	for (unsigned i = 0; i < facts->warnings_n; i++)
		json_array_append_new(json, text_json(facts->warning[i]));
	return json;
}
