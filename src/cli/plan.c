// Suites are lists of experiments; `full` also widens each experiment's own points.
#include "cli/plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "bench/sweep.h"

int plan_choose(struct axis_choice *choice, const char *axis, const char *text)
{
	choice->n = 0;
	for (const char *rest = text;; rest++) {
		size_t length = strcspn(rest, ",");
		if (length == 0)
			return status_say(EINVAL, "--%s='%s': an empty value", axis, text);
		if (choice->n == AXIS_VALUES_MAX)
			return status_say(EINVAL, "--%s: more than %d values", axis, AXIS_VALUES_MAX);
		if (length >= sizeof choice->value[0])
			return status_say(EINVAL, "--%s: '%.*s' is too long", axis, (int)length, rest);
		snprintf(choice->value[choice->n++], sizeof choice->value[0], "%.*s", (int)length, rest);
		rest += length;
		if (!*rest)
			return 0;
	}
}

static int plan_named(const char *name, const struct plan_options *options, struct record *record)
{
	const struct experiment *experiment = experiment_find(name);
	if (experiment)
		return experiment->plan(options, record);
	char known[256] = "quick, full";
	for (const struct experiment *const *other = experiments; *other; other++)
		snprintf(known + strlen(known), sizeof known - strlen(known), ", %s", (*other)->name);
	return status_say(EINVAL, "no experiment '%s' (%s)", name, known);
}

int plan_suite(const char *suite, struct plan_options *options, struct record *record)
{
	struct axis_choice names;
	int status = sweep_validate(options);
	if (status < 0)
		return status;
	options->full = strcmp(suite, "full") == 0;
	if (strcmp(suite, "quick") == 0)
		suite = "scaling";
	else if (options->full)
		suite = "limits,overhead,scaling,weak";
	status = plan_choose(&names, "experiment", suite);
	for (unsigned i = 0; i < names.n && status == 0; i++)
		status = plan_named(names.value[i], options, record);
	if (status == 0 && record->rows_n == 0)
		return status_say(EINVAL, "these options leave nothing to run");
	return status;
}
