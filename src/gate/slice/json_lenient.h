// JSON as other programs write it.
#ifndef TVP_GATE_SLICE_JSON_LENIENT_H
#define TVP_GATE_SLICE_JSON_LENIENT_H

#include <jansson.h>

/// As json_loadb(), but NaN and Infinity, which are no JSON and yet stand in files of Google Benchmark and of Python,
/// are read as null. NULL, with the place of the first error, for anything else that is no JSON.
json_t *json_load_lenient(const char *text, size_t text_bytes, json_error_t *error);

#endif
