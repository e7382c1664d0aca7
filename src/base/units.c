// Quantities as text. Numbers are read by hand: strtod() would take the locale's comma, "1e9", "inf" and "0x10".
#include "base/units.h"

#include "base/clock.h"
#include "base/status.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct unit {
	const char *suffix;
	uint64_t factor;
};

static const struct unit byte_units[] = {
	{"", 1},           {"KiB", 1ull << 10}, {"K", 1ull << 10}, {"MiB", 1ull << 20},
	{"M", 1ull << 20}, {"GiB", 1ull << 30}, {"G", 1ull << 30}, {"TiB", 1ull << 40},
	{"T", 1ull << 40},
};
static const struct unit duration_units[] = {
	{"", NS_PER_S},         {"ns", 1}, {"us", NS_PER_US}, {"ms", NS_PER_MS}, {"s", NS_PER_S}, {"m", 60 * NS_PER_S},
	{"h", 3600 * NS_PER_S},
};
static const struct unit fraction_units[] = {{"", 100}, {"%", 1}};

#define LENGTH(array) (sizeof(array) / sizeof *(array))

struct number {
	uint64_t whole;
	double part;      ///< what stands behind the point, below 1
	bool is_whole;    ///< no point
	const char *rest; ///< the text behind the number
};

static bool is_digit(char character)
{
	return character >= '0' && character <= '9';
}

// Digits, and with a point digits behind it. Returns 0, -EINVAL or -ERANGE, without a message.
static int number_read(const char *text, struct number *number)
{
	*number = (struct number){.is_whole = true, .rest = text};
	if (!is_digit(*text))
		return -EINVAL;
	for (; is_digit(*number->rest); number->rest++) {
		uint64_t digit = (uint64_t)(*number->rest - '0');
		if (number->whole > (UINT64_MAX - digit) / 10)
			return -ERANGE;
		number->whole = number->whole * 10 + digit;
	}
	if (*number->rest != '.')
		return 0;
	number->is_whole = false;
	if (!is_digit(*++number->rest))
		return -EINVAL;
	double numerator = 0, denominator = 1;
	for (; is_digit(*number->rest); number->rest++) {
		// Beyond 15 digits a double is full, and no unit here is that large.
		if (denominator < 1e15) {
			numerator = numerator * 10 + (*number->rest - '0');
			denominator *= 10;
		}
	}
	number->part = numerator / denominator;
	return 0;
}

static const struct unit *unit_find(const struct unit *units, size_t units_n, const char *suffix)
{
	for (size_t i = 0; i < units_n; i++)
		if (!strcmp(units[i].suffix, suffix))
			return &units[i];
	return NULL;
}

// number x unit, to the nearest integer, at least 1. Returns 0, -EINVAL or -ERANGE, without a message.
static int quantity_read(const char *text, const struct unit *units, size_t units_n, uint64_t *quantity)
{
	struct number number;
	int status = number_read(text, &number);
	if (status)
		return status;
	const struct unit *unit = unit_find(units, units_n, number.rest);
	if (!unit || (unit->factor == 1 && !number.is_whole))
		return -EINVAL;
	uint64_t part = (uint64_t)(number.part * (double)unit->factor + 0.5), whole, sum;
	bool fits = !__builtin_mul_overflow(number.whole, unit->factor, &whole);
	if (!fits || __builtin_add_overflow(whole, part, &sum) || sum == 0)
		return -ERANGE;
	*quantity = sum;
	return 0;
}

int units_parse_bytes(const char *text, uint64_t *bytes)
{
	int status = quantity_read(text, byte_units, LENGTH(byte_units), bytes);
	if (status == -ERANGE)
		return status_say(ERANGE, "\"%s\" is out of range: a size is 1 byte to 16 EiB", text);
	if (status)
		return status_say(EINVAL, "\"%s\" is not a size in bytes: write 4096, 32KiB, 1.5MiB or 2GiB", text);
	return 0;
}

int units_parse_duration(const char *text, uint64_t *duration_ns)
{
	int status = quantity_read(text, duration_units, LENGTH(duration_units), duration_ns);
	if (status == -ERANGE)
		return status_say(ERANGE, "\"%s\" is out of range: a duration is 1 ns to 584 years", text);
	if (status)
		return status_say(EINVAL, "\"%s\" is not a duration: write 500ms, 90s, 10m or 1h", text);
	return 0;
}

int units_parse_fraction(const char *text, double *fraction)
{
	struct number number;
	const struct unit *unit = NULL;
	if (!number_read(text, &number))
		unit = unit_find(fraction_units, LENGTH(fraction_units), number.rest);
	if (!unit)
		return status_say(EINVAL, "\"%s\" is not a fraction: write 5%% or 0.05", text);
	*fraction = ((double)number.whole + number.part) * (double)unit->factor / 100;
	if (*fraction >= 1 && unit->factor != 1)
		return status_say(EINVAL, "\"%s\" would be %.0f %%: write it so, or as 5%% or 0.05", text, *fraction * 100);
	return 0;
}

int units_parse_rate(const char *text, double *rate_hz)
{
	static const struct {
		const char *suffix;
		double per_s;
	} units[] = {{"/s", 1}, {"/ms", 1e3}, {"/us", 1e6}, {"/min", 1.0 / 60}, {"/h", 1.0 / 3600}};
	struct number number;
	int status = number_read(text, &number);
	for (size_t i = 0; i < LENGTH(units) && status == 0; i++)
		if (strcmp(number.rest, units[i].suffix) == 0) {
			*rate_hz = ((double)number.whole + number.part) * units[i].per_s;
			return *rate_hz > 0 ? 0 : status_say(ERANGE, "\"%s\" is no rate: it must be more than 0", text);
		}
	if (status == -ERANGE)
		return status_say(ERANGE, "\"%s\" is out of range", text);
	return status_say(EINVAL, "\"%s\" is not a rate: write 2000/s, 5/ms or 0.5/min", text);
}

int units_parse_count(const char *text, uint64_t least, uint64_t most, uint64_t *count)
{
	struct number number;
	int status = number_read(text, &number);
	// The digits of a number too large were not all read; what follows them still decides which error it is.
	if (status == -ERANGE)
		number.rest += strspn(number.rest, "0123456789");
	if (status == -EINVAL || *number.rest || !number.is_whole)
		return status_say(EINVAL, "\"%s\" is not a whole number", text);
	if (status || number.whole < least || number.whole > most)
		return status_say(ERANGE, "%s is not within %llu and %llu", text, (unsigned long long)least,
		                  (unsigned long long)most);
	*count = number.whole;
	return 0;
}

char *units_format_bytes(char *out, size_t out_bytes, uint64_t bytes)
{
	static const char *const suffix[] = {"", "KiB", "MiB", "GiB"};
	unsigned power = 0;
	while (bytes && bytes % 1024 == 0 && power + 1 < LENGTH(suffix)) {
		bytes /= 1024;
		power++;
	}
	snprintf(out, out_bytes, "%llu%s", (unsigned long long)bytes, suffix[power]);
	return out;
}

char *units_format_ns(char *out, size_t out_bytes, double duration_ns)
{
	static const char *const suffix[] = {"ns", "µs", "ms", "s"};
	if (!isfinite(duration_ns)) {
		snprintf(out, out_bytes, "-");
		return out;
	}
	unsigned power = 0;
	// 999.5 and not 1000: what would round up to four digits belongs to the next unit.
	while (fabs(duration_ns) >= 999.5 && power + 1 < LENGTH(suffix)) {
		duration_ns /= 1000;
		power++;
	}
	double size = fabs(duration_ns);
	int decimals = size >= 99.95 || size == 0 ? 0 : size >= 9.995 ? 1 : 2;
	snprintf(out, out_bytes, "%.*f %s", decimals, duration_ns, suffix[power]);
	return out;
}

char *units_format_eta(char *out, size_t out_bytes, double seconds)
{
	if (!(seconds >= 0 && seconds < 1e9)) {
		snprintf(out, out_bytes, "-");
		return out;
	}
	unsigned long whole_s = (unsigned long)(seconds + 0.5);
	if (whole_s < 60)
		snprintf(out, out_bytes, "%lus", whole_s);
	else if (whole_s < 3600)
		snprintf(out, out_bytes, "%lum%02lus", whole_s / 60, whole_s % 60);
	else
		snprintf(out, out_bytes, "%luh%02lum", whole_s / 3600, whole_s / 60 % 60);
	return out;
}
