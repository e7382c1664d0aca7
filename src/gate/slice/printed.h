// What a program that is no tvp printed, as a slice reports it.
#ifndef TVP_GATE_SLICE_PRINTED_H
#define TVP_GATE_SLICE_PRINTED_H

#include <jansson.h>

enum { SLICE_PRINTED_BYTES = 1040 };

/// The last lines; "": none. Control characters but the end of a line are blanks.
struct slice_printed {
	char output[SLICE_PRINTED_BYTES], errors[SLICE_PRINTED_BYTES];
};

/// Into a slice's object, where there are any; and back. Returns 0 or -EBADMSG with a message.
void slice_printed_put(json_t *slice, const struct slice_printed *printed);
int slice_printed_get(const json_t *slice, struct slice_printed *printed);

/// For text from a program we know nothing about, or cut anywhere: control characters become spaces, and what is not
/// UTF-8 becomes "?".
void slice_plain(char *text);
/// The same, but lines stay lines.
void slice_plain_lines(char *text);

#endif
