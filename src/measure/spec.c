// Names of measurements, written and read in one place. A spec is kept canonical (its text padded with zeros), so that
// equal names, equal texts and equal bytes are the same thing.
#include "measure/spec.h"

#include "base/status.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

// A part of a name, not terminated.
struct piece {
	const char *at;
	size_t length;
};

static struct piece piece_of(const char *text)
{
	return (struct piece){text, strlen(text)};
}

/// What a kind of pieces may be.
struct form {
	const char *what;
	size_t room_bytes;
	const char *marks; ///< characters that would end it
};

static const struct form experiment_form = {"experiment", SPEC_EXPERIMENT_BYTES, "/:"};
static const struct form key_form = {"axis", SPEC_KEY_BYTES, "/:"};
static const struct form value_form = {"value", SPEC_VALUE_BYTES, "/"};

// Printable ASCII without the marks.
static int piece_check(struct piece piece, const struct form *form)
{
	if (piece.length == 0)
		return status_say(EINVAL, "%s \"\" is empty", form->what);
	if (piece.length >= form->room_bytes)
		return status_say(EINVAL, "%s \"%.*s\" is longer than %zu characters", form->what, (int)piece.length, piece.at,
		                  form->room_bytes - 1);
	for (size_t i = 0; i < piece.length; i++)
		if (piece.at[i] <= ' ' || piece.at[i] > '~' || strchr(form->marks, piece.at[i]))
			return status_say(EINVAL, "%s \"%.*s\" contains a character other than printable ASCII without blank, %s",
			                  form->what, (int)piece.length, piece.at,
			                  *form->marks == '/' && form->marks[1] ? "/ and :" : "/");
	return 0;
}

static const char *behind(const char *text)
{
	return text + strlen(text) + 1;
}

struct axis spec_axis(const struct spec *spec, unsigned index)
{
	const char *key = spec->text;
	while (index-- > 0)
		key = behind(behind(key));
	return (struct axis){key, behind(key)};
}

const char *spec_get(const struct spec *spec, const char *key)
{
	const char *at = spec->text;
	for (unsigned i = 0; i < spec->axes_n; i++, at = behind(behind(at)))
		if (strcmp(at, key) == 0)
			return behind(at);
	return NULL;
}

static size_t name_length(const struct spec *spec)
{
	return strlen(spec->experiment) + spec->text_bytes; // each zero stands for a '/' or ':' of the name
}

// Put `by` in place of `bytes` bytes of the text, which keeps its zeros behind it.
static void text_splice(struct spec *spec, size_t at, size_t bytes, struct piece by)
{
	size_t end = at + bytes, left = spec->text_bytes - end;
	memmove(spec->text + at + by.length, spec->text + end, left);
	memcpy(spec->text + at, by.at, by.length);
	spec->text_bytes = (unsigned short)(at + by.length + left);
	memset(spec->text + spec->text_bytes, 0, sizeof spec->text - spec->text_bytes);
}

static int room_check(const struct spec *spec, size_t more_bytes)
{
	if (name_length(spec) + more_bytes < SPEC_NAME_BYTES)
		return 0;
	return status_say(EINVAL, "a spec's name has at most %d characters", SPEC_NAME_BYTES - 1);
}

static int axis_append(struct spec *spec, struct piece key, struct piece value)
{
	if (spec->axes_n == SPEC_AXES_MAX)
		return status_say(EINVAL, "axis \"%.*s\" is one too many: a spec has at most %d axes", (int)key.length, key.at,
		                  SPEC_AXES_MAX);
	int status = room_check(spec, key.length + value.length + 2);
	if (status < 0)
		return status;
	text_splice(spec, spec->text_bytes, 0, key);
	spec->text_bytes++;
	text_splice(spec, spec->text_bytes, 0, value);
	spec->text_bytes++;
	spec->axes_n++;
	return 0;
}

int spec_init(struct spec *spec, const char *experiment)
{
	int status = piece_check(piece_of(experiment), &experiment_form);
	memset(spec, 0, sizeof *spec);
	if (status == 0)
		strcpy(spec->experiment, experiment);
	return status;
}

static int axis_replace(struct spec *spec, const char *old, struct piece value)
{
	size_t old_length = strlen(old);
	int status = value.length > old_length ? room_check(spec, value.length - old_length) : 0;
	if (status == 0)
		text_splice(spec, (size_t)(old - spec->text), old_length, value);
	return status;
}

int spec_set(struct spec *spec, const char *key, const char *value)
{
	int status = piece_check(piece_of(key), &key_form);
	if (status == 0 && (status = piece_check(piece_of(value), &value_form)) < 0)
		status = status_wrap(status, "axis \"%s\"", key);
	if (status < 0)
		return status;
	const char *old = spec_get(spec, key);
	return old ? axis_replace(spec, old, piece_of(value)) : axis_append(spec, piece_of(key), piece_of(value));
}

int spec_set_count(struct spec *spec, const char *key, unsigned long value)
{
	char text[24];
	snprintf(text, sizeof text, "%lu", value);
	return spec_set(spec, key, text);
}

void spec_unset(struct spec *spec, const char *key)
{
	const char *value = spec_get(spec, key);
	if (!value)
		return;
	size_t at = (size_t)(value - spec->text) - strlen(key) - 1;
	text_splice(spec, at, strlen(key) + strlen(value) + 2, (struct piece){"", 0});
	spec->axes_n--;
}

bool spec_equal(const struct spec *a, const struct spec *b)
{
	return a->text_bytes == b->text_bytes && memcmp(a->text, b->text, a->text_bytes) == 0 &&
	       strcmp(a->experiment, b->experiment) == 0;
}

char *spec_name(const struct spec *spec, char *out, size_t out_bytes)
{
	size_t used = (size_t)snprintf(out, out_bytes, "%s", spec->experiment);
	for (unsigned i = 0; i < spec->axes_n && used < out_bytes; i++) {
		struct axis axis = spec_axis(spec, i);
		used += (size_t)snprintf(out + used, out_bytes - used, "/%s:%s", axis.key, axis.value);
	}
	return out;
}

static int axis_parse(struct spec *spec, struct piece piece)
{
	const char *colon = memchr(piece.at, ':', piece.length);
	if (!colon)
		return status_say(EINVAL, "\"%.*s\" is not key:value", (int)piece.length, piece.at);
	struct piece key = {piece.at, (size_t)(colon - piece.at)}, value = {colon + 1, piece.length - key.length - 1};
	char key_text[SPEC_KEY_BYTES];
	int status = piece_check(key, &key_form);
	if (status == 0)
		status = piece_check(value, &value_form);
	if (status < 0)
		return status_wrap(status, "\"%.*s\"", (int)piece.length, piece.at);
	snprintf(key_text, sizeof key_text, "%.*s", (int)key.length, key.at);
	if (spec_get(spec, key_text))
		return status_say(EINVAL, "axis \"%s\" is given twice", key_text);
	return axis_append(spec, key, value);
}

int spec_parse(struct spec *spec, const char *name)
{
	struct piece piece = {name, strcspn(name, "/")};
	memset(spec, 0, sizeof *spec);
	if (strlen(name) >= SPEC_NAME_BYTES)
		return status_say(EINVAL, "the name \"%.40s…\" is too long: at most %d characters", name, SPEC_NAME_BYTES - 1);
	int status = piece_check(piece, &experiment_form);
	if (status == 0)
		memcpy(spec->experiment, piece.at, piece.length);
	while (status == 0 && piece.at[piece.length]) {
		piece.at += piece.length + 1;
		piece.length = strcspn(piece.at, "/");
		status = axis_parse(spec, piece);
	}
	return status < 0 ? status_wrap(status, "spec \"%.200s\"", name) : 0;
}
