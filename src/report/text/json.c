// Writing JSON. Files are printed by hand around entries of a line each, so that diffs stay readable; reports are
// indented, since people read them, too. All quoting is jansson's.
#include "report/text/json.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "gate/slice/json_memory.h"
#include "report/text/text.h"

enum { EXACT_BITS = 53 };

json_t *text_json(const char *text)
{
	json_t *json = json_string(text);
	if (json)
		return json;
	char *plain = strdup(text);
	for (char *c = plain; c && *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	json = plain ? json_string(plain) : NULL;
	free(plain);
	return json;
}

json_t *number_json(double value)
{
	if (!isfinite(value))
		return NULL;
	if (value == rint(value) && fabs(value) < (double)(1ll << EXACT_BITS))
		return json_integer((json_int_t)value);
	return json_real(value);
}

int json_put(FILE *out, const char *before, json_t *json, const char *after, size_t flags)
{
	if (json_memory_ended() || !json) {
		json_decref(json);
		return -ENOMEM;
	}
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

json_t *machine_json(const struct machine_difference *difference, unsigned differences_n, const char *a, const char *b)
{
	json_t *list = json_array();
	for (unsigned i = 0; i < differences_n; i++) {
		json_t *one = json_object();
		json_object_set_new(one, "key", text_json(difference[i].key));
		json_object_set_new(one, a, text_json(difference[i].a));
		json_object_set_new(one, b, text_json(difference[i].b));
		json_array_append_new(list, one);
	}
	return list;
}

int json_print(FILE *out, json_t *json)
{
	if (json_memory_ended() || !json) {
		json_decref(json);
		return status_fail(ENOMEM, "composing JSON");
	}
	errno = 0;
	int status = json_dumpf(json, out, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
	json_decref(json);
	fputc('\n', out);
	return status < 0 ? status_fail(errno ? errno : EIO, "printing") : text_end(out);
}

static json_t *way_json(const struct way_choice *choice)
{
	json_t *json = json_object(), *options = json_array(), *ns = json_object();
	for (unsigned i = 0; i < KERNEL_PARAMETERS_MAX && choice->options.value[i]; i++)
		json_array_append_new(options, count_json(choice->options.value[i]));
	for (unsigned way = 0; way < choice->ways_n; way++)
		json_object_set_new(ns, way_name(way), number_json(choice->ns[way]));
	json_object_set_new(json, "kernel", text_json(choice->kernel));
	json_object_set_new(json, "options", options);
	json_object_set_new(json, "size_log2", json_integer(choice->size_log2));
	json_object_set_new(json, "way", json_string(way_name(choice->way)));
	json_object_set_new(json, "ns", ns);
	return json;
}

json_t *ways_json(const struct way_choices *ways)
{
	json_t *json = json_array();
	for (unsigned i = 0; i < ways->n; i++)
		json_array_append_new(json, way_json(&ways->choice[i]));
	return json;
}
