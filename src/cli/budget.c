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

enum { TEXT_BYTES = 600, ETA_BYTES = 24 };

static char *eta(char *out, double seconds)
{
	return seconds < 10 ? units_format_ns(out, ETA_BYTES, seconds * 1e9) : units_format_eta(out, ETA_BYTES, seconds);
}

// "size:256MiB (32 rows), workers:4 (20 rows)".
static char *values_text(char *out, const struct costly *costly)
{
	char one[TEXT_BYTES];
	*out = '\0';
	for (unsigned i = 0; i < costly->values_n; i++) {
		const struct costly_value *value = &costly->value[i];
		snprintf(one, sizeof one, "%s:%s (%u row%s)", value->key, value->value, value->rows_n,
		         value->rows_n == 1 ? "" : "s");
		words_add(out, TEXT_BYTES, ", ", one);
	}
	return out;
}

static void say_allowed(const char *command, const struct record *record, const struct costly *costly, uint32_t open_n)
{
	char budget[ETA_BYTES], few[ETA_BYTES], many[ETA_BYTES], rounds[ETA_BYTES] = "less than one round";
	const struct rounds_budget *all = &costly->all;
	if (all->rounds_n >= 1)
		snprintf(rounds, sizeof rounds, "about %u round%s", (unsigned)all->rounds_n, all->rounds_n < 2 ? "" : "s");
	fprintf(
		stderr,
		"%s: the time budget of %s allows %s of these %u rows; fewer than %d give no interval. %d rounds take about "
		"%s, 30 rounds %s%s.\n",
		command, eta(budget, (double)record->options.time_budget_ns / 1e9), rounds, open_n, ROUNDS_FOR_INTERVAL,
		ROUNDS_FOR_INTERVAL, eta(few, all->before_s + ROUNDS_FOR_INTERVAL * all->round_s),
		eta(many, all->before_s + 30 * all->round_s), command_assumption());
}

static void say_left_out(const char *command, const struct costly *costly)
{
	char values[TEXT_BYTES];
	fprintf(stderr,
	        "%s: left out, as the most expensive: %s. A longer --time-budget measures all, an option such as --%s=%s "
	        "just that.\n",
	        command, values_text(values, costly), costly->value[0].key, costly->value[0].value);
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

void budget_tell(const char *command, const struct plan_options *options, struct record *record)
{
	uint32_t open_n = 0;
	bool is_suite = plan_is_suites(record->options.suite);
	struct costly costly;
	for (uint32_t i = 0; i < record->rows_n; i++)
		open_n += record->rows[i].state == ROW_OPEN;
	if (open_n == 0 || record->options.rounds_most < ROUNDS_FOR_INTERVAL ||
	    rounds_budget(record).rounds_n >= ROUNDS_FOR_INTERVAL)
		return;
	bool enough = costly_find(record, is_suite ? options : NULL, &costly);
	say_allowed(command, record, &costly, open_n);
	if (is_suite && enough && costly.rows_n <= open_n / 2) {
		costly_skip(record, &costly);
		say_left_out(command, &costly);
	} else {
		say_could_go(command, &costly);
	}
}
