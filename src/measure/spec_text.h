// Names that others gave, as values of an axis: with slashes, blanks, quotes, letters beyond ASCII, of any length.
#ifndef TVP_MEASURE_SPEC_TEXT_H
#define TVP_MEASURE_SPEC_TEXT_H

#include "measure/spec.h"

/// The axis of other programs' benchmarks.
#define SPEC_TEXT_KEY "benchmark"
/// Whether such names are the values of an axis: benchmark, command, inputs.
bool spec_text_is_key(const char *key);

/// What a value cannot hold stands as %XX, as in addresses of web pages (RFC 3986). A name too long for a value is cut,
/// and ends in '~' and 16 hexadecimal digits that tell it from others. out holds SPEC_VALUE_BYTES. Returns out.
char *spec_text_encode(char *out, const char *text);
/// The inverse, but for what was cut; anything else as it is. Returns out.
char *spec_text_decode(char *out, size_t out_bytes, const char *value);

#endif
