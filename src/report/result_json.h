// Shared by those who read and write JSON: names of states, texts and numbers, and checked access to fields when reading.
#ifndef TVP_REPORT_RESULT_JSON_H
#define TVP_REPORT_RESULT_JSON_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "measure/record.h"

enum { ROW_STATE_N = ROW_SKIPPED + 1, STOP_N = STOP_INTERRUPT + 1 };
extern const char *const row_state_names[ROW_STATE_N];

/// Texts may come from anywhere and may have been cut inside a character: what is not UTF-8 becomes '?'. NULL: no memory.
json_t *text_json(const char *text);
/// NULL for what is not a number: JSON has no word for it. Whole numbers are kept exact up to 2^53.
json_t *number_json(double value);

/// Read a whole file as JSON, to be dropped with json_decref(). Returns 0, -EINVAL with file, line and column, or -errno.
int json_file_read(json_t **json, const char *path);

/// A JSON object being read and where it stands in which file, for messages: "FILE: tvp.rows[3].group: missing".
struct place {
	const char *file;
	const json_t *object;
	char where[64];
};

/// -EINVAL with "FILE: WHERE.key: <message>".
int place_bad(const struct place *place, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/// The object at `key`; the array at `key`. Return 0 or -EINVAL when missing or of another type.
int place_enter(const struct place *place, const char *key, struct place *inner);
int place_array(const struct place *place, const char *key, const json_t **array);
/// Entry `index` of such an array, which must be an object.
int place_entry(const struct place *place, const char *key, const json_t *array, size_t index, struct place *inner);

/// Text copied into a fixed buffer, refused when longer. Returns 0 or -EINVAL.
int place_text(const struct place *place, const char *key, char *out, size_t out_bytes);
/// A whole number of [0, most].
int place_count(const struct place *place, const char *key, uint64_t most, uint64_t *out);
int place_count32(const struct place *place, const char *key, uint32_t *out);
/// As place_count(), UINT64_MAX where the value is null.
int place_count_or_null(const struct place *place, const char *key, uint64_t *out);
/// Any finite number.
int place_number(const struct place *place, const char *key, double *out);
/// The index in names[] of the text at `key`.
int place_choice(const struct place *place, const char *key, const char *const *names, unsigned names_n, unsigned *out);
/// true or false.
int place_flag(const struct place *place, const char *key, bool *out);
/// A whole number written as text.
int place_seed(const struct place *place, const char *key, uint64_t *seed);
/// {key: value} and a list of sentences, appended to the facts.
int place_facts(const struct place *place, const char *key, struct facts *facts);
int place_warnings(const struct place *place, const char *key, struct facts *facts);

#endif
