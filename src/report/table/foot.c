// Below the tables. COST takes the fastest serial run in any memory, so that no model shines beside a slow baseline.
#include "report/table/foot.h"

#include "base/units.h"
#include "exec/exec.h"
#include "bench/plan/experiment.h"
#include "report/table/breakeven.h"
#include "report/format/text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { COST_MODELS_MAX = 16 };

static const char *axis_of(const struct row *row, const char *key)
{
	const char *value = spec_get(&row->spec, key);
	return value ? value : "";
}

int32_t cost_serial(const struct derived *derived, uint32_t row)
{
	const struct row *rows = derived->record->rows;
	int32_t fastest = -1;
	for (uint32_t i = 0; i < derived->record->rows_n; i++) {
		double wall_ns = derived->row[i].wall.median;
		if (row_is_serial(&rows[i]) && rows_agree(&rows[row], &rows[i], problem_keys) && !isnan(wall_ns) &&
		    (fastest < 0 || wall_ns < derived->row[fastest].wall.median))
			fastest = (int32_t)i;
	}
	return fastest;
}

unsigned cost_workers(const struct derived *derived, uint32_t row, const char *model, unsigned *most)
{
	const struct row *rows = derived->record->rows;
	int32_t serial = cost_serial(derived, row);
	unsigned fewest = 0;
	*most = 0;
	for (uint32_t i = 0; serial >= 0 && i < derived->record->rows_n; i++) {
		if (strcmp(axis_of(&rows[i], "model"), model) || !rows_agree(&rows[row], &rows[i], problem_keys) ||
		    !derived->row[i].wall.n)
			continue;
		unsigned workers_n = derived->row[i].workers_n;
		*most = workers_n > *most ? workers_n : *most;
		struct summary ratio = derive_ratio(derived, (uint32_t)serial, i);
		if (ratio.median_interval.low > 1 && (!fewest || workers_n < fewest))
			fewest = workers_n;
	}
	return fewest;
}

struct cost {
	const char *model;
	unsigned fewest, most;
};

static unsigned costs_of(const struct derived *derived, uint32_t row, struct cost costs[COST_MODELS_MAX])
{
	unsigned costs_n = 0;
	for (const struct model *const *model = models; *model && costs_n < COST_MODELS_MAX; model++) {
		struct cost *cost = &costs[costs_n];
		cost->model = (*model)->name;
		cost->fewest = cost_workers(derived, row, cost->model, &cost->most);
		costs_n += cost->most && strcmp(cost->model, "serial");
	}
	return costs_n;
}

// "  2 workers: threads, fork": the models that cost `fewest`; 0: those that never won.
static void cost_group_print(FILE *out, const struct cost *costs, unsigned costs_n, unsigned fewest)
{
	unsigned most = 0;
	for (unsigned i = 0; i < costs_n; i++)
		most = costs[i].fewest == fewest && costs[i].most > most ? costs[i].most : most;
	if (!most)
		return;
	if (fewest)
		fprintf(out, "  %u worker%s:", fewest, fewest == 1 ? "" : "s");
	else
		fprintf(out, "  not with up to %u:", most);
	const char *before = " ";
	for (unsigned i = 0; i < costs_n; i++) {
		if (costs[i].fewest != fewest)
			continue;
		fprintf(out, "%s%s", before, costs[i].model);
		before = ", ";
	}
}

static void cost_line(FILE *out, const struct derived *derived, uint32_t row, size_t width)
{
	const struct row *self = &derived->record->rows[row];
	struct cost costs[COST_MODELS_MAX];
	unsigned costs_n = costs_of(derived, row, costs);
	char name[96], serial[32];
	const char *k = spec_get(&self->spec, "k");
	snprintf(name, sizeof name, "%s%s%s %s", axis_of(self, "kernel"), k ? " k " : "", k ? k : "",
	         axis_of(self, "size"));
	text_ns(serial, sizeof serial, derived->row[cost_serial(derived, row)].wall.median);
	fputs("  ", out);
	text_pad(out, name, width, true);
	fputs("  ", out);
	text_pad(out, serial, 7, false);
	for (unsigned fewest = 1; fewest <= EXEC_WORKERS_MAX; fewest++)
		cost_group_print(out, costs, costs_n, fewest);
	cost_group_print(out, costs, costs_n, 0);
	fputc('\n', out);
}

// Rows whose problem has a serial run and workers to compare with it, the first of each problem. Where sizes are points
// on a scale, break-even says it for all of them at once.
static bool cost_applies(const struct derived *derived, uint32_t row)
{
	const struct row *rows = derived->record->rows;
	const struct experiment *experiment = experiment_find(rows[row].spec.experiment);
	if (!row_scales(derived->record, &rows[row]) || (experiment && experiment->break_even) ||
	    row_is_limit(&rows[row]) || !strcmp(rows[row].spec.experiment, "weak") || cost_serial(derived, row) < 0)
		return false;
	for (uint32_t i = 0; i < row; i++)
		if (row_scales(derived->record, &rows[i]) && rows_agree(&rows[i], &rows[row], problem_keys))
			return false;
	return true;
}

static void cost_print(FILE *out, const struct derived *derived, const char *bold, const char *plain)
{
	bool any = false;
	for (uint32_t i = 0; i < derived->record->rows_n; i++) {
		if (!cost_applies(derived, i))
			continue;
		if (!any)
			fprintf(out,
			        "\n%sCOST%s: the fewest workers that beat the fastest serial run, whose time is "
			        "given\n",
			        bold, plain);
		any = true;
		cost_line(out, derived, i, 24);
	}
}

// All rows of one reason under it; without --all only the first few by name.
static void reason_print(FILE *out, const struct record *record, uint32_t first, bool all)
{
	enum { NAMED_N = 3 };
	const struct row *rows = record->rows;
	char name[SPEC_NAME_BYTES], reason[sizeof rows->reason];
	unsigned same_n = 0;
	fprintf(out, "  %s\n", text_plain(reason, sizeof reason, rows[first].reason));
	for (uint32_t i = first; i < record->rows_n; i++) {
		if (rows[i].state != rows[first].state || strcmp(rows[i].reason, rows[first].reason))
			continue;
		if (same_n++ < NAMED_N || all)
			fprintf(out, "    %s\n", spec_name(&rows[i].spec, name, sizeof name));
	}
	if (same_n > NAMED_N && !all)
		fprintf(out, "    … and %u more\n", same_n - NAMED_N);
}

static void missing_print(FILE *out, const struct record *record, enum row_state state, const char *title, bool all,
                          const char *bold, const char *plain)
{
	bool any = false;
	for (uint32_t i = 0; i < record->rows_n; i++) {
		bool known = record->rows[i].state != state;
		for (uint32_t before = 0; before < i && !known; before++)
			known = record->rows[before].state == state && !strcmp(record->rows[before].reason, record->rows[i].reason);
		if (known)
			continue;
		if (!any)
			fprintf(out, "\n%s%s%s\n", bold, title, plain);
		any = true;
		reason_print(out, record, i, all);
	}
}

static void warnings_print(FILE *out, const struct record *record, const char *bold, const char *plain)
{
	if (record->facts.warnings_n)
		fprintf(out, "\n%sWarnings%s\n", bold, plain);
	for (unsigned i = 0; i < record->facts.warnings_n; i++) {
		char text[sizeof record->facts.warning[0]];
		fprintf(out, "  %s\n", text_plain(text, sizeof text, record->facts.warning[i]));
	}
}

// Whether rounds were disturbed from outside: steal and pressure, over all of them.
static void disturbance_print(FILE *out, const struct record *record)
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
	if (wall_ns > 0)
		fprintf(out, "; steal %s", text_percent(steal, sizeof steal, steal_ns / wall_ns));
	if (wall_ns > 0 && psi_known)
		fprintf(out, ", CPU pressure %s", text_percent(pressure, sizeof pressure, psi_us * 1000 / wall_ns));
}

static void end_print(FILE *out, const struct derived *derived)
{
	const struct record *record = derived->record;
	char elapsed[24], noise[24];
	units_format_eta(elapsed, sizeof elapsed, (double)record->elapsed_ns / 1e9);
	text_percent(noise, sizeof noise, derive_noise(derived, NULL));
	fprintf(out, "\n%u rounds in %s; stopped: %s (asked for ±%.3g %%)", record->rounds_n, elapsed,
	        stop_name(record->stop), record->options.target_ci * 100);
	if (*noise)
		fprintf(out, "; noise floor %s", noise);
	disturbance_print(out, record);
	fprintf(out, "; seed %" PRIu64 "\n", record->options.seed);
	if (record->rounds_n == 0 && record->stop == STOP_BUDGET)
		fputs(
			"Not one round was completed: give a longer --time-budget, or measure less; --dry-run says how long it takes.\n",
			out);
	char why_not[sizeof record->counters_why_not];
	if (*record->counters_why_not)
		fprintf(out, "Hardware counters: %s\n", text_plain(why_not, sizeof why_not, record->counters_why_not));
	bool few = false;
	for (uint32_t i = 0; i < record->rows_n; i++)
		few = few || (derived->row[i].wall.n && isnan(derived->row[i].wall.half_width));
	if (few)
		fprintf(out, "±?: fewer than 6 rounds, for which no 95 %% interval exists.\n");
}

void foot_print(FILE *out, const struct derived *derived, const struct table_options *options)
{
	const char *bold = options->colour ? "\033[1m" : "", *plain = options->colour ? "\033[0m" : "";
	cost_print(out, derived, bold, plain);
	break_evens_print(out, derived, bold, plain);
	warnings_print(out, derived->record, bold, plain);
	missing_print(out, derived->record, ROW_FAILED, "Failed", true, bold, plain);
	missing_print(out, derived->record, ROW_SKIPPED, "Skipped", options->all, bold, plain);
	end_print(out, derived);
}
