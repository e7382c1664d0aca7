#include <errno.h>
#include <math.h>

#include "advise/term.h"
#include "base/units.h"
#include "report/advise/advice.h"
#include "report/advise/command.h"
#include "report/advise/parts.h"
#include "report/advise/sentences.h"
#include "report/advise/service.h"
#include "report/text/text.h"
#include "report/text/text_table.h"

enum { LINES_SHORT = 15, COSTS_SHOWN = 3 };

enum column { WALL = SETTING_COLUMNS_N, DOUBT, SPEEDUP, CPU, MEMORY, COLUMNS_N };

static const struct text_table_column columns[] = {
	{"wall", false, 0}, {"95 %", false, 0}, {"speedup", false, 0}, {"CPU", false, 0}, {"memory", false, 0},
};

static void put_candidate(struct text_table *table, const struct advice *advice, const struct candidate *candidate)
{
	unsigned row = table->rows_n++;
	const struct cost *wall = &candidate->prediction.wall;
	int32_t serial = advice->best[FAMILY_SERIAL];
	setting_put(table, row, &candidate->setting);
	units_format_ns(text_table_cell(table, row, WALL), TEXT_TABLE_CELL_BYTES, wall->ns);
	prediction_doubt_text(text_table_cell(table, row, DOUBT), TEXT_TABLE_CELL_BYTES, &candidate->prediction);
	if (serial >= 0)
		text_number(text_table_cell(table, row, SPEEDUP), TEXT_TABLE_CELL_BYTES,
		            advice->candidate[serial].prediction.wall.ns / wall->ns);
	units_format_ns(text_table_cell(table, row, CPU), TEXT_TABLE_CELL_BYTES, candidate->prediction.cpu_ns);
	if (candidate->memory_bytes > 0)
		text_size(text_table_cell(table, row, MEMORY), TEXT_TABLE_CELL_BYTES, candidate->memory_bytes);
}

// In a short table, the best of every family stands even where it is far behind.
static bool shown(const struct advice *advice, uint32_t index, bool all)
{
	if (all || index < LINES_SHORT)
		return true;
	for (int family = 0; family < FAMILY_N; family++)
		if (advice->best[family] == (int32_t)index)
			return true;
	return false;
}

static int print_ranked(const struct document *document, const struct advice *advice, bool all)
{
	struct text_table table;
	if (text_table_open(&table, advice->n) < 0)
		return -ENOMEM;
	setting_columns_add(&table);
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		text_table_add_column(&table, columns[i]);
	for (uint32_t i = 0; i < advice->n; i++)
		if (shown(advice, i, all))
			put_candidate(&table, advice, &advice->candidate[i]);
	unsigned left_n = advice->n - table.rows_n;
	text_table_print(document, &table);
	text_table_close(&table);
	say_slower(document, left_n);
	return 0;
}

// The largest terms of the winner, at most COSTS_SHOWN; work itself is no cost.
static void print_costs(const struct document *document, const struct candidate *best, bool all)
{
	bool done[TERM_N] = {false};
	document_list(document, "What its time is made of");
	for (unsigned shown_n = 0; shown_n < (all ? TERM_N : COSTS_SHOWN + 1u); shown_n++) {
		int largest = -1;
		char text[300], ns[32], percent[32];
		for (int i = 0; i < TERM_N; i++)
			if (!done[i] && best->prediction.term[i].ns != 0 &&
			    (largest < 0 || best->prediction.term[i].ns > best->prediction.term[largest].ns))
				largest = i;
		if (largest < 0)
			return;
		done[largest] = true;
		snprintf(text, sizeof text, "%s %s (%s): %s", terms[largest]->name,
		         units_format_ns(ns, sizeof ns, best->prediction.term[largest].ns),
		         text_percent(percent, sizeof percent, best->prediction.term[largest].ns / best->prediction.wall.ns),
		         terms[largest]->summary);
		document_item(document, 0, "", text);
	}
}

static void print_verified(const struct document *document, const struct advice_report *report)
{
	char setting[200], text[400], predicted[32], measured[32], ratio[32];
	if (report->verified_n == 0)
		return;
	document_list(document, "Predicted and measured");
	for (unsigned i = 0; i < report->verified_n; i++) {
		const struct verified *verified = &report->verified[i];
		double wall_ns = verified->candidate->prediction.wall.ns;
		snprintf(text, sizeof text, "%s: %s ÷ %s = %s",
		         setting_text(setting, sizeof setting, &verified->candidate->setting),
		         units_format_ns(predicted, sizeof predicted, wall_ns),
		         units_format_ns(measured, sizeof measured, verified->measured.ns),
		         text_number(ratio, sizeof ratio, wall_ns / verified->measured.ns));
		if (isnan(verified->measured.ns))
			snprintf(text, sizeof text, "%s: %s; not measured: %s", setting, predicted, verified->why_not);
		document_item(document, 0, "", text);
	}
}

static void print_explanation(const struct document *document, const struct advice *advice)
{
	char text[700], setting[200];
	const struct costs *costs = advice->costs;
	document_list(document, "How it is predicted: the terms add up to the wall");
	for (int i = 0; i < TERM_N; i++) {
		snprintf(text, sizeof text, "%s: %s. %s.", terms[i]->name, terms[i]->summary, terms[i]->formula);
		document_item(document, 0, "", text);
	}
	document_say(document,
	             "Off beyond the doubts of its terms, on the record's rows that no term learned from, by at most:");
	for (int i = 0; i < CHECKED_N; i++) {
		char checked[80];
		snprintf(text, sizeof text, "%s: %s", checked_name((enum checked)i),
		         checked_text(checked, sizeof checked, costs, (enum checked)i));
		document_item(document, 0, "", text);
	}
	document_say(document,
	             "Of the recommended way (%s):", setting_text(setting, sizeof setting, &advice->candidate[0].setting));
	print_costs(document, &advice->candidate[0], true);
}

int advice_print(const struct document *document, const struct advice_report *report, const struct report_style *style)
{
	const struct advice *advice = report->advice;
	if (report->service)
		return service_print(document, report, style);
	if (report->command)
		return command_advice_print(document, report->command, style);
	say_recommendation(document, advice);
	say_others(document, advice);
	int status = print_ranked(document, advice, style->all);
	if (!report->explain)
		print_costs(document, &advice->candidate[0], false);
	say_flips(document, advice);
	say_exclusions(document, advice);
	print_verified(document, report);
	if (report->explain)
		print_explanation(document, advice);
	document_say(document, "The work: %s. The costs: %s.%s", report->work, report->machine,
	             advice->costs->unchecked
	                 ? " No row of theirs checks the model: what it is off by itself is not in the intervals."
	                 : "");
	return status < 0 ? status : text_end(document->out);
}
