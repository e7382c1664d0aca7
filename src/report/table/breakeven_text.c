// Break-even sizes as lines below the tables.
#include "report/table/breakeven.h"

#include "base/units.h"
#include "base/words.h"
#include "report/text/text.h"
#include "report/text/text_table.h"

#include <math.h>
#include <string.h>

enum { TITLE_BYTES = 240, TEXT_BYTES = 64 };

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

void break_even_keys(const struct derived *derived, const struct break_evens *found, uint32_t section,
                     const char **keys, unsigned most_n)
{
	unsigned keys_n = 0;
	keys[0] = NULL;
	for (unsigned i = 0; i < found->entries_n; i++) {
		const struct spec *spec = &derived->record->rows[found->entry[i].row[0]].spec;
		for (unsigned axis = 0; found->entry[i].section == section && axis < spec->axes_n; axis++) {
			const char *key = spec_axis(spec, axis).key;
			if (keys_n + 1 < most_n && strcmp(key, "size") && !keys_have(keys, key) &&
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
		snprintf(out, out_bytes, "≤ %s", least);
	else if (isinf(size))
		snprintf(out, out_bytes, "> %s", most);
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

// "3.9 µs to 4.4 µs", "≤ 1us to 1.2 µs", "9.1 ms to > 10ms"; "" where both ends say what the median says.
static void interval_put(char *out, size_t out_bytes, const struct derived *derived, const struct break_even *entry)
{
	const struct crossing *crossing = &entry->crossing;
	char low[TEXT_BYTES], high[TEXT_BYTES];
	if (!crossing->has_interval)
		snprintf(out, out_bytes, "±?");
	else if (crossing->low != crossing->high)
		snprintf(out, out_bytes, "%.40s to %.40s", break_even_text(derived, entry, crossing->low, low, sizeof low),
		         break_even_text(derived, entry, crossing->high, high, sizeof high));
}

// "dispatch · busy · workers 2": what all of a section have in common.
static char *section_title(char *out, size_t out_bytes, const struct derived *derived, const struct break_evens *found,
                           uint32_t section)
{
	const struct row *row = &derived->record->rows[section];
	const char *keys[SPEC_AXES_MAX];
	break_even_keys(derived, found, section, keys, SPEC_AXES_MAX);
	size_t used = (size_t)snprintf(out, out_bytes, "%s", row->spec.experiment);
	for (unsigned i = 0; i < row->spec.axes_n && used < out_bytes; i++) {
		struct axis axis = spec_axis(&row->spec, i);
		bool plain = strcmp(axis.key, "kernel") == 0;
		if (strcmp(axis.key, "size") != 0 && !keys_have(keys, axis.key))
			used += (size_t)snprintf(out + used, out_bytes - used, " · %s%s%s", plain ? "" : axis.key, plain ? "" : " ",
			                         axis.value);
	}
	return out;
}

static int section_print(const struct document *document, const struct derived *derived,
                         const struct break_evens *found, uint32_t section)
{
	struct text_table table;
	char title[TITLE_BYTES];
	unsigned first = 0;
	int status = text_table_open(&table, found->entries_n);
	if (status < 0)
		return status;
	while (found->entry[first].section != section)
		first++;
	document_heading(document, 3, "%s%s", section_title(title, sizeof title, derived, found, section),
	                 found->entry[first].unit == SIZE_UNIT_BYTES ? " · bytes read and written" : "");
	text_table_add_column(&table, (struct text_table_column){.title = "run", .left = true});
	text_table_add_column(&table, (struct text_table_column){.title = "break-even"});
	text_table_add_column(&table, (struct text_table_column){.title = "95 % interval", .left = true});
	table.note_from = table.columns_n;
	for (unsigned i = first; i < found->entries_n; i++) {
		const struct break_even *entry = &found->entry[i];
		if (entry->section != section)
			continue;
		unsigned line = table.rows_n++;
		break_even_label(derived, found, i, text_table_cell(&table, line, 0), TEXT_TABLE_CELL_BYTES);
		break_even_text(derived, entry, entry->crossing.median, text_table_cell(&table, line, 1),
		                TEXT_TABLE_CELL_BYTES);
		interval_put(text_table_cell(&table, line, 2), TEXT_TABLE_CELL_BYTES, derived, entry);
	}
	text_table_print(document, &table);
	text_table_close(&table);
	return 0;
}

int break_evens_print(const struct document *document, const struct derived *derived)
{
	struct break_evens found;
	int status = break_evens_find(derived, &found);
	if (status == 0 && found.entries_n > 0)
		document_heading(document, 2, "Break-even: the size from which a run beats serial; median over rounds");
	for (unsigned i = 0; i < found.entries_n && status == 0; i++) {
		bool seen = false;
		for (unsigned before = 0; before < i; before++)
			seen = seen || found.entry[before].section == found.entry[i].section;
		if (!seen)
			status = section_print(document, derived, &found, found.entry[i].section);
	}
	break_evens_free(&found);
	return status;
}

// "2 runs already at 128x128": how many of a section lie at this end of the sizes.
static void outside_say(const struct derived *derived, const struct break_evens *found, uint32_t section, double end,
                        char *text)
{
	const struct break_even *any = NULL;
	char size[TEXT_BYTES], outside[TEXT_BYTES * 2];
	unsigned n = 0;
	for (unsigned i = 0; i < found->entries_n; i++)
		if (found->entry[i].section == section && found->entry[i].crossing.median == end) {
			any = &found->entry[i];
			n++;
		}
	if (n == 0)
		return;
	snprintf(outside, sizeof outside, "%u run%s %s", n, text_plural(n),
	         break_even_text(derived, any, end, size, sizeof size));
	words_add(text, DOCUMENT_TEXT_BYTES, "; ", outside);
}

// "dispatch · busy · workers 16: threads 621 µs; fork 3.31 ms; 2 runs ≤ 1us".
static void section_say(const struct document *document, const struct derived *derived, const struct break_evens *found,
                        uint32_t section)
{
	enum { RUNS_MOST = 6 };
	char text[DOCUMENT_TEXT_BYTES] = "", title[TITLE_BYTES], label[TEXT_BYTES * 2], size[TEXT_BYTES];
	unsigned n = 0;
	for (unsigned i = 0; i < found->entries_n; i++) {
		const struct break_even *entry = &found->entry[i];
		double median = entry->crossing.median;
		char run[sizeof label + sizeof size + 4];
		if (entry->section != section || median == 0 || isinf(median) || ++n > RUNS_MOST)
			continue;
		snprintf(run, sizeof run, "%s %s", break_even_label(derived, found, i, label, sizeof label),
		         break_even_text(derived, entry, median, size, sizeof size));
		words_add(text, sizeof text, "; ", run);
	}
	snprintf(size, sizeof size, "%u more", n - RUNS_MOST);
	if (n > RUNS_MOST)
		words_add(text, sizeof text, "; ", size);
	outside_say(derived, found, section, 0, text);
	outside_say(derived, found, section, INFINITY, text);
	document_say(document, "Break-even of %s: %s", section_title(title, sizeof title, derived, found, section), text);
}

int break_evens_say(const struct document *document, const struct derived *derived)
{
	struct break_evens found;
	int status = break_evens_find(derived, &found);
	if (status == 0 && found.entries_n > 0)
		fputc('\n', document->out);
	for (unsigned i = 0; i < found.entries_n && status == 0; i++) {
		bool seen = false;
		for (unsigned before = 0; before < i; before++)
			seen = seen || found.entry[before].section == found.entry[i].section;
		if (!seen)
			section_say(document, derived, &found, found.entry[i].section);
	}
	break_evens_free(&found);
	return status;
}
