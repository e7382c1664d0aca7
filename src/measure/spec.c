// Names of measurements, written and read in one place. A spec is kept canonical (text padded with zeros), so that
// equal names, equal texts and equal bytes are the same thing.
#include "measure/spec.h"

#include "base/status.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A piece is printable ASCII without the marks that end it; fits: with its terminating zero.
static bool piece_fits(const char *text, size_t length, const char *marks, size_t room_bytes)
{
	if (length == 0 || length >= room_bytes)
		return false;
	for (size_t i = 0; i < length; i++)
		if (text[i] <= ' ' || text[i] > '~' || strchr(marks, text[i]))
			return false;
	return true;
}

static bool experiment_fits(const char *text, size_t length)
{
	return piece_fits(text, length, "/:", sizeof((struct spec *)0)->experiment);
}

static bool key_fits(const char *text, size_t length)
{
	return piece_fits(text, length, "/:", sizeof((struct axis *)0)->key);
}

static bool value_fits(const char *text, size_t length)
{
	return piece_fits(text, length, "/", sizeof((struct axis *)0)->value);
}

static void text_put(char *out, size_t out_bytes, const char *text, size_t length)
{
	memset(out, 0, out_bytes);
	memcpy(out, text, length);
}

static size_t name_bytes(const struct spec *spec)
{
	size_t bytes = strlen(spec->experiment) + 1;
	for (unsigned i = 0; i < spec->axes_n; i++)
		bytes += 1 + strlen(spec->axes[i].key) + 1 + strlen(spec->axes[i].value);
	return bytes;
}

static struct axis *axis_find(struct spec *spec, const char *key)
{
	for (unsigned i = 0; i < spec->axes_n; i++)
		if (!strcmp(spec->axes[i].key, key))
			return &spec->axes[i];
	return NULL;
}

static void axis_append(struct spec *spec, const char *key, size_t key_length, const char *value, size_t value_length)
{
	struct axis *axis = &spec->axes[spec->axes_n++];
	text_put(axis->key, sizeof axis->key, key, key_length);
	text_put(axis->value, sizeof axis->value, value, value_length);
}

void spec_init(struct spec *spec, const char *experiment)
{
	size_t length = strlen(experiment);
	if (!experiment_fits(experiment, length))
		abort();
	memset(spec, 0, sizeof *spec);
	text_put(spec->experiment, sizeof spec->experiment, experiment, length);
}

void spec_set(struct spec *spec, const char *key, const char *value)
{
	size_t key_length = strlen(key), value_length = strlen(value);
	if (!key_fits(key, key_length) || !value_fits(value, value_length))
		abort();
	struct axis *axis = axis_find(spec, key);
	if (axis)
		text_put(axis->value, sizeof axis->value, value, value_length);
	else if (spec->axes_n < SPEC_AXES_MAX)
		axis_append(spec, key, key_length, value, value_length);
	else
		abort();
	if (name_bytes(spec) > SPEC_NAME_BYTES)
		abort();
}

void spec_set_count(struct spec *spec, const char *key, unsigned long value)
{
	char text[24];
	snprintf(text, sizeof text, "%lu", value);
	spec_set(spec, key, text);
}

void spec_unset(struct spec *spec, const char *key)
{
	struct axis *axis = axis_find(spec, key);
	if (!axis)
		return;
	struct axis *last = &spec->axes[--spec->axes_n];
	memmove(axis, axis + 1, (size_t)(last - axis) * sizeof *axis);
	memset(last, 0, sizeof *last);
}

const char *spec_get(const struct spec *spec, const char *key)
{
	const struct axis *axis = axis_find((struct spec *)spec, key);
	return axis ? axis->value : NULL;
}

char *spec_name(const struct spec *spec, char *out, size_t out_bytes)
{
	size_t used = (size_t)snprintf(out, out_bytes, "%s", spec->experiment);
	for (unsigned i = 0; i < spec->axes_n && used < out_bytes; i++) {
		const struct axis *axis = &spec->axes[i];
		used += (size_t)snprintf(out + used, out_bytes - used, "/%s:%s", axis->key, axis->value);
	}
	return out;
}

static int axis_parse(struct spec *spec, const char *piece, size_t length, const char *name)
{
	const char *colon = memchr(piece, ':', length);
	if (!colon)
		return status_say(EINVAL, "\"%.*s\" in \"%s\" is not key:value", (int)length, piece, name);
	size_t key_length = (size_t)(colon - piece), value_length = length - key_length - 1;
	if (!key_fits(piece, key_length) || !value_fits(colon + 1, value_length))
		return status_say(EINVAL, "\"%.*s\" in \"%s\" is empty, too long or has an odd character in it", (int)length,
		                  piece, name);
	if (spec->axes_n == SPEC_AXES_MAX)
		return status_say(EINVAL, "\"%.*s\" in \"%s\" is one axis too many: %d are the most", (int)length, piece, name,
		                  SPEC_AXES_MAX);
	axis_append(spec, piece, key_length, colon + 1, value_length);
	const char *key = spec->axes[spec->axes_n - 1].key;
	if (axis_find(spec, key) != &spec->axes[spec->axes_n - 1])
		return status_say(EINVAL, "axis \"%s\" stands twice in \"%s\"", key, name);
	return 0;
}

int spec_parse(struct spec *spec, const char *name)
{
	memset(spec, 0, sizeof *spec);
	if (strlen(name) >= SPEC_NAME_BYTES)
		return status_say(EINVAL, "the name \"%.40s…\" is too long: %d bytes are the most", name, SPEC_NAME_BYTES - 1);
	size_t length = strcspn(name, "/");
	if (!experiment_fits(name, length))
		return status_say(EINVAL, "\"%.*s\" in \"%s\" is no name of an experiment", (int)length, name, name);
	text_put(spec->experiment, sizeof spec->experiment, name, length);
	for (const char *piece = name + length; *piece; piece += length) {
		piece++;
		length = strcspn(piece, "/");
		int status = axis_parse(spec, piece, length, name);
		if (status)
			return status;
	}
	return 0;
}
