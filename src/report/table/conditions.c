// From the noise of the rounds. Ticks are 10 ms on most kernels, so less than a second says nothing.
#include "report/table/conditions.h"

#include "base/clock.h"
#include "report/text/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double share_worth_a_warning = 0.02;

static double cpus_of(const struct record *record)
{
	const char *cpus = facts_get(&record->facts, "cpus_n");
	return cpus && atof(cpus) > 0 ? atof(cpus) : 1;
}

static void throttled_add(struct conditions *conditions, const struct round_noise *round, uint64_t *most_n)
{
	uint64_t n = round->noise.throttled_n;
	if (n == 0 || n == UINT64_MAX)
		return;
	conditions->throttled_n += n;
	conditions->throttled_ns += round->noise.throttled_ns != UINT64_MAX ? round->noise.throttled_ns : 0;
	conditions->throttled_rounds_n++;
	if (n > *most_n)
		conditions->throttled_round = round->round;
	*most_n = n > *most_n ? n : *most_n;
}

struct conditions conditions_of(const struct record *record)
{
	double wall_ns = 0, steal_ns = 0, others_ns = 0;
	struct conditions conditions = {.steal = NAN, .others = NAN};
	bool others_known = true;
	uint64_t throttled_most_n = 0;
	for (uint32_t i = 0; i < record->rounds_n; i++) {
		const struct round_noise *round = &record->rounds[i];
		wall_ns += (double)round->noise.wall_ns;
		steal_ns += (double)round->noise.steal_ns;
		others_known = others_known && round->noise.others_ns != UINT64_MAX;
		others_ns += (double)round->noise.others_ns;
		throttled_add(&conditions, round, &throttled_most_n);
		conditions.gaps_n += round->gap_ns > 0;
		if (round->gap_ns > conditions.gap_most_ns) {
			conditions.gap_most_ns = round->gap_ns;
			conditions.gap_round = round->round;
		}
	}
	if (wall_ns < (double)NS_PER_S)
		return conditions;
	conditions.steal = steal_ns / (wall_ns * cpus_of(record));
	if (others_known)
		conditions.others = others_ns / (wall_ns * cpus_of(record));
	return conditions;
}

unsigned conditions_warnings(const struct record *record, char text[CONDITIONS_MOST][CONDITION_BYTES])
{
	struct conditions conditions = conditions_of(record);
	unsigned n = 0;
	char share[24];
	if (conditions.others > share_worth_a_warning)
		snprintf(
			text[n++], CONDITION_BYTES,
			"Other processes used %s of the allowed CPUs' time during the rounds (in a container: those of the host, "
			"too).",
			text_percent(share, sizeof share, conditions.others));
	if (conditions.steal > share_worth_a_warning)
		snprintf(text[n++], CONDITION_BYTES, "The host took %s of the CPUs' time during the rounds (steal).",
		         text_percent(share, sizeof share, conditions.steal));
	if (conditions.throttled_n > 0)
		snprintf(
			text[n++], CONDITION_BYTES,
			"The cgroup's CPU quota was used up in %llu periods (threads waited %.1f s in all), in %u of %u rounds; "
			"most in round %u: what was measured then is the quota.",
			(unsigned long long)conditions.throttled_n, (double)conditions.throttled_ns / 1e9,
			conditions.throttled_rounds_n, record->rounds_n, conditions.throttled_round + 1);
	if (conditions.gaps_n > 0)
		snprintf(
			text[n++], CONDITION_BYTES,
			"In %u round%s a visit stood still for a second or more, as when a process is stopped; longest: %.1f s, in "
			"round %u.",
			conditions.gaps_n, conditions.gaps_n == 1 ? "" : "s", (double)conditions.gap_most_ns / 1e9,
			conditions.gap_round + 1);
	return n;
}

static bool lost_any(const struct row *row)
{
	return row->lost_n > 0 && row->state != ROW_SKIPPED;
}

static size_t visits_said(char *text, size_t text_bytes, uint32_t visits_n, const char *what)
{
	return (size_t)snprintf(text, text_bytes, "%u visit%s %s", visits_n, visits_n == 1 ? "" : "s", what);
}

static void lost_format(char *text, size_t text_bytes, const struct row *row)
{
	size_t at = 0;
	if (row->retries_n > 0)
		at = visits_said(text, text_bytes, row->retries_n, "repeated: what was timed was not what it claims to be");
	if (!lost_any(row))
		return;
	at += (size_t)snprintf(text + at, text_bytes - at, "%s", at > 0 ? "; " : "");
	at += visits_said(text + at, text_bytes - at, row->lost_n, "lost; last reason: ");
	snprintf(text + at, text_bytes - at, "%s", row->reason);
}

void conditions_lost_print(const struct document *document, const struct record *record)
{
	bool any = false;
	for (uint32_t i = 0; i < record->rows_n; i++) {
		const struct row *row = &record->rows[i];
		char name[SPEC_NAME_BYTES], text[CONDITION_BYTES + sizeof row->reason];
		if (!lost_any(row) && row->retries_n == 0)
			continue;
		if (!any)
			document_heading(document, 2, "Lost or repeated visits");
		any = true;
		lost_format(text, sizeof text, row);
		document_item(document, 0, spec_name(&row->spec, name, sizeof name), text);
	}
}

void conditions_lost_say(const struct document *document, const struct record *record)
{
	uint32_t rows_n = 0, lost_n = 0, retries_n = 0;
	for (uint32_t i = 0; i < record->rows_n; i++) {
		const struct row *row = &record->rows[i];
		if (!lost_any(row) && row->retries_n == 0)
			continue;
		rows_n++;
		lost_n += lost_any(row) ? row->lost_n : 0;
		retries_n += row->retries_n;
	}
	if (rows_n == 0)
		return;
	document_say(document, "Lost or repeated: %u visit%s lost, %u repeated, of %u row%s (--lines=all names them).",
	             lost_n, text_plural(lost_n), retries_n, rows_n, text_plural(rows_n));
}
