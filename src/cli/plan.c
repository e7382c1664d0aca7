// Suites are lists of experiments; `full`, wherever it stands, also widens each experiment's own points.
#include "cli/plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "bench/choice.h"
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

static const struct {
	const char *name, *experiments;
} suites[] = {
	{"quick", "scaling"},
	{"full", "limits,overhead,scaling,weak"},
};

static const char *members_of(const char *name)
{
	for (size_t i = 0; i < sizeof suites / sizeof *suites; i++)
		if (strcmp(suites[i].name, name) == 0)
			return suites[i].experiments;
	return NULL;
}

// Rows planned before are found again, not added: naming an experiment twice costs nothing.
static int plan_list(const struct axis_choice *names, const struct plan_options *options, struct record *record)
{
	int status = 0;
	for (unsigned i = 0; i < names->n && status == 0; i++) {
		struct axis_choice members = choice_split(members_of(names->value[i]));
		status = members.n > 0 ? plan_list(&members, options, record)
		                       : plan_named(names->value[i], options, record);
	}
	return status;
}

int plan_suite(const char *suite, struct plan_options *options, struct record *record)
{
	struct axis_choice names;
	int status = sweep_validate(options);
	if (status == 0)
		status = plan_choose(&names, "experiment", suite);
	if (status < 0)
		return status;
	options->full = choice_has(&names, "full");
	status = plan_list(&names, options, record);
	sweep_relate_peers(record);
	if (status == 0 && record->rows_n == 0)
		return status_say(EINVAL, "these options leave nothing to run");
	return status;
}
