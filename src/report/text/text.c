// Numbers and padding for tables.
#include "report/text/text.h"

#include "base/status.h"
#include "base/units.h"
#include "base/words.h"
#include "measure/spec_text.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

bool text_begins_character(char byte)
{
	return ((unsigned char)byte & 0xc0) != 0x80;
}

size_t text_columns(const char *text)
{
	size_t columns = 0;
	for (; *text; text++)
		columns += text_begins_character(*text);
	return columns;
}

void text_pad(FILE *out, const char *text, size_t columns, bool left)
{
	size_t taken = text_columns(text);
	int padding = taken < columns ? (int)(columns - taken) : 0;
	if (left)
		fprintf(out, "%s%*s", text, padding, "");
	else
		fprintf(out, "%*s%s", padding, "", text);
}

char *text_cut(char *out, size_t out_bytes, const char *text, size_t columns)
{
	if (text_columns(text) <= columns || columns == 0) {
		snprintf(out, out_bytes, "%s", text);
		return out;
	}
	const char *end = text;
	for (size_t kept = 0; kept < columns - 1; kept++)
		do
			end++;
		while (!text_begins_character(*end));
	snprintf(out, out_bytes, "%.*s…", (int)(end - text), text);
	return out;
}

// Decimals that show three significant digits, or two. 99.95 and not 100: what would round up to one digit more has one
// decimal less.
static int decimals_of(double size, int digits)
{
	int decimals = 0;
	for (double full = digits == 3 ? 99.95 : 9.95; size < full; full /= 10)
		decimals++;
	return decimals;
}

char *text_number(char *out, size_t out_bytes, double value)
{
	double size = fabs(value);
	if (isnan(value))
		snprintf(out, out_bytes, "%s", "");
	else if (isinf(value))
		snprintf(out, out_bytes, "%s∞", value < 0 ? "-" : "");
	else if (size >= 1e15)
		snprintf(out, out_bytes, "%.2e", value);
	else if (size == 0 || size >= 99.95)
		snprintf(out, out_bytes, "%.0f", size == 0 ? 0 : value);
	else if (size >= 0.0009995)
		snprintf(out, out_bytes, "%.*f", decimals_of(size, 3), value);
	else if (size >= 0.000001)
		snprintf(out, out_bytes, "%.*f", decimals_of(size, 2), value);
	else
		snprintf(out, out_bytes, "%s", value < 0 ? ">-0.000001" : "<0.000001");
	return out;
}

char *text_count(char *out, size_t out_bytes, double count)
{
	text_number(out, out_bytes, count);
	if (!isfinite(count) || !strchr(out, '.') || strchr(out, 'e'))
		return out;
	size_t end = strlen(out);
	while (out[end - 1] == '0')
		end--;
	out[out[end - 1] == '.' ? end - 1 : end] = '\0';
	return out;
}

void text_add(char *out, size_t out_bytes, const char *format, ...)
{
	size_t used = strlen(out);
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(out + used, out_bytes - used, format, arguments);
	va_end(arguments);
}

char *text_spec(char *out, size_t out_bytes, const char *spec)
{
	const char *mark = strstr(spec, "/" SPEC_TEXT_KEY ":");
	if (mark)
		return spec_text_decode(out, out_bytes, mark + strlen("/" SPEC_TEXT_KEY ":"));
	if (strncmp(spec, "command/", strlen("command/")) == 0)
		return spec_text_decode(out, out_bytes, spec);
	return text_fit(out, out_bytes, spec);
}

char *text_plain(char *out, size_t out_bytes, const char *text)
{
	snprintf(out, out_bytes, "%s", text);
	for (char *c = out; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	return out;
}

// By its first byte; 0: no character begins with it.
static size_t character_bytes_told(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first >= 0xf5)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

// Bytes of the UTF-8 character that text begins with; 0: it begins with none, or with one that XML does not allow
// (overlong forms, surrogates, U+FFFE, U+FFFF, what lies beyond Unicode; see RFC 3629).
static size_t character_bytes(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;
	size_t bytes = character_bytes_told(c[0]);
	for (size_t i = 1; i < bytes; i++)
		if (text_begins_character(text[i]))
			return 0;
	bool overlong = (c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xf0 && c[1] < 0x90);
	bool beyond = (c[0] == 0xed && c[1] >= 0xa0) || (c[0] == 0xf4 && c[1] >= 0x90);
	bool none = bytes == 3 && c[0] == 0xef && c[1] == 0xbf && c[2] >= 0xbe;
	return overlong || beyond || none ? 0 : bytes;
}

char *text_escape(char *out, size_t out_bytes, const char *text, const char *(*escape)(char character))
{
	size_t used = 0, taken;
	for (; *text; text += taken) {
		const char *put = "?";
		size_t put_bytes = 1, bytes = character_bytes(text);
		taken = bytes ? bytes : 1;
		if (bytes) {
			const char *other = bytes == 1 ? escape(*text) : NULL;
			put = other ? other : text;
			put_bytes = other ? strlen(other) : bytes;
		}
		if (used + put_bytes >= out_bytes)
			break;
		memcpy(out + used, put, put_bytes);
		used += put_bytes;
	}
	out[used] = '\0';
	return out;
}

char *text_percent(char *out, size_t out_bytes, double fraction)
{
	char number[32];
	double percent = fraction * 100;
	if (isnan(fraction))
		snprintf(out, out_bytes, "%s", "");
	else if (fabs(percent) >= 999.5)
		snprintf(out, out_bytes, "%s %%", text_number(number, sizeof number, percent));
	else
		snprintf(out, out_bytes, "%.*f %%", fabs(percent) < 9.95 ? 1 : 0, fabs(percent) < 0.05 ? 0 : percent);
	return out;
}

char *text_percent_given(char *out, size_t out_bytes, double fraction)
{
	char number[32];
	text_count(number, sizeof number, fraction * 100);
	snprintf(out, out_bytes, "%s%s", number, *number ? " %" : "");
	return out;
}

char *text_half_width(char *out, size_t out_bytes, const struct summary *summary)
{
	char percent[24];
	if (summary->n == 0)
		snprintf(out, out_bytes, "%s", "");
	else if (isnan(summary->half_width))
		snprintf(out, out_bytes, "±?");
	else
		snprintf(out, out_bytes, "±%s", text_percent(percent, sizeof percent, summary->half_width));
	return out;
}

char *text_ratio(char *out, size_t out_bytes, const struct summary *summary)
{
	char number[24], half_width[32];
	out[0] = '\0';
	if (summary->n == 0)
		return out;
	text_number(number, sizeof number, summary->median);
	text_half_width(half_width, sizeof half_width, summary);
	size_t columns = text_columns(half_width);
	snprintf(out, out_bytes, "%s %*s%s", number, columns < 6 ? (int)(6 - columns) : 0, "", half_width);
	return out;
}

char *text_size(char *out, size_t out_bytes, double bytes)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
	unsigned unit = 0;
	char number[32];
	for (; bytes >= 1024 && unit + 1 < sizeof units / sizeof *units; unit++)
		bytes /= 1024;
	*out = '\0';
	if (!isnan(bytes))
		snprintf(out, out_bytes, "%s %s", text_count(number, sizeof number, bytes), units[unit]);
	return out;
}

char *text_ns(char *out, size_t out_bytes, double duration_ns)
{
	if (isnan(duration_ns))
		snprintf(out, out_bytes, "%s", "");
	else
		units_format_ns(out, out_bytes, duration_ns);
	return out;
}

int text_end(FILE *out)
{
	errno = 0;
	return fflush(out) || ferror(out) ? status_fail(errno ? errno : EIO, "printing") : 0;
}
