// Which experiment is shown as what, and what the lines of all have in common.
#include "report/table/screen.h"

#include "base/status.h"
#include "base/words.h"
#include "report/table/column_text.h"
#include "report/table/peer_pairs.h"
#include "report/table/screen_internal.h"
#include "report/text/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool same_experiment(const struct record *record, uint32_t a, uint32_t b)
{
	return strcmp(record->rows[a].spec.experiment, record->rows[b].spec.experiment) == 0;
}

// Whether rows of another experiment have their twins here.
static bool has_twins_of_others(const struct record *record, uint32_t first)
{
	for (uint32_t i = 0; i < record->rows_n; i++)
		if (record->rows[i].baseline >= 0 && same_experiment(record, first, (uint32_t)record->rows[i].baseline) &&
		    !same_experiment(record, first, i))
			return true;
	return false;
}

static enum screen_part part_of(const struct record *record, uint32_t first)
{
	bool limits = true;
	for (uint32_t i = first; i < record->rows_n; i++) {
		if (!same_experiment(record, first, i))
			continue;
		if (row_scales(record, &record->rows[i]) && !row_is_limit(&record->rows[i]))
			return SCREEN_BEST;
		limits = limits && row_is_limit(&record->rows[i]);
	}
	if (has_twins_of_others(record, first))
		return SCREEN_NOTHING;
	return limits ? SCREEN_LIMITS : SCREEN_PAIRS;
}

int screen_each(const struct screen *screen, enum screen_part part, int (*add)(void *context, uint32_t first),
                void *context)
{
	const struct record *record = screen->derived->record;
	int status = 0;
	for (uint32_t first = 0; first < record->rows_n && status == 0; first++) {
		uint32_t earlier = 0;
		while (earlier < first && !same_experiment(record, earlier, first))
			earlier++;
		if (earlier < first || part_of(record, first) != part)
			continue;
		for (uint32_t i = 0; i < record->rows_n; i++)
			screen->member[i] = same_experiment(record, first, i);
		status = add(context, first);
	}
	return status;
}

void screen_show(const struct screen *screen, int32_t row)
{
	if (row >= 0)
		screen->shown[row] = true;
}

void screen_put(const struct screen *screen, char *value, char *half_width, int32_t row, enum metric metric)
{
	static const char *const missing[ROW_STATE_N] = {
		[ROW_OPEN] = "not measured", [ROW_DONE] = "not measured", [ROW_FAILED] = "FAILED", [ROW_SKIPPED] = "skipped"};
	if (row < 0)
		return;
	if (screen->derived->row[row].wall.n == 0) {
		snprintf(value, TEXT_TABLE_CELL_BYTES, "%s", missing[screen->derived->record->rows[row].state]);
		return;
	}
	struct summary summary = derive_metric(screen->derived, (uint32_t)row, metric);
	column_text_metric(value, screen->derived, (uint32_t)row, metric);
	text_half_width(half_width, TEXT_TABLE_CELL_BYTES, &summary);
}

static bool varies(const struct record *record, const bool *among, const char *key)
{
	const char *first = NULL;
	for (uint32_t i = 0; i < record->rows_n; i++) {
		if (!among[i])
			continue;
		const char *value = row_axis(&record->rows[i], key);
		if (first && strcmp(first, value) != 0)
			return true;
		first = value;
	}
	return false;
}

void screen_name(const struct screen *screen, char *out, uint32_t row, const struct screen_name *name)
{
	const struct record *record = screen->derived->record;
	const struct spec *spec = &record->rows[row].spec;
	char text[SPEC_VALUE_BYTES + SPEC_VALUE_BYTES];
	*out = '\0';
	for (unsigned i = 0; i < spec->axes_n; i++) {
		struct axis axis = spec_axis(spec, i);
		if (name->known(axis.key) || !varies(record, name->among, axis.key))
			continue;
		bool bare = isdigit((unsigned char)*axis.value) && strcmp(axis.key, "size") != 0;
		snprintf(text, sizeof text, "%s%s%s", bare ? axis.key : "", bare ? " " : "", axis.value);
		words_add(out, SPEC_NAME_BYTES, " · ", text);
	}
}

static int limits_add(void *context, uint32_t first)
{
	const struct screen *screen = context;
	const struct record *record = screen->derived->record;
	char rate[TEXT_TABLE_CELL_BYTES], text[DOCUMENT_TEXT_BYTES] = "", one[SPEC_VALUE_BYTES * 2 + sizeof rate];
	unsigned n = 0;
	for (uint32_t i = first; i < record->rows_n && n < 2 * screen->most.rows_n; i++) {
		*rate = '\0';
		column_text_rate(rate, screen->derived, i);
		if (!screen->member[i] || !*rate)
			continue;
		snprintf(one, sizeof one, "%s %s %s", row_axis(&record->rows[i], "kernel"), row_axis(&record->rows[i], "size"),
		         rate);
		words_add(text, sizeof text, "; ", one);
		screen_show(screen, (int32_t)i);
		n++;
	}
	if (n) {
		fputc('\n', screen->document->out);
		document_say(screen->document, "Limits of this machine, serially: %s", text);
	}
	return 0;
}

int screen_print(const struct document *document, const struct derived *derived, const struct screen_lines *most,
                 bool *shown)
{
	size_t rows_n = derived->record->rows_n + 1ul;
	bool *member = calloc(rows_n, sizeof *member), *problem = calloc(rows_n, sizeof *problem);
	struct screen screen = {document, derived, *most, shown, member, problem};
	int status = member && problem ? 0 : status_fail(ENOMEM, "%u rows", derived->record->rows_n);
	if (status == 0)
		status = screen_best_print(&screen);
	if (status == 0)
		status = screen_pairs_print(&screen);
	if (status == 0)
		status = screen_each(&screen, SCREEN_LIMITS, limits_add, &screen);
	free(member);
	free(problem);
	return status;
}
