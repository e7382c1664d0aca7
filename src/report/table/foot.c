// Below the tables.
#include "report/table/foot.h"

#include "base/units.h"
#include "report/table/breakeven.h"
#include "report/table/conditions.h"
#include "report/table/cost.h"
#include "report/table/modes.h"
#include "report/text/text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

// All rows of one reason below it; without --all only the first few by name.
static void reason_print(const struct document *document, const struct record *record, uint32_t first, bool all)
{
	enum { NAMED_N = 3 };
	const struct row *rows = record->rows;
	char name[SPEC_NAME_BYTES], more[32];
	unsigned same_n = 0;
	document_item(document, 0, "", rows[first].reason);
	for (uint32_t i = first; i < record->rows_n; i++) {
		if (rows[i].state != rows[first].state || strcmp(rows[i].reason, rows[first].reason))
			continue;
		if (same_n++ < NAMED_N || all)
			document_item(document, 1, spec_name(&rows[i].spec, name, sizeof name), "");
	}
	snprintf(more, sizeof more, "… and %u more", same_n - NAMED_N);
	if (same_n > NAMED_N && !all)
		document_item(document, 1, "", more);
}

static void missing_print(const struct document *document, const struct record *record, enum row_state state, bool all)
{
	bool any = false;
	for (uint32_t i = 0; i < record->rows_n; i++) {
		bool known = record->rows[i].state != state;
		for (uint32_t before = 0; before < i && !known; before++)
			known = record->rows[before].state == state && !strcmp(record->rows[before].reason, record->rows[i].reason);
		if (known)
			continue;
		if (!any)
			document_heading(document, 2, state == ROW_FAILED ? "Failed" : "Skipped");
		any = true;
		reason_print(document, record, i, all);
	}
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

static void end_print(const struct document *document, const struct derived *derived)
{
	const struct record *record = derived->record;
	char elapsed[24], noise[24], target[24], disturbance[80];
	units_format_eta(elapsed, sizeof elapsed, (double)record->elapsed_ns / 1e9);
	text_percent(noise, sizeof noise, derive_noise(derived, NULL));
	disturbance_put(disturbance, sizeof disturbance, record);
	fputc('\n', document->out);
	document_say(document, "%u round%s in %s; stopped: %s (target ±%s)%s%s%s; seed %" PRIu64, record->rounds_n,
	             record->rounds_n == 1 ? "" : "s", elapsed, stop_names[record->stop],
	             text_percent_given(target, sizeof target, record->options.target_ci), *noise ? "; noise floor " : "",
	             noise, disturbance, record->options.seed);
	if (record->rounds_n == 0 && record->stop == STOP_BUDGET)
		document_say(document,
		             "No round was completed: give a longer --time-budget, or measure less; --dry-run estimates "
		             "the time.");
	if (*record->counters_why_not)
		document_say(document, "Hardware counters: %s", record->counters_why_not);
	for (uint32_t i = 0; i < record->rows_n; i++)
		if (derived->row[i].wall.n && isnan(derived->row[i].wall.half_width)) {
			document_say(document, "±?: no 95 %% interval exists for fewer than 6 rounds.");
			break;
		}
}

int foot_print(const struct document *document, const struct derived *derived, bool all)
{
	int status = cost_print(document, derived);
	if (status == 0)
		status = break_evens_print(document, derived);
	if (status == 0)
		status = modes_print(document, derived, all);
	warnings_print(document, derived->record);
	missing_print(document, derived->record, ROW_FAILED, true);
	missing_print(document, derived->record, ROW_SKIPPED, all);
	conditions_lost_print(document, derived->record);
	end_print(document, derived);
	return status;
}
