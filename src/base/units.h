// Reading and writing quantities as people do: 32MiB, 1920x1080, 90s, 5%, 12.3 µs.
#ifndef TVP_BASE_UNITS_H
#define TVP_BASE_UNITS_H

#include <stddef.h>
#include <stdint.h>

/// "4096", "32KiB", "1.5MiB", "2GiB" "1TiB" (also K, M, G, T: powers of 1024), to the nearest byte. Returns 0, -EINVAL
/// (not a size) or -ERANGE (0, or more than 64 bits).
int units_parse_bytes(const char *text, uint64_t *bytes);

/// "90s", "10m", "1h", "500ms", "10us", "100ns"; a bare number is seconds. Returns 0, -EINVAL or -ERANGE (0, or beyond
/// 64 bits of ns).
int units_parse_duration(const char *text, uint64_t *duration_ns);

/// "5%" or "0.05", as a fraction. "5" would be 500 %, which is hardly ever meant: 1 and more need the sign.
/// Returns 0 or -EINVAL.
int units_parse_fraction(const char *text, double *fraction);

/// "2000/s", "5/ms", "1/us", "0.5/min", "12/h", in 1/s. Returns 0, -EINVAL or -ERANGE (0, or too large to be read).
int units_parse_rate(const char *text, double *rate_hz);

/// A whole decimal number within [least, most]; no sign, no blanks. Returns 0, -EINVAL (not a number) or -ERANGE.
int units_parse_count(const char *text, uint64_t least, uint64_t most, uint64_t *count);

/// "33554432" -> "32MiB" where it divides evenly by a power of 1024, else plain bytes. Round-trips through
/// units_parse_bytes().
char *units_format_bytes(char *out, size_t out_bytes, uint64_t bytes);

/// Three significant digits with the fitting unit: "950 ns", "12.3 µs", "4.56 ms", "1.23 s". NAN gives "-".
char *units_format_ns(char *out, size_t out_bytes, double duration_ns);

/// "1m05s", "42s": for progress lines and estimates.
char *units_format_eta(char *out, size_t out_bytes, double seconds);

#endif
