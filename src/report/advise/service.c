#include "report/advise/service.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "report/advise/parts.h"
#include "report/advise/sentences.h"
#include "report/text/text.h"

enum { LINES_SHORT = 12, TEXT_BYTES = 200 };

enum column { P50 = SETTING_COLUMNS_N, P99, INTERVAL, MEAN, USED, CPUS, MOST, MEMORY };

static const struct text_table_column columns[] = {
	{"p50", false, 0},  {"p99", false, 0},  {"95 %", false, 0},     {"mean", false, 0},
	{"used", false, 0}, {"CPUs", false, 0}, {"sustains", false, 0}, {"memory", false, 0},
};

static char *rate_text(char *out, size_t out_bytes, double rate_hz)
{
	char number[32];
	snprintf(out, out_bytes, "%s/s", text_number(number, sizeof number, rate_hz));
	return out;
}

static char *interval_text(char *out, size_t out_bytes, const struct estimate *estimate)
{
	char low[32], high[32];
	units_format_ns(low, sizeof low, estimate->low_ns);
	if (isfinite(estimate->high_ns))
		snprintf(out, out_bytes, "%s to %s", low, units_format_ns(high, sizeof high, estimate->high_ns));
	else
		snprintf(out, out_bytes, "%s to ∞", low);
	return out;
}

// Who is created for a request was not created for a job.
static char *way_text(char *out, size_t out_bytes, const struct point *setting)
{
	if (setting->model->baseline)
		snprintf(out, out_bytes, "the caller itself (serial)");
	else if (setting->model->resident)
		setting_text(out, out_bytes, setting);
	else
		snprintf(out, out_bytes, "a %s created for each request, at most %u at once, pinned %s",
		         setting->model->processes ? "process" : "thread", setting->workers, pin_name(setting->pin));
	return out;
}

static void say_choice(const struct document *document, const struct service *service)
{
	const struct server *best = &service->server[0];
	char way[TEXT_BYTES], rate[40], most[40], p99[32], p50[32], used[32], cpus[32], interval[80];
	document_say(document, "%s: 99 %% of requests take at most %s (%s), half of them %s, at %s.",
	             way_text(way, sizeof way, &best->way.setting), units_format_ns(p99, sizeof p99, best->p99.ns),
	             interval_text(interval, sizeof interval, &best->p99), units_format_ns(p50, sizeof p50, best->p50.ns),
	             rate_text(rate, sizeof rate, service->rate_hz));
	document_say(document, "That uses %s of what it has, and %s CPUs; it can sustain %s.",
	             text_percent(used, sizeof used, best->utilisation), text_number(cpus, sizeof cpus, best->cpus),
	             rate_text(most, sizeof most, best->way.rate_most_hz));
}

static void say_goal(const struct document *document, const struct service *service)
{
	char goal[32];
	if (service->goal_p99_ns == 0)
		return;
	units_format_ns(goal, sizeof goal, service->goal_p99_ns);
	if (service->meets_goal)
		document_say(document, "The goal, %s, is met by %u way%s; this one uses the fewest CPUs.", goal,
		             service->equal_n, text_plural(service->equal_n));
	else
		document_say(document, "Nothing here meets the goal, %s: this comes nearest.", goal);
}

static void say_server(const struct document *document, const struct service *service, const struct server *other)
{
	const struct server *best = &service->server[0];
	char way[TEXT_BYTES], p99[32], cpus[32];
	bool same = other < service->server + service->equal_n;
	document_say(document, "%s: %s%s, with %s CPUs.", way_text(way, sizeof way, &other->way.setting),
	             units_format_ns(p99, sizeof p99, other->p99.ns),
	             !same                           ? ""
	             : service->meets_goal           ? ", which meets it, too"
	             : other->p99.ns == best->p99.ns ? ""
	                                             : ", the same within the interval",
	             text_number(cpus, sizeof cpus, other->cpus));
}

// The first of each other family.
static void say_other_families(const struct document *document, const struct service *service)
{
	bool said[FAMILY_N] = {false};
	for (uint32_t i = 0; i < service->n; i++) {
		enum family family = family_of(&service->server[i].way.setting);
		if (!said[family] && i > 0)
			say_server(document, service, &service->server[i]);
		said[family] = true;
	}
}

static void put_server(struct text_table *table, const struct server *server)
{
	unsigned row = table->rows_n++;
	setting_put(table, row, &server->way.setting);
	units_format_ns(text_table_cell(table, row, P50), TEXT_TABLE_CELL_BYTES, server->p50.ns);
	units_format_ns(text_table_cell(table, row, P99), TEXT_TABLE_CELL_BYTES, server->p99.ns);
	interval_text(text_table_cell(table, row, INTERVAL), TEXT_TABLE_CELL_BYTES, &server->p99);
	units_format_ns(text_table_cell(table, row, MEAN), TEXT_TABLE_CELL_BYTES, server->mean.ns);
	text_percent(text_table_cell(table, row, USED), TEXT_TABLE_CELL_BYTES, server->utilisation);
	text_number(text_table_cell(table, row, CPUS), TEXT_TABLE_CELL_BYTES, server->cpus);
	rate_text(text_table_cell(table, row, MOST), TEXT_TABLE_CELL_BYTES, server->way.rate_most_hz);
	if (server->memory_bytes > 0)
		text_size(text_table_cell(table, row, MEMORY), TEXT_TABLE_CELL_BYTES, server->memory_bytes);
}

static int print_servers(const struct document *document, const struct service *service, bool all)
{
	struct text_table table;
	uint32_t n = all || service->n < LINES_SHORT ? service->n : LINES_SHORT;
	if (text_table_open(&table, n) < 0)
		return -ENOMEM;
	setting_columns_add(&table);
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		text_table_add_column(&table, columns[i]);
	for (uint32_t i = 0; i < n; i++)
		put_server(&table, &service->server[i]);
	text_table_print(document, &table);
	text_table_close(&table);
	if (n < service->n)
		document_say(document, "%u further way%s: --all.", service->n - n, text_plural(service->n - n));
	return 0;
}

static void say_ranges(const struct document *document, const struct service *service)
{
	char way[TEXT_BYTES], rate[40], text[300];
	document_list(document, "Along the rate");
	for (unsigned i = 0; i < service->ranges_n; i++) {
		way_text(way, sizeof way, &service->range[i].setting);
		if (i == 0)
			snprintf(text, sizeof text, "at first: %s", way);
		else
			snprintf(text, sizeof text, "from about %s: %s", rate_text(rate, sizeof rate, service->range[i].from_hz),
			         way);
		document_item(document, 0, "", text);
	}
	snprintf(text, sizeof text, "beyond %s: nothing here keeps up",
	         rate_text(rate, sizeof rate, service->rate_most_hz));
	document_item(document, 0, "", text);
}

static void say_served(const struct document *document, const struct advice_report *report)
{
	char way[TEXT_BYTES], text[400], predicted[32], measured[32], ratio[32], half[32];
	if (report->served_n == 0)
		return;
	document_list(document, "Predicted and measured, from the intended arrival of each request");
	for (unsigned i = 0; i < report->served_n; i++) {
		const struct served *served = &report->served[i];
		const struct server *server = served->server;
		snprintf(text, sizeof text, "%s: p99 %s ÷ %s = %s; p50 %s", way_text(way, sizeof way, &server->way.setting),
		         units_format_ns(predicted, sizeof predicted, server->p99.ns),
		         units_format_ns(measured, sizeof measured, served->p99_ns),
		         text_number(ratio, sizeof ratio, server->p99.ns / served->p99_ns),
		         text_number(half, sizeof half, server->p50.ns / served->p50_ns));
		document_item(document, 0, "", text);
	}
}

static void say_explanation(const struct document *document)
{
	static const char *const parts[] = {
		"item: the terms work, lock, memory and copies of a job of one item (tvp advise without --rate --explain); as "
		"many of them at once as workers are busy",
		"waking: those that find an idle worker asleep: all where workers park, and where they wait adaptively those "
		"that come after its 50 µs; by rows of kernels null and busy with one worker that waited as long",
		"creating: launch and collect of rows of kernels null and busy with one worker",
		"queue: M/G/c, Poisson arrivals. How many wait: Erlang's C formula; how long: Pollaczek and Khinchine, "
		"Cosmetatos, Page and Kimura; spread as a gamma variable",
		"CPUs: where more workers than CPUs take turns because items wait, computing queues for a CPU, too",
	};
	document_list(document, "How it is predicted: what a request's response is made of");
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		document_item(document, 0, "", parts[i]);
}

int service_print(const struct document *document, const struct advice_report *report, const struct report_style *style)
{
	const struct service *service = report->service;
	say_choice(document, service);
	say_goal(document, service);
	say_other_families(document, service);
	int status = print_servers(document, service, style->all);
	say_ranges(document, service);
	say_exclusions(document, &service->base);
	say_served(document, report);
	if (report->explain)
		say_explanation(document);
	document_say(document, "The work: %s. The costs: %s.", report->work, report->machine);
	return status < 0 ? status : text_end(document->out);
}
