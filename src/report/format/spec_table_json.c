// Indented: these objects are small, and people read them, too.
#include "report/format/spec_table_json.h"

#include <errno.h>

#include "base/status.h"
#include "report/format/text.h"

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

int report_json_print(FILE *out, json_t *json)
{
	if (!json)
		return status_fail(ENOMEM, "composing JSON");
	errno = 0;
	int status = json_dumpf(json, out, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
	json_decref(json);
	fputc('\n', out);
	return status < 0 ? status_fail(errno ? errno : EIO, "printing") : text_end(out);
}
