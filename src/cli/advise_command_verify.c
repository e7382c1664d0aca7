#include "cli/advise_command_verify.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/words.h"
#include "bench/command/sample.h"
#include "measure/choose_rows.h"
#include "measure/record_summary.h"

enum { PASSES_S = 15, BUDGET_S = 30, ROUNDS_MOST = 3, INPUTS_MOST = 4000 };

static int compare_places(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static void choose_ways(struct command_report *report)
{
	const struct command_advice *advice = report->advice;
	int serial = advice->best[COMMAND_SERIAL];
	for (unsigned i = 0; i < advice->n && report->verified_n < 2; i++)
		report->verified[report->verified_n++].way = &advice->way[i];
	if (serial >= (int)report->verified_n)
		report->verified[report->verified_n++].way = &advice->way[serial];
}

static double all_passes_ns(const struct command_report *report)
{
	double sum_ns = 0;
	for (unsigned i = 0; i < report->verified_n; i++)
		sum_ns += report->verified[i].way->wall.ns;
	return sum_ns;
}

// Others than those that the prediction was made from, as far as there are.
static void choose_inputs(struct command_report *report)
{
	static uint64_t place[INPUTS_MOST]; // runners read it
	const struct command_list *list = &report->advice->list;
	double share = PASSES_S * 1e9 / all_passes_ns(report);
	uint64_t all_n = command_job()->all.n, n = all_n;
	if (share < 1)
		n = (uint64_t)fmax(1, fmin(INPUTS_MOST, list->items_n * share));
	report->verified_items_n = (double)n;
	if (n < all_n) {
		command_sample_draw(all_n, list->seed + 1, place, n);
		qsort(place, n, sizeof *place, compare_places);
	}
	command_job_choose(n < all_n ? place : NULL, n);
}

static int plan(struct session *session, const struct command_report *report)
{
	char list[64] = "", number[16];
	for (unsigned i = 0; i < report->verified_n; i++) {
		snprintf(number, sizeof number, "%u", report->verified[i].way->workers_n);
		words_add_new(list, sizeof list, ',', number);
	}
	int status = plan_choose(&session->request.plan, "workers", list);
	return status == 0 ? session_plan(session) : status;
}

static bool is_verified(const void *context, const struct spec *spec, unsigned which)
{
	const struct command_report *report = context;
	const struct command_way *way = report->verified[which].way;
	char model[40], workers[16];
	snprintf(workers, sizeof workers, "%u", way->workers_n);
	const char *has = spec_get(spec, "workers");
	return strcmp(spec_get(spec, "model"), command_model_text(model, sizeof model, way)) == 0 &&
	       strcmp(has ? has : "1", workers) == 0;
}

// One pass a visit, and none to count events.
static void fix_iterations(struct record *record)
{
	for (uint32_t i = 0; i < record->rows_n; i++) {
		record->rows[i].iterations_n = record->rows[i].batch_n = 1;
		record->rows[i].counted[0] = 0;
	}
}

static double measured_ns(const struct record *record, int32_t row)
{
	return row < 0 ? NAN : record_summary(record, (uint32_t)row, METRIC_wall_ns).median;
}

int advise_command_verify(struct session *session, struct command_report *report)
{
	int32_t row[COMMAND_VERIFIED_MAX];
	choose_ways(report);
	choose_inputs(report);
	session->request.options.time_budget_ns = BUDGET_S * NS_PER_S;
	session->request.options.rounds_most = ROUNDS_MOST;
	command_job_allow(BUDGET_S * NS_PER_S);
	int status = plan(session, report);
	if (status < 0)
		return status;
	fix_iterations(&session->record);
	choose_rows(&session->record, &(struct wanted_rows){"command", report->verified_n, is_verified, report, row});
	status = session_measure_whole(session);
	for (unsigned v = 0; status == 0 && v < report->verified_n; v++) {
		struct command_verified *verified = &report->verified[v];
		bool all = report->verified_items_n == report->advice->list.items_n;
		verified->predicted_ns =
			all ? verified->way->wall.ns : command_way_wall_ns(report->advice, verified->way, report->verified_items_n);
		verified->measured_ns = measured_ns(&session->record, row[v]);
	}
	return status;
}
