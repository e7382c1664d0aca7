// Values of axes: read from a spec for its trial, and checked as a user gives them.
#include "bench/plan/axis_product.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "base/units.h"
#include "base/words.h"
#include "bench/plan/point.h"
#include "channel/channel.h"
#include "host/place.h"

bool spec_axis_is(const struct spec *spec, const char *key, const char *value)
{
	const char *own = spec_get(spec, key);
	return own && strcmp(own, value) == 0;
}

static int value_get(const struct spec *spec, const char *key, const char **value)
{
	*value = spec_get(spec, key);
	return *value ? 0 : status_say(EINVAL, "a row of %s needs the axis '%s'", spec->experiment, key);
}

int spec_axis_count(const struct spec *spec, const char *key, uint64_t least, uint64_t most, uint64_t *count)
{
	const char *value;
	int status = value_get(spec, key, &value);
	if (status < 0 || units_parse_count(value, least, most, count) == 0)
		return status;
	return status_say(EINVAL, "%s '%s': expected %llu to %llu", key, value, (unsigned long long)least,
	                  (unsigned long long)most);
}

int spec_axis_bytes(const struct spec *spec, const char *key, uint64_t *bytes)
{
	const char *value;
	int status = value_get(spec, key, &value);
	*bytes = 0;
	return status < 0 || strcmp(value, "0") == 0 ? status : units_parse_bytes(value, bytes);
}

int spec_axis_duration(const struct spec *spec, const char *key, uint64_t *duration_ns)
{
	const char *value;
	int status = value_get(spec, key, &value);
	*duration_ns = 0;
	return status < 0 || strcmp(value, "0") == 0 ? status : units_parse_duration(value, duration_ns);
}

int check_bytes(const char *value)
{
	uint64_t bytes;
	return strcmp(value, "0") == 0 ? 0 : units_parse_bytes(value, &bytes);
}

int check_duration(const char *value)
{
	uint64_t duration_ns;
	return strcmp(value, "0") == 0 ? 0 : units_parse_duration(value, &duration_ns);
}

int check_workers(const char *value)
{
	struct point point = point_default();
	return axis_word_known("workers", value) ? 0 : point_set(&point, "workers", value);
}

int check_pin(const char *value)
{
	struct point point = point_default();
	return point_set(&point, "pin", value);
}

int check_place(const char *value)
{
	enum place place;
	return place_parse(value, &place);
}

int check_channel(const char *value)
{
	if (channel_find(value))
		return 0;
	char known[2048] = "";
	for (const struct channel_type *const *type = channels; *type; type++)
		words_add(known, sizeof known, ", ", (*type)->name);
	return status_say(EINVAL, "no channel '%s' (%s; bandwidth: also vmsplice, process_vm_readv, shared_memory)", value,
	                  known);
}
