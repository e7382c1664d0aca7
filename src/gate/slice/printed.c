#include "gate/slice/printed.h"

#include <errno.h>
#include <string.h>

#include "base/status.h"

static void make_plain(char *text, char kept)
{
	json_t *valid = json_string(text);
	for (unsigned char *at = (unsigned char *)text; *at; at++) {
		if ((*at < ' ' && *at != kept) || *at == 0x7f)
			*at = ' ';
		else if (*at >= 0x80 && !valid)
			*at = '?';
	}
	json_decref(valid);
}

void slice_plain(char *text)
{
	make_plain(text, ' ');
}

void slice_plain_lines(char *text)
{
	make_plain(text, '\n');
}

void slice_printed_put(json_t *slice, const struct slice_printed *printed)
{
	if (!*printed->output && !*printed->errors)
		return;
	json_t *json = json_object();
	json_object_set_new(json, "output", json_string(printed->output));
	json_object_set_new(json, "errors", json_string(printed->errors));
	json_object_set_new(slice, "printed", json);
}

static int text_get(const json_t *printed, const char *key, char out[SLICE_PRINTED_BYTES])
{
	const char *text = json_string_value(json_object_get(printed, key));
	if (!text || strlen(text) >= SLICE_PRINTED_BYTES)
		return status_say(EBADMSG,
		                  "its output is not a slice: \"printed\" has no \"%s\", or a longer one than %d bytes", key,
		                  SLICE_PRINTED_BYTES);
	strcpy(out, text);
	return 0;
}

int slice_printed_get(const json_t *slice, struct slice_printed *printed)
{
	const json_t *json = json_object_get(slice, "printed");
	int status = json ? text_get(json, "output", printed->output) : 0;
	return json && status == 0 ? text_get(json, "errors", printed->errors) : status;
}
