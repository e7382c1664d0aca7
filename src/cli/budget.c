// What a run's time budget can give, said before anything is measured.
#include "cli/budget.h"

#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "base/words.h"
#include "bench/plan/costly.h"
#include "cli/command.h"
#include "cli/plan.h"
#include "measure/rounds.h"
#include "report/text/text.h"

enum { TEXT_BYTES = 600, ETA_BYTES = 24, WARNED_BYTES = 140 };

static char *eta(char *out, double seconds)
{
	return seconds < 10 ? units_format_ns(out, ETA_BYTES, seconds * 1e9) : units_format_eta(out, ETA_BYTES, seconds);
}

// "size:256MiB (32 rows)".
static char *value_text(char *out, const struct costly_value *value)
{
	snprintf(out, TEXT_BYTES, "%s:%s (%u row%s)", value->key, value->value, value->rows_n, text_plural(value->rows_n));
	return out;
}

static char *values_text(char *out, const struct costly *costly)
{
	char one[TEXT_BYTES];
	*out = '\0';
	for (unsigned i = 0; i < costly->values_n; i++)
		words_add(out, TEXT_BYTES, ", ", value_text(one, &costly->value[i]));
	return out;
}

static char *rounds_text(char *out, size_t out_bytes, double rounds_n)
{
	if (rounds_n >= 1)
		snprintf(out, out_bytes, "about %u round%s", (unsigned)rounds_n, text_plural((unsigned)rounds_n));
	else
		snprintf(out, out_bytes, "less than one round");
	return out;
}

static void say_allowed(const char *command, const struct record *record, const struct costly *costly, uint32_t open_n)
{
	char budget[ETA_BYTES], few[ETA_BYTES], many[ETA_BYTES], rounds[ETA_BYTES];
	const struct rounds_budget *all = &costly->all;
	fprintf(
		stderr,
		"%s: the time budget of %s allows %s of these %u rows; fewer than %d give no interval. %d rounds take about "
		"%s, 30 rounds %s%s.\n",
		command, eta(budget, (double)record->options.time_budget_ns / 1e9),
		rounds_text(rounds, sizeof rounds, all->rounds_n), open_n, ROUNDS_FOR_INTERVAL, ROUNDS_FOR_INTERVAL,
		eta(few, all->before_s + ROUNDS_FOR_INTERVAL * all->round_s), eta(many, all->before_s + 30 * all->round_s),
		command_assumption());
}

// A line for each, and one that tells what remains.
static void say_left_out(const char *command, const struct costly *costly, uint32_t rest_n)
{
	char value[TEXT_BYTES], rounds[ETA_BYTES];
	fprintf(stderr, "%s: left out of the suite, the most expensive first:\n", command);
	for (unsigned i = 0; i < costly->values_n; i++)
		fprintf(stderr, "%s:   %s\n", command, value_text(value, &costly->value[i]));
	fprintf(stderr,
	        "%s: that leaves %s of the other %u rows%s. A longer --time-budget measures all, an option such as --%s=%s "
	        "just that.\n",
	        command, rounds_text(rounds, sizeof rounds, costly->rest.rounds_n), rest_n,
	        costly->rest.rounds_n < ROUNDS_FOR_INTERVAL ? ", still without intervals" : "", costly->value[0].key,
	        costly->value[0].value);
}

// As many as a warning has room for: each row keeps its reason, too.
static void keep_left_out(struct record *record, const struct costly *costly)
{
	char budget[ETA_BYTES], values[WARNED_BYTES] = "";
	for (unsigned i = 0; i < costly->values_n; i++) {
		const struct costly_value *value = &costly->value[i];
		if (strlen(values) + strlen(value->key) + strlen(value->value) + 16 > sizeof values) {
			text_add(values, sizeof values, " and %u more", costly->values_n - i);
			break;
		}
		text_add(values, sizeof values, "%s%s:%s", i ? ", " : "", value->key, value->value);
	}
	facts_warn(&record->facts, "%u rows were left out, as the time budget of %s allows too few rounds of all: %s.",
	           costly->rows_n, eta(budget, (double)record->options.time_budget_ns / 1e9), values);
}

static void say_could_go(const char *command, const struct costly *costly)
{
	char values[TEXT_BYTES], few[ETA_BYTES];
	if (costly->values_n == 0)
		return;
	double few_s = costly->rest.before_s + ROUNDS_FOR_INTERVAL * costly->rest.round_s;
	fprintf(stderr, "%s: what takes longest, and could be left out: %s; without, %d rounds take about %s.\n", command,
	        values_text(values, costly), ROUNDS_FOR_INTERVAL, eta(few, few_s));
}

static uint32_t open_rows(const struct record *record)
{
	uint32_t open_n = 0;
	for (uint32_t i = 0; i < record->rows_n; i++)
		open_n += record->rows[i].state == ROW_OPEN;
	return open_n;
}

void budget_tell(const char *command, const struct plan_options *options, struct record *record)
{
	uint32_t open_n = open_rows(record);
	static struct costly costly; // some 40 KiB
	if (open_n == 0 || record->options.rounds_most < ROUNDS_FOR_INTERVAL ||
	    rounds_budget(record).rounds_n >= ROUNDS_FOR_INTERVAL)
		return;
	costly_find(record, options, &costly);
	say_allowed(command, record, &costly, open_n);
	if (costly.values_n > 0 && record->rounds_n == 0) {
		costly_skip(record, &costly);
		keep_left_out(record, &costly);
		say_left_out(command, &costly, open_n - costly.rows_n);
	} else {
		costly_find(record, NULL, &costly);
		say_could_go(command, &costly);
	}
}
