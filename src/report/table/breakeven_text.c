// Break-even sizes as lines below the tables.
#include "report/table/breakeven.h"

#include "base/units.h"
#include "report/format/text.h"

#include <math.h>
#include <string.h>

enum { LABEL_BYTES = 120, TEXT_BYTES = 64 };

static bool varies(const struct derived *derived, const struct break_evens *found, uint32_t section, const char *key)
{
	const struct row *rows = derived->record->rows;
	const char *first = NULL;
	bool any = false;
	for (unsigned i = 0; i < found->entries_n; i++) {
		const char *here = spec_get(&rows[found->entry[i].row[0]].spec, key);
		if (found->entry[i].section != section)
			continue;
		if (any && (!first != !here || (first && strcmp(first, here))))
			return true;
		first = here;
		any = true;
	}
	return false;
}

static bool known(const char *const *keys, const char *key)
{
	for (; *keys; keys++)
		if (!strcmp(*keys, key))
			return true;
	return false;
}

void break_even_keys(const struct derived *derived, const struct break_evens *found, uint32_t section,
                     const char **keys, unsigned most_n)
{
	unsigned keys_n = 0;
	keys[0] = NULL;
	for (unsigned i = 0; i < found->entries_n; i++) {
		const struct spec *spec = &derived->record->rows[found->entry[i].row[0]].spec;
		for (unsigned axis = 0; found->entry[i].section == section && axis < spec->axes_n; axis++) {
			const char *key = spec_axis(spec, axis).key;
			if (keys_n + 1 < most_n && strcmp(key, "size") && !known(keys, key) &&
			    varies(derived, found, section, key)) {
				keys[keys_n++] = key;
				keys[keys_n] = NULL;
			}
		}
	}
}

char *break_even_label(const struct derived *derived, const struct break_evens *found, unsigned index, char *out,
                       size_t out_bytes)
{
	const struct row *row = &derived->record->rows[found->entry[index].row[0]];
	const char *keys[SPEC_AXES_MAX];
	size_t used = 0;
	break_even_keys(derived, found, found->entry[index].section, keys, SPEC_AXES_MAX);
	*out = '\0';
	for (const char *const *key = keys; *key; key++) {
		const char *value = spec_get(&row->spec, *key);
		bool counts = value && !strcmp(*key, "workers"), caller = value && !strcmp(*key, "caller");
		if (!value)
			value = row_default(row, *key);
		if (value && used < out_bytes)
			used +=
				(size_t)snprintf(out + used, out_bytes - used, "%s%s%s%s%s", used ? " · " : "", caller ? "caller " : "",
			                     value, counts ? " worker" : "", counts && strcmp(value, "1") ? "s" : "");
	}
	return out;
}

char *break_even_text(const struct derived *derived, const struct break_even *entry, double size, char *out,
                      size_t out_bytes)
{
	const struct row *rows = derived->record->rows;
	const char *least = spec_get(&rows[entry->row[0]].spec, "size");
	const char *most = spec_get(&rows[entry->row[entry->sizes_n - 1]].spec, "size");
	char number[24];
	if (size == 0)
		snprintf(out, out_bytes, "at %s already", least);
	else if (isinf(size))
		snprintf(out, out_bytes, "not up to %s", most);
	else if (entry->unit == SIZE_UNIT_NS)
		units_format_ns(out, out_bytes, size);
	else if (entry->unit == SIZE_UNIT_ITEMS)
		snprintf(out, out_bytes, "%s items", text_count(number, sizeof number, size));
	else if (size >= 1 << 20)
		snprintf(out, out_bytes, "%s MiB", text_number(number, sizeof number, size / (1 << 20)));
	else
		snprintf(out, out_bytes, "%s KiB", text_number(number, sizeof number, size / 1024));
	return out;
}

// "3.9 µs to 4.4 µs", "under 1us to 1.2 µs", "9.1 ms to over 10ms"; "" where both ends say what the median says.
static void interval_print(FILE *out, const struct derived *derived, const struct break_even *entry)
{
	const struct crossing *crossing = &entry->crossing;
	const struct row *rows = derived->record->rows;
	char low[TEXT_BYTES], high[TEXT_BYTES];
	break_even_text(derived, entry, crossing->low, low, sizeof low);
	break_even_text(derived, entry, crossing->high, high, sizeof high);
	if (crossing->low == 0)
		snprintf(low, sizeof low, "under %s", spec_get(&rows[entry->row[0]].spec, "size"));
	if (isinf(crossing->high))
		snprintf(high, sizeof high, "over %s", spec_get(&rows[entry->row[entry->sizes_n - 1]].spec, "size"));
	if (!crossing->has_interval)
		fputs("  ±?", out);
	else if (crossing->low != crossing->high)
		fprintf(out, "  %s to %s", low, high);
}

static void section_print(FILE *out, const struct derived *derived, const struct break_evens *found, uint32_t section)
{
	const struct row *row = &derived->record->rows[section];
	const char *keys[SPEC_AXES_MAX];
	char label[LABEL_BYTES], text[TEXT_BYTES];
	size_t width = 0;
	enum size_unit unit = SIZE_UNIT_NS;
	break_even_keys(derived, found, section, keys, SPEC_AXES_MAX);
	fprintf(out, "  %s", row->spec.experiment);
	for (unsigned i = 0; i < row->spec.axes_n; i++) {
		struct axis axis = spec_axis(&row->spec, i);
		bool plain = !strcmp(axis.key, "kernel");
		if (strcmp(axis.key, "size") && !known(keys, axis.key))
			fprintf(out, " · %s%s%s", plain ? "" : axis.key, plain ? "" : " ", axis.value);
	}
	for (unsigned i = 0; i < found->entries_n; i++) {
		size_t columns = text_columns(break_even_label(derived, found, i, label, sizeof label));
		if (found->entry[i].section != section)
			continue;
		unit = found->entry[i].unit;
		width = columns > width ? columns : width;
	}
	fprintf(out, "%s\n", unit == SIZE_UNIT_BYTES ? ": bytes read and written" : "");
	for (unsigned i = 0; i < found->entries_n; i++) {
		if (found->entry[i].section != section)
			continue;
		fputs("    ", out);
		text_pad(out, break_even_label(derived, found, i, label, sizeof label), width, true);
		fputs("  ", out);
		text_pad(out, break_even_text(derived, &found->entry[i], found->entry[i].crossing.median, text, sizeof text), 8,
		         false);
		interval_print(out, derived, &found->entry[i]);
		fputc('\n', out);
	}
}

void break_evens_print(FILE *out, const struct derived *derived, const char *bold, const char *plain)
{
	struct break_evens found;
	if (break_evens_find(derived, &found) == 0 && found.entries_n > 0) {
		fprintf(
			out,
			"\n%sBreak-even%s: the size from which a run first beats serial, interpolated round by round: median and 95 %% "
			"interval\n",
			bold, plain);
		for (unsigned i = 0; i < found.entries_n; i++) {
			bool seen = false;
			for (unsigned before = 0; before < i; before++)
				seen = seen || found.entry[before].section == found.entry[i].section;
			if (!seen)
				section_print(out, derived, &found, found.entry[i].section);
		}
	}
	break_evens_free(&found);
}
