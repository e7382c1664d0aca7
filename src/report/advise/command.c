#include "report/advise/command.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "base/units.h"
#include "report/advise/parts.h"
#include "report/advise/sentences.h"
#include "report/text/text.h"
#include "report/text/text_table.h"

enum { LINES_SHORT = 15, TEXT_BYTES = 300 };

static const double alike_most = 0.2; // what differs more is not the same, whatever the doubt

enum column { MODEL, WORKERS, WALL, DOUBT, SPEEDUP, CPU, MEMORY, COLUMNS_N };

static const struct text_table_column columns[COLUMNS_N] = {
	[MODEL] = {"model", true, 0},    [WORKERS] = {"at once", false, 0}, [WALL] = {"wall", false, 0},
	[DOUBT] = {"95 %", false, 0},    [SPEEDUP] = {"speedup", false, 0}, [CPU] = {"CPU", false, 0},
	[MEMORY] = {"memory", false, 0},
};

static double share(const struct cost *cost)
{
	return cost->doubt_ns / cost->ns;
}

static double speedup(const struct command_advice *advice, const struct command_way *way)
{
	int serial = advice->best[COMMAND_SERIAL];
	return serial < 0 ? NAN : advice->way[serial].wall.ns / way->wall.ns;
}

static void say_choice(const struct document *document, const struct command_report *report)
{
	const struct command_way *best = &report->advice->way[0];
	char way[TEXT_BYTES], wall[32], doubt[32], times[60] = "", number[32];
	if (best->model != COMMAND_SERIAL)
		snprintf(times, sizeof times, ", %s × serial",
		         text_number(number, sizeof number, speedup(report->advice, best)));
	document_say(document, "%s: %s ± %s%s.", command_way_text(way, sizeof way, best),
	             units_format_ns(wall, sizeof wall, best->wall.ns),
	             text_percent(doubt, sizeof doubt, share(&best->wall)), times);
	if (*report->shell)
		document_say(document, "In a shell: %s", report->shell);
}

// What is the same for all ways, what the inputs are like, is no doubt of which one is better.
static void say_other(const struct document *document, const struct command_way *other, const struct command_way *best)
{
	char text[TEXT_BYTES], number[32];
	double more = other->wall.ns / best->wall.ns - 1, doubt = hypot(share(&best->tried), share(&other->tried));
	command_way_text(text, sizeof text, other);
	if (more < fmin(doubt, alike_most))
		document_say(document, "%s: the same within %s.", text,
		             text_percent(number, sizeof number, fmax(fabs(more), 0.01)));
	else
		document_say(document, "%s: %s times as long%s.", text, text_number(number, sizeof number, more + 1),
		             more < doubt ? ", but its time is poorly known" : "");
}

static void say_other_models(const struct document *document, const struct command_advice *advice)
{
	const struct command_way *best = &advice->way[0];
	for (int model = 0; model < COMMAND_MODELS_N; model++)
		if (advice->best[model] >= 0 && model != (int)best->model)
			say_other(document, &advice->way[advice->best[model]], best);
}

static void put_way(struct text_table *table, const struct command_advice *advice, const struct command_way *way)
{
	char *cell[COLUMNS_N];
	for (unsigned i = 0; i < COLUMNS_N; i++)
		cell[i] = text_table_cell(table, table->rows_n, i);
	table->rows_n++;
	command_model_text(cell[MODEL], TEXT_TABLE_CELL_BYTES, way);
	snprintf(cell[WORKERS], TEXT_TABLE_CELL_BYTES, "%u", way->workers_n);
	units_format_ns(cell[WALL], TEXT_TABLE_CELL_BYTES, way->wall.ns);
	doubt_text(cell[DOUBT], TEXT_TABLE_CELL_BYTES, &way->wall);
	text_number(cell[SPEEDUP], TEXT_TABLE_CELL_BYTES, speedup(advice, way));
	text_ns(cell[CPU], TEXT_TABLE_CELL_BYTES, way->cpu_ns);
	if (way->memory_bytes > 0)
		text_size(cell[MEMORY], TEXT_TABLE_CELL_BYTES, way->memory_bytes);
}

static bool shown(const struct command_advice *advice, unsigned index, bool all)
{
	return all || index < LINES_SHORT || advice->best[advice->way[index].model] == (int)index;
}

static int print_ranked(const struct document *document, const struct command_advice *advice, bool all)
{
	struct text_table table;
	if (text_table_open(&table, advice->n) < 0)
		return -ENOMEM;
	for (int i = 0; i < COLUMNS_N; i++)
		text_table_add_column(&table, columns[i]);
	for (unsigned i = 0; i < advice->n; i++)
		if (shown(advice, i, all))
			put_way(&table, advice, &advice->way[i]);
	unsigned left_n = advice->n - table.rows_n;
	text_table_print(document, &table);
	text_table_close(&table);
	say_slower(document, left_n);
	return 0;
}

static void print_part(const struct document *document, double ns, double wall_ns, const char *what)
{
	char text[TEXT_BYTES], time[32], percent[32];
	if (fabs(ns) < wall_ns * 1e-4)
		return;
	snprintf(text, sizeof text, "%s%s (%s%s): %s", ns < 0 ? "-" : "", units_format_ns(time, sizeof time, fabs(ns)),
	         ns < 0 ? "-" : "", text_percent(percent, sizeof percent, fabs(ns) / wall_ns), what);
	document_item(document, 0, "", text);
}

static void print_start(const struct document *document, const struct command_advice *advice)
{
	char text[TEXT_BYTES], start[32], item[32], percent[32];
	double share_of = advice->list.start_ns / advice->mean_ns;
	units_format_ns(start, sizeof start, advice->list.start_ns);
	units_format_ns(item, sizeof item, advice->mean_ns);
	if (advice->list.start_ns <= 0)
		return;
	if (share_of < 1)
		snprintf(text, sizeof text, "starting a process that does nothing takes %s, %s of the %s of an input", start,
		         text_percent(percent, sizeof percent, share_of), item);
	else
		snprintf(text, sizeof text, "starting a process that does nothing takes %s, as long as an input does (%s)",
		         start, item);
	document_item(document, 0, "", text);
}

static void print_parts(const struct document *document, const struct command_advice *advice)
{
	const struct command_way *best = &advice->way[0];
	document_list(document, "What its time is made of");
	print_part(document, best->even_ns, best->wall.ns,
	           "the inputs, each a process that nothing runs beside, divided evenly");
	print_part(document, best->tail_ns, best->wall.ns, "the end, where some have no input left and others work");
	print_part(document, best->beside_ns, best->wall.ns,
	           best->model == COMMAND_BATCH || best->model == COMMAND_FED
	               ? "what running beside each other takes longer, less what starting fewer processes saves"
	               : "what running beside each other, and starting several, takes longer");
	print_start(document, advice);
}

static void print_flips(const struct document *document, const struct command_advice *advice)
{
	char way[TEXT_BYTES], text[TEXT_BYTES + 100], at[32];
	if (advice->flips_n > 0)
		document_list(document, "What would change that");
	for (unsigned i = 0; i < advice->flips_n; i++) {
		const struct command_flip *flip = &advice->flip[i];
		bool count = *flip->property == 'i';
		command_way_text(way, sizeof way, &advice->way[advice->best[flip->winner]]);
		snprintf(text, sizeof text, "%s about %s %s: %s%s", flip->below ? "below" : "above",
		         count ? text_count(at, sizeof at, flip->at) : units_format_ns(at, sizeof at, flip->at),
		         count ? "inputs" : "of work an input", way, !count && !flip->below ? " is as good" : " is faster");
		document_item(document, 0, "", text);
	}
}

static void print_verified(const struct document *document, const struct command_report *report)
{
	char way[TEXT_BYTES], text[TEXT_BYTES + 120], count[32], ns[2][32], ratio[32];
	if (report->verified_n == 0)
		return;
	snprintf(text, sizeof text, "Predicted and measured, of %s inputs",
	         text_count(count, sizeof count, report->verified_items_n));
	document_list(document, text);
	for (unsigned i = 0; i < report->verified_n; i++) {
		const struct command_verified *verified = &report->verified[i];
		bool known = isfinite(verified->measured_ns);
		snprintf(text, sizeof text, known ? "%s: %s ÷ %s = %s" : "%s: %s; not measured in the time for it",
		         command_way_text(way, sizeof way, verified->way), text_ns(ns[0], sizeof ns[0], verified->predicted_ns),
		         text_ns(ns[1], sizeof ns[1], verified->measured_ns),
		         text_number(ratio, sizeof ratio, verified->predicted_ns / verified->measured_ns));
		document_item(document, 0, "", text);
	}
}

static void print_explanation(const struct document *document)
{
	static const char *const how[] = {
		"wall = slowdown × (even + tail)",
		"mean: of the sampled inputs, each run alone, × what some of them took one after the other in the rounds ÷ what "
		"the same took alone: the ways are compared as they were in the rounds",
		"even: the mean × the number of inputs ÷ workers, or by what CPUs they use where these are fewer; its doubt is "
		"that of a mean of a sample without replacement",
		"tail: list scheduling (who is free takes the next) less an even division, by simulation; inputs that were not "
		"run are drawn from those that were, 40 times",
		"slowdown: one pass of this way over some of the sampled inputs, measured in rounds with all other ways, ÷ the "
		"same calculation for them"};
	document_list(document, "How it is predicted");
	for (size_t i = 0; i < sizeof how / sizeof *how; i++)
		document_item(document, 0, "", how[i]);
}

int command_advice_print(const struct document *document, const struct command_report *report,
                         const struct report_style *style)
{
	const struct command_advice *advice = report->advice;
	say_choice(document, report);
	say_other_models(document, advice);
	int status = print_ranked(document, advice, style->all);
	print_parts(document, advice);
	print_flips(document, advice);
	if (advice->exclusions_n > 0)
		document_list(document, "Left out");
	say_excluded(document, advice->exclusion, advice->exclusions_n);
	print_verified(document, report);
	if (report->explain)
		print_explanation(document);
	document_say(document, "The work: %s.", report->work);
	return status < 0 ? status : text_end(document->out);
}
