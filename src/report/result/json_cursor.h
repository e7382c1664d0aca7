// For those who read JSON: checked access to fields.
#ifndef TVP_REPORT_RESULT_JSON_CURSOR_H
#define TVP_REPORT_RESULT_JSON_CURSOR_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "measure/record.h"

/// Read a whole file as JSON, to be dropped with json_decref(). NaN and Infinity, which are no JSON but stand in files
/// of other programs, are read as null. Returns 0, -EINVAL with file, line and column, or -errno.
int json_file_read(json_t **json, const char *path);

/// A JSON object being read and where it stands in which file, for messages: "FILE: tvp.rows[3].group: missing".
struct json_cursor {
	const char *file;
	const json_t *object;
	char where[64];
};

/// -EINVAL with "FILE: WHERE.key: <message>".
int cursor_bad(const struct json_cursor *cursor, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/// The object at `key`; the array at `key`. Return 0 or -EINVAL when missing or of another type.
int cursor_enter(const struct json_cursor *cursor, const char *key, struct json_cursor *inner);
int cursor_array(const struct json_cursor *cursor, const char *key, const json_t **array);
/// Entry `index` of such an array, which must be an object.
int cursor_entry(const struct json_cursor *cursor, const char *key, const json_t *array, size_t index,
                 struct json_cursor *inner);

/// Text copied into a fixed buffer, refused when longer. Returns 0 or -EINVAL.
int cursor_text(const struct json_cursor *cursor, const char *key, char *out, size_t out_bytes);
/// A whole number of [0, most].
int cursor_count(const struct json_cursor *cursor, const char *key, uint64_t most, uint64_t *out);
int cursor_count32(const struct json_cursor *cursor, const char *key, uint32_t *out);
/// As cursor_count(), UINT64_MAX where the value is null.
int cursor_count_or_null(const struct json_cursor *cursor, const char *key, uint64_t *out);
/// Any finite number.
int cursor_number(const struct json_cursor *cursor, const char *key, double *out);
/// The index in names[] of the text at `key`.
int cursor_one_of(const struct json_cursor *cursor, const char *key, const char *const *names, unsigned names_n,
                  unsigned *out);
/// true or false.
int cursor_flag(const struct json_cursor *cursor, const char *key, bool *out);
/// A whole number written as text.
int cursor_seed(const struct json_cursor *cursor, const char *key, uint64_t *seed);
/// {key: value} and a list of sentences, appended to the facts.
int cursor_facts(const struct json_cursor *cursor, const char *key, struct facts *facts);
int cursor_warnings(const struct json_cursor *cursor, const char *key, struct facts *facts);

#endif
