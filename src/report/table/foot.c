// Below the tables.
#include "report/table/foot.h"

#include "base/units.h"
#include "report/table/breakeven.h"
#include "report/table/conditions.h"
#include "report/table/cost.h"
#include "report/table/modes.h"
#include "report/text/text.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool same_reason(const struct row *a, const struct row *b)
{
	return a->state == b->state && strcmp(a->reason, b->reason) == 0;
}

static unsigned rows_of_reason(const struct record *record, const struct row *row)
{
	unsigned n = 0;
	for (uint32_t i = 0; i < record->rows_n; i++)
		n += same_reason(&record->rows[i], row);
	return n;
}

// All rows of one reason below it, or the first few by name.
static void reason_print(const struct document *document, const struct record *record, uint32_t first, unsigned names_n)
{
	const struct row *rows = record->rows;
	char name[SPEC_NAME_BYTES], more[32];
	unsigned same_n = 0;
	document_item(document, 0, "", rows[first].reason);
	for (uint32_t i = first; i < record->rows_n; i++)
		if (same_reason(&rows[i], &rows[first]) && same_n++ < names_n)
			document_item(document, 1, spec_name(&rows[i].spec, name, sizeof name), "");
	snprintf(more, sizeof more, "… and %u more", same_n - names_n);
	if (same_n > names_n)
		document_item(document, 1, "", more);
}

// One line, whatever the text's length.
static void line_say(const struct document *document, const char *text)
{
	char cut[DOCUMENT_TEXT_BYTES];
	document_say(document, "%s", text_cut(cut, sizeof cut, text, document_columns(document)));
}

static bool first_of_reason(const struct record *record, uint32_t row, enum row_state state)
{
	bool known = record->rows[row].state != state;
	for (uint32_t before = 0; before < row && !known; before++)
		known = same_reason(&record->rows[before], &record->rows[row]);
	return !known;
}

// "FAILED, 12 rows: REASON", a line for each reason.
static void failed_say(const struct document *document, const struct record *record)
{
	for (uint32_t i = 0; i < record->rows_n; i++) {
		const struct row *row = &record->rows[i];
		char text[sizeof row->reason + SPEC_NAME_BYTES], name[SPEC_NAME_BYTES];
		if (!first_of_reason(record, i, ROW_FAILED))
			continue;
		unsigned n = rows_of_reason(record, row);
		if (n == 1)
			snprintf(text, sizeof text, "FAILED, %s: %s", spec_name(&row->spec, name, sizeof name), row->reason);
		else
			snprintf(text, sizeof text, "FAILED, %u rows: %s", n, row->reason);
		line_say(document, text);
	}
}

// "Skipped, 12 rows: REASON; 2 rows: REASON": one line, the most frequent reason first.
static void skipped_say(const struct document *document, const struct record *record)
{
	unsigned most_n = 0, all_n = 0, reasons_n = 0;
	uint32_t most = 0;
	for (uint32_t i = 0; i < record->rows_n; i++) {
		all_n += record->rows[i].state == ROW_SKIPPED;
		unsigned n = first_of_reason(record, i, ROW_SKIPPED) ? rows_of_reason(record, &record->rows[i]) : 0;
		reasons_n += n > 0;
		most = n > most_n ? i : most;
		most_n = n > most_n ? n : most_n;
	}
	char text[sizeof record->rows->reason + 80];
	if (reasons_n == 1)
		snprintf(text, sizeof text, "Skipped, %u row%s: %s", all_n, text_plural(all_n), record->rows[most].reason);
	else if (reasons_n > 1)
		snprintf(text, sizeof text, "Skipped, %u rows for %u reasons; %u of them: %s", all_n, reasons_n, most_n,
		         record->rows[most].reason);
	if (reasons_n > 0)
		line_say(document, text);
}

static void missing_print(const struct document *document, const struct record *record, enum row_state state,
                          unsigned names_n)
{
	bool any = false;
	for (uint32_t i = 0; i < record->rows_n; i++) {
		if (!first_of_reason(record, i, state))
			continue;
		if (!any)
			document_heading(document, 2, state == ROW_FAILED ? "Failed" : "Skipped");
		any = true;
		reason_print(document, record, i, names_n);
	}
}

static void warnings_say(const struct document *document, const struct record *record)
{
	char during[CONDITIONS_MOST][CONDITION_BYTES];
	unsigned during_n = conditions_warnings(record, during);
	for (unsigned i = 0; i < record->facts.warnings_n; i++)
		document_say(document, "Warning: %s", record->facts.warning[i]);
	for (unsigned i = 0; i < during_n; i++)
		document_say(document, "Warning: %s", during[i]);
}

static void warnings_print(const struct document *document, const struct record *record)
{
	char during[CONDITIONS_MOST][CONDITION_BYTES];
	unsigned during_n = conditions_warnings(record, during);
	if (record->facts.warnings_n + during_n)
		document_heading(document, 2, "Warnings");
	for (unsigned i = 0; i < record->facts.warnings_n; i++)
		document_item(document, 0, "", record->facts.warning[i]);
	for (unsigned i = 0; i < during_n; i++)
		document_item(document, 0, "", during[i]);
}

// Whether rounds were disturbed from outside: steal and pressure, over all of them.
static void disturbance_put(char *out, size_t out_bytes, const struct record *record)
{
	double wall_ns = 0, steal_ns = 0, psi_us = 0;
	bool psi_known = record->rounds_n > 0;
	for (uint32_t i = 0; i < record->rounds_n; i++) {
		const struct noise *noise = &record->rounds[i].noise;
		wall_ns += (double)noise->wall_ns;
		steal_ns += (double)noise->steal_ns;
		psi_us += (double)noise->psi_cpu_us;
		psi_known = psi_known && noise->psi_cpu_us != UINT64_MAX;
	}
	char steal[24], pressure[24];
	*out = '\0';
	if (!(wall_ns > 0))
		return;
	text_percent(steal, sizeof steal, steal_ns / wall_ns);
	text_percent(pressure, sizeof pressure, psi_us * 1000 / wall_ns);
	snprintf(out, out_bytes, "; steal %s%s%s", steal, psi_known ? ", CPU pressure " : "", psi_known ? pressure : "");
}

// Of which rows only a part of the output was checked in some visit.
static void checked_print(const struct document *document, const struct record *record)
{
	bool *partly = calloc(record->rows_n + 1ul, sizeof *partly);
	uint32_t partly_n = 0;
	for (uint32_t i = 0; partly && i < record->samples_n; i++)
		if (record->samples[i].value[METRIC_checked] < 1 && !partly[record->samples[i].row]) {
			partly[record->samples[i].row] = true;
			partly_n++;
		}
	free(partly);
	if (partly_n > 0)
		document_say(document,
		             "Output of %u row%s: checked whole after the first visits, then in a window drawn by the seed.",
		             partly_n, partly_n == 1 ? "" : "s");
}

static void end_print(const struct document *document, const struct derived *derived)
{
	const struct record *record = derived->record;
	char elapsed[24], timed[24], noise[24], target[24], disturbance[80];
	units_format_eta(elapsed, sizeof elapsed, (double)record->elapsed_ns / 1e9);
	text_percent(noise, sizeof noise, derive_noise(derived, NULL));
	double timed_ns = record_timed_ns(record);
	text_percent(timed, sizeof timed, record->elapsed_ns > 0 ? timed_ns / (double)record->elapsed_ns : NAN);
	disturbance_put(disturbance, sizeof disturbance, record);
	if (facts_get(&record->facts, "source"))
		document_say(document, "A round is a repetition: %u%s%s", record->rounds_n, *noise ? "; noise floor " : "",
		             noise);
	else
		document_say(document, "%u round%s in %s%s%s%s; stopped: %s (target ±%s)%s%s%s; seed %" PRIu64,
		             record->rounds_n, record->rounds_n == 1 ? "" : "s", elapsed, *timed ? ", " : "", timed,
		             *timed ? " of it timed work" : "", stop_names[record->stop],
		             text_percent_given(target, sizeof target, record->options.target_ci),
		             *noise ? "; noise floor " : "", noise, disturbance, record->options.seed);
	if (record->rounds_n == 0 && record->stop == STOP_BUDGET)
		document_say(document,
		             "No round was completed: give a longer --time-budget, or measure less; --dry-run estimates "
		             "the time.");
}

static void doubts_print(const struct document *document, const struct derived *derived)
{
	for (uint32_t i = 0; i < derived->record->rows_n; i++)
		if (derived->row[i].wall.n && isnan(derived->row[i].wall.half_width)) {
			document_say(document, "±?: no 95 %% interval exists for fewer than 6 rounds.");
			break;
		}
}

int foot_print(const struct document *document, const struct derived *derived, unsigned names_n)
{
	int status = cost_print(document, derived);
	if (status == 0)
		status = break_evens_print(document, derived);
	if (status == 0)
		status = modes_print(document, derived, names_n == UINT_MAX);
	warnings_print(document, derived->record);
	missing_print(document, derived->record, ROW_FAILED, UINT_MAX);
	missing_print(document, derived->record, ROW_SKIPPED, names_n);
	conditions_lost_print(document, derived->record);
	fputc('\n', document->out);
	end_print(document, derived);
	if (*derived->record->counters_why_not)
		document_say(document, "Hardware counters: %s", derived->record->counters_why_not);
	doubts_print(document, derived);
	checked_print(document, derived->record);
	return status;
}

int foot_say(const struct document *document, const struct derived *derived)
{
	int status = cost_print(document, derived);
	if (status == 0)
		status = break_evens_say(document, derived);
	fputc('\n', document->out);
	modes_say(document, derived);
	warnings_say(document, derived->record);
	failed_say(document, derived->record);
	skipped_say(document, derived->record);
	conditions_lost_say(document, derived->record);
	end_print(document, derived);
	doubts_print(document, derived);
	checked_print(document, derived->record);
	return status;
}
