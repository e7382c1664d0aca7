// Text for people: three significant digits, and widths in columns (µ, ± and × take two bytes and one column).
#ifndef TVP_REPORT_TEXT_TEXT_H
#define TVP_REPORT_TEXT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "stats/summary.h"

/// Whether a character of UTF-8 begins with this byte.
bool text_begins_character(char byte);
/// Columns that UTF-8 text takes on a terminal (no wide or combining characters are used here).
size_t text_columns(const char *text);
/// Print padded to `columns`, on the right (left = true) or on the left.
void text_pad(FILE *out, const char *text, size_t columns, bool left);
/// Append (printf style), as far as there is room.
void text_add(char *out, size_t out_bytes, const char *format, ...) __attribute__((format(printf, 3, 4)));
/// At most `columns` of the text, the last being "…" where it was cut, never inside a character.
char *text_cut(char *out, size_t out_bytes, const char *text, size_t columns);

/// The text with blanks for control characters: texts of a file must not steer a terminal. Cut where it is too long.
char *text_plain(char *out, size_t out_bytes, const char *text);

/// A spec's name as people should see it: its own, or, of a benchmark of another program, the name that it has there.
/// Both may be one. Cut where it is too long.
char *text_spec(char *out, size_t out_bytes, const char *spec);

/// Copy text that may hold anything, made valid UTF-8 and safe for another language: what `escape` names for an ASCII
/// character takes its place (NULL: it stands for itself), and a '?' that of bytes that are no UTF-8. Cut where it is
/// too long, never inside a character or what replaced it.
char *text_escape(char *out, size_t out_bytes, const char *text, const char *(*escape)(char character));

/// Three significant digits, two below 0.001, never with an exponent below 1e15: "0.00087", "0.0123", "1.88", "12.3",
/// "1880"; "<0.000001" for what is nearer to 0 than that; "" for NAN, "∞" for an infinite value.
char *text_number(char *out, size_t out_bytes, double value);
/// The same without zeros at the end: "0.01", "210", "51234".
char *text_count(char *out, size_t out_bytes, double count);
/// A share that was measured: 0.012 -> "1.2 %", 0.87 -> "87 %"; "" for NAN.
char *text_percent(char *out, size_t out_bytes, double fraction);
/// A share that somebody chose, as it was written: 0.05 -> "5 %", 0.00001 -> "0.001 %".
char *text_percent_given(char *out, size_t out_bytes, double fraction);
/// "±1.2 %", a half-width; "±?" where there were too few rounds for an interval; "" where there were none.
char *text_half_width(char *out, size_t out_bytes, const struct summary *summary);
/// "1.88 ±1.1 %", the ± part six columns wide so that numbers stand below each other; "" where n is 0.
char *text_ratio(char *out, size_t out_bytes, const struct summary *summary);
/// A size, three digits: "3.2 KiB", "64 MiB"; "" for NAN.
char *text_size(char *out, size_t out_bytes, double bytes);
/// A duration with its unit; "" for NAN.
char *text_ns(char *out, size_t out_bytes, double duration_ns);

/// "" for 1, "s" for other counts.
static inline const char *text_plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/// Flush, and find what could not be written. Returns 0 or -errno with a message.
int text_end(FILE *out);

#endif
