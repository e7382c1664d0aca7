#include "cli/advise_command_ways.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/words.h"
#include "bench/command/job.h"
#include "measure/record_summary.h"
#include "stats/sampling.h"
#include "stats/values.h"

enum { PASSES_NS = 20000000, OWN_INTERVAL_ROUNDS = 6 };
static const double doubt_of_one_round = 0.2;

static int choose_counts(struct plan_options *plan, const struct command_trial *trial)
{
	char list[200] = "", number[16];
	for (unsigned i = 0; i < trial->workers_n; i++) {
		snprintf(number, sizeof number, "%u", trial->workers[i]);
		words_add(list, sizeof list, ",", number);
	}
	return plan_choose(plan, "workers", *list ? list : "1");
}

// How long a pass takes is known: no visit is needed to find out, and none to count events.
static void fix_iterations(struct record *record, const struct command_trial *trial, double input_ns)
{
	for (uint32_t i = 0; i < record->rows_n; i++) {
		record->rows[i].iterations_n = (uint64_t)fmax(1, PASSES_NS / (input_ns * (double)trial->inputs_n));
		record->rows[i].batch_n = 1;
		record->rows[i].counted[0] = 0;
	}
}

// Relative deviation between rounds, of all rows together: each alone has too few rounds to tell. NAN: nothing to tell.
struct pooled {
	double squares;
	size_t freedom_n;
};

static struct pooled pool(const struct record *record, double *series)
{
	struct pooled pooled = {0};
	for (uint32_t row = 0; row < record->rows_n; row++) {
		struct summary summary = record_summary(record, row, METRIC_wall_ns);
		record_series(record, row, METRIC_wall_ns, series);
		for (uint32_t i = 0; i < record->rounds_n && summary.n > 1; i++)
			if (isfinite(series[i]))
				pooled.squares += pow(series[i] / summary.mean - 1, 2);
		pooled.freedom_n += summary.n > 1 ? summary.n - 1 : 0;
	}
	return pooled;
}

static double doubt_of(const struct summary *summary, const struct pooled *pooled)
{
	if (summary->n >= OWN_INTERVAL_ROUNDS && isfinite(summary->half_width))
		return summary->median * summary->half_width;
	if (pooled->freedom_n == 0)
		return summary->median * doubt_of_one_round;
	return summary->median * sampling_t(pooled->freedom_n) *
	       sqrt(pooled->squares / (double)pooled->freedom_n / (double)summary->n);
}

static void name_way(struct command_way *way, const struct spec *spec)
{
	const char *model = spec_get(spec, "model"), *workers = spec_get(spec, "workers");
	way->workers_n = (unsigned)strtoul(workers ? workers : "1", NULL, 10);
	way->batch_n = 1;
	way->model = strcmp(model, "serial") == 0    ? COMMAND_SERIAL
	             : strcmp(model, "process") == 0 ? COMMAND_PROCESS
	             : strcmp(model, "fed") == 0     ? COMMAND_FED
	                                             : COMMAND_BATCH;
	if (way->model == COMMAND_BATCH)
		way->batch_n = strtoull(model + strlen("batch:"), NULL, 10);
}

// More workers than batches, of all inputs or of those that were tried, is another way in name only.
static bool lacks_batches(struct command_advice *advice, const struct command_way *way)
{
	char what[60], reason[160];
	double all_n = ceil(advice->list.items_n / (double)way->batch_n);
	double tried_n = ceil((double)advice->list.tried_n / (double)way->batch_n);
	if (way->model != COMMAND_BATCH || way->workers_n <= fmin(all_n, tried_n))
		return false;
	if (way->workers_n > all_n)
		snprintf(reason, sizeof reason, "%.0f inputs make no more than %.0f batch%s of %" PRIu64, advice->list.items_n,
		         all_n, all_n == 1 ? "" : "es", way->batch_n);
	else
		snprintf(reason, sizeof reason, "it could be tried on %zu inputs alone: give a --batch of at most %zu",
		         advice->list.tried_n, advice->list.tried_n / way->workers_n);
	double most_n = fmin(all_n, tried_n);
	snprintf(what, sizeof what, "more than %.0f batch%s at once", most_n, most_n > 1 ? "es" : "");
	if (advice->exclusions_n == 0 || strcmp(advice->exclusion[advice->exclusions_n - 1].what, what) != 0)
		command_advice_exclude(advice, what, reason);
	return true;
}

// For some inputs of a row, or for all, which is the row's failure.
static bool row_failed(const struct record *record, uint32_t row)
{
	static const char all[] = "every item failed"; // as experiment `command` says it
	return record_summary(record, row, METRIC_failed_n).max > 0 ||
	       strncmp(record->rows[row].reason, all, strlen(all)) == 0;
}

// Of the resident workers, or of all other ways.
static bool any_failed(const struct record *record, bool resident)
{
	for (uint32_t i = 0; i < record->rows_n; i++) {
		const char *model = spec_get(&record->rows[i].spec, "model");
		if (model && (strcmp(model, "fed") == 0) == resident && row_failed(record, i))
			return true;
	}
	return false;
}

bool advise_command_resident_failed(const struct record *record)
{
	return any_failed(record, true) && !any_failed(record, false);
}

static void leave_out(struct command_advice *advice, const struct command_way *way, const struct row *row)
{
	char what[100];
	command_advice_exclude(advice, command_way_text(what, sizeof what, way),
	                       *row->reason ? row->reason
	                                    : "the time ended before it was tried: give a longer --time-budget");
}

static void take_row(struct command_advice *advice, const struct record *record, uint32_t index,
                     const struct pooled *pooled)
{
	const struct row *row = &record->rows[index];
	if (advice->n == COMMAND_WAYS_MAX)
		return;
	struct command_way *way = &advice->way[advice->n];
	struct summary wall = record_summary(record, index, METRIC_wall_ns);
	name_way(way, &row->spec);
	way->whole = way->model == COMMAND_BATCH && way->workers_n == 1 && (double)way->batch_n >= advice->list.items_n;
	way->tried = (struct cost){wall.median, doubt_of(&wall, pooled)};
	way->tried_cpu_ns = record_summary(record, index, METRIC_cpu_ns).median;
	way->peak_bytes = record_summary(record, index, METRIC_worker_peak_bytes).max;
	if (strcmp(spec_get(&row->spec, "model"), "start") == 0)
		advice->list.start_ns = wall.n ? wall.median / (double)advice->list.tried_n : 0;
	else if (way->model == COMMAND_FED && row_failed(record, index))
		return;                                           // whoever called looks at why
	else if (wall.n == 0 && way->model != COMMAND_SERIAL) // see add_serial()
		leave_out(advice, way, row);
	else if (wall.n > 0 && !lacks_batches(advice, way))
		advice->n++;
}

// Where time ended before a round of it: it was run alone, once, in the sample.
static void add_serial(struct command_advice *advice)
{
	for (unsigned i = 0; i < advice->n; i++)
		if (advice->way[i].model == COMMAND_SERIAL)
			return;
	double sum_ns = values_mean(advice->list.tried_ns, advice->list.tried_n) * (double)advice->list.tried_n;
	advice->way[advice->n++] = (struct command_way){.model = COMMAND_SERIAL,
	                                                .workers_n = 1,
	                                                .batch_n = 1,
	                                                .tried = {sum_ns, sum_ns * doubt_of_one_round},
	                                                .tried_cpu_ns = NAN};
}

static int take_rows(struct command_advice *advice, const struct record *record, double peak_bytes)
{
	double *series = malloc((record->rounds_n + 1) * sizeof *series);
	if (!series)
		return status_fail(ENOMEM, "%u rounds", record->rounds_n);
	struct pooled pooled = pool(record, series);
	free(series);
	for (uint32_t row = 0; row < record->rows_n; row++)
		take_row(advice, record, row, &pooled);
	add_serial(advice);
	for (unsigned i = 0; i < advice->n; i++)
		advice->way[i].peak_bytes = fmax(advice->way[i].peak_bytes, peak_bytes); // the one may be unknown
	return 0;
}

static void say_not_tried(struct command_advice *advice)
{
	const struct command_settings *settings = &command_job()->settings;
	command_advice_exclude(advice, "threads",
	                       "a command runs as a process; its work would have to be a function: --kernel=./mine.c");
	if (settings->batch_n == 0 && !settings->fed && !command_job()->all.numbered)
		command_advice_exclude(advice, "batches", "tried with --batch=N, where the command takes several inputs");
	if (!settings->fed)
		command_advice_exclude(advice, "resident workers",
		                       "tried with --fed, where the command takes inputs as lines and answers each with one");
}

int advise_command_ways(struct session *session, const struct command_trial *trial, struct command_advice *advice,
                        double peak_bytes)
{
	int status = choose_counts(&session->request.plan, trial);
	if (status == 0)
		status = session_plan(session);
	if (status < 0)
		return status;
	double input_ns = values_mean(advice->list.tried_ns, advice->list.tried_n);
	fix_iterations(&session->record, trial, input_ns);
	status = session_measure_whole(session);
	if (status == 0)
		status = take_rows(advice, &session->record, peak_bytes);
	if (status == 0)
		say_not_tried(advice);
	return status;
}
