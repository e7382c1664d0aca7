// Suites are lists of experiments; `full`, wherever it stands, also widens each experiment's own points.
#include "cli/plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/status.h"
#include "base/words.h"
#include "bench/plan/axes.h"
#include "bench/plan/planned.h"
#include "bench/plan/relate.h"

enum { KNOWN_BYTES = 1024, BUDGET_LEAST_S = 90 };

static const struct suite {
	const char *name;
	unsigned budget_s;
} suites[] = {{"quick", 90}, {"ipc", 120}, {"full", 30 * 60}};
enum { SUITES_N = sizeof suites / sizeof *suites };

static const struct suite *suite_find(const struct word *name)
{
	for (const struct suite *suite = suites; suite < suites + SUITES_N; suite++)
		if (word_is(name, suite->name))
			return suite;
	return NULL;
}

static const struct experiment *named(const struct word *name)
{
	for (const struct experiment *const *experiment = experiments; *experiment; experiment++)
		if (word_is(name, (*experiment)->name))
			return *experiment;
	return NULL;
}

uint64_t plan_budget_ns(const char *suite)
{
	unsigned seconds = BUDGET_LEAST_S;
	for (struct word name = {.at = suite}; word_next(&name, ',');) {
		const struct suite *whole = suite_find(&name);
		const struct experiment *experiment = named(&name);
		unsigned wanted = whole ? whole->budget_s : experiment ? experiment->budget_s : 0;
		seconds = wanted > seconds ? wanted : seconds;
	}
	return seconds * NS_PER_S;
}

static int plan_members(const struct suite *suite, const struct plan_options *options, struct record *record)
{
	int status = 0;
	for (const struct experiment *const *experiment = experiments; *experiment && status == 0; experiment++)
		if (words_have((*experiment)->suites, ' ', suite->name))
			status = experiment_plan(*experiment, options, record);
	return status;
}

static int plan_named(const struct word *name, const struct plan_options *options, struct record *record)
{
	const struct suite *suite = suite_find(name);
	const struct experiment *experiment = named(name);
	if (suite)
		return plan_members(suite, options, record);
	if (experiment)
		return experiment_plan(experiment, options, record);
	char known[KNOWN_BYTES] = "";
	for (suite = suites; suite < suites + SUITES_N; suite++)
		words_add(known, sizeof known, ", ", suite->name);
	for (const struct experiment *const *other = experiments; *other; other++)
		words_add(known, sizeof known, ", ", (*other)->name);
	return status_say(EINVAL, "no experiment '%.*s' (%s)", (int)name->length, name->at, known);
}

static bool has_empty_name(const char *list)
{
	return *list == '\0' || *list == ',' || list[strlen(list) - 1] == ',' || strstr(list, ",,");
}

static int nothing_left(const char *list)
{
	const struct experiment *experiment = experiment_find(list);
	char axes[KNOWN_BYTES];
	if (!experiment)
		return status_say(
			EINVAL, "these options leave nothing to run (`tvp list experiments` says which experiment has which axis)");
	return status_say(EINVAL, "these options leave nothing of %s to run; its axes: %s (values: `tvp list axes`)",
	                  experiment->name, experiment_axes(experiment, axes, sizeof axes));
}

// Rows planned before are found again, not added: naming an experiment twice costs nothing.
int plan_suite(const char *suite, struct plan_options *options, struct record *record)
{
	int status = axes_validate(options);
	if (status == 0 && has_empty_name(suite))
		status = status_say(EINVAL, "'%s': an empty name in a list of experiments", suite);
	options->full = words_have(suite, ',', "full");
	for (struct word name = {.at = suite}; status == 0 && word_next(&name, ',');)
		status = plan_named(&name, options, record);
	if (status < 0)
		return status;
	plan_relate(record);
	return record->rows_n == 0 ? nothing_left(suite) : 0;
}

static void tell_missing(void *command, const char *key, const char *value)
{
	fprintf(stderr, "%s: --%s=%s: not measured: nothing planned here takes it together with the other values\n",
	        (const char *)command, key, value);
}

void plan_tell_missing(const char *command, const struct plan_options *options, const struct record *record)
{
	planned_missing(options, record, tell_missing, (void *)command);
}
