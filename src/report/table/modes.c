#include "report/table/modes.h"

#include "base/status.h"
#include "report/text/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

// Rows of the widest distance first, else in their order.
static int compare_distance(const void *a, const void *b, void *figures)
{
	uint32_t row_a = *(const uint32_t *)a, row_b = *(const uint32_t *)b;
	const struct modes *modes_a = &((const struct figures *)figures)[row_a].modes;
	const struct modes *modes_b = &((const struct figures *)figures)[row_b].modes;
	double distance_a = modes_a->high / modes_a->low, distance_b = modes_b->high / modes_b->low;
	if (distance_a != distance_b)
		return distance_a < distance_b ? 1 : -1;
	return row_a < row_b ? -1 : row_a > row_b;
}

static char *modes_text(char *out, size_t out_bytes, const struct modes *modes)
{
	char low[32], high[32];
	snprintf(out, out_bytes, "%s in %zu rounds, %s in %zu", text_ns(low, sizeof low, modes->low), modes->low_n,
	         text_ns(high, sizeof high, modes->high), modes->high_n);
	return out;
}

static void row_print(const struct document *document, const struct derived *derived, uint32_t row)
{
	char name[SPEC_NAME_BYTES], text[160];
	modes_text(text, sizeof text, &derived->row[row].modes);
	document_item(document, 0, spec_name(&derived->record->rows[row].spec, name, sizeof name), text);
}

int modes_print(const struct document *document, const struct derived *derived, bool all)
{
	enum { SHOWN_N = 8 };
	uint32_t rows_n = derived->record->rows_n, found_n = 0;
	uint32_t *found = calloc(rows_n + 1ul, sizeof *found);
	if (!found)
		return status_fail(ENOMEM, "the order of %u rows", rows_n);
	for (uint32_t i = 0; i < rows_n; i++)
		if (derived->row[i].modes.low_n > 0)
			found[found_n++] = i;
	qsort_r(found, found_n, sizeof *found, compare_distance, derived->row);
	if (found_n > 0)
		document_heading(document, 2, "Two modes: some visits ran in another state than the others");
	for (uint32_t i = 0; i < found_n && (all || i < SHOWN_N); i++)
		row_print(document, derived, found[i]);
	if (found_n > SHOWN_N && !all) {
		char more[64];
		snprintf(more, sizeof more, "… and %u more (--all)", found_n - SHOWN_N);
		document_item(document, 0, "", more);
	}
	free(found);
	return 0;
}

void modes_say(const struct document *document, const struct derived *derived)
{
	uint32_t widest = 0, n = 0;
	char name[SPEC_NAME_BYTES], text[160];
	for (uint32_t i = 0; i < derived->record->rows_n; i++) {
		if (derived->row[i].modes.low_n == 0)
			continue;
		if (n++ == 0 || compare_distance(&i, &widest, derived->row) < 0)
			widest = i;
	}
	if (n > 0)
		document_say(document, "Two modes in %u row%s; the farthest apart in %s: %s", n, text_plural(n),
		             spec_name(&derived->record->rows[widest].spec, name, sizeof name),
		             modes_text(text, sizeof text, &derived->row[widest].modes));
}
