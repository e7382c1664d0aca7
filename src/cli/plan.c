// Suites are lists of experiments; `full`, wherever it stands, also widens each experiment's own points.
#include "cli/plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/status.h"
#include "base/words.h"
#include "bench/plan/axis_product.h"
#include "bench/plan/axis_values.h"
#include "bench/plan/model_grid.h"
#include "cli/options/axis_options.h"

// An axis that only some experiments have leaves the others out.
static bool lacks_chosen(const struct experiment *experiment, const struct plan_options *options)
{
	for (unsigned i = 0; i < options->own_n; i++)
		if (options->own[i].values.n > 0 && !words_have(experiment->axes, ' ', options->own[i].key))
			return true;
	return false;
}

static int plan_named(const char *name, const struct plan_options *options, struct record *record)
{
	const struct experiment *experiment = experiment_find(name);
	if (experiment)
		return lacks_chosen(experiment, options) ? 0 : experiment->plan(options, record);
	char known[512] = "quick, ipc, full";
	for (const struct experiment *const *other = experiments; *other; other++)
		snprintf(known + strlen(known), sizeof known - strlen(known), ", %s", (*other)->name);
	return status_say(EINVAL, "no experiment '%s' (%s)", name, known);
}

static struct axis_values members_of(const char *suite)
{
	struct axis_values members = {0};
	for (const struct experiment *const *experiment = experiments; *experiment; experiment++)
		if (words_have((*experiment)->suites, ' ', suite))
			axis_values_add(&members, (*experiment)->name);
	return members;
}

uint64_t plan_budget_ns(const char *suite)
{
	struct axis_values names = axis_values_split(suite);
	unsigned seconds = 90;
	for (unsigned i = 0; i < names.n; i++) {
		const struct experiment *experiment = experiment_find(names.value[i]);
		unsigned wanted = experiment ? experiment->budget_s : 0;
		if (strcmp(names.value[i], "ipc") == 0)
			wanted = 120;
		else if (strcmp(names.value[i], "full") == 0)
			wanted = 30 * 60;
		seconds = wanted > seconds ? wanted : seconds;
	}
	return seconds * NS_PER_S;
}

// Rows planned before are found again, not added: naming an experiment twice costs nothing.
static int plan_list(const struct axis_values *names, const struct plan_options *options, struct record *record)
{
	int status = 0;
	for (unsigned i = 0; i < names->n && status == 0; i++) {
		struct axis_values members = members_of(names->value[i]);
		status = members.n > 0 ? plan_list(&members, options, record) : plan_named(names->value[i], options, record);
	}
	return status;
}

static int nothing_left(const struct axis_values *names)
{
	const struct experiment *experiment = names->n == 1 ? experiment_find(names->value[0]) : NULL;
	if (!experiment)
		return status_say(
			EINVAL, "these options leave nothing to run (`tvp list experiments` says which experiment has which axis)");
	return status_say(EINVAL, "these options leave nothing of %s to run; its axes: %s (values: `tvp list axes`)",
	                  experiment->name, experiment->axes);
}

int plan_suite(const char *suite, struct plan_options *options, struct record *record)
{
	struct axis_values names;
	int status = model_grid_validate(options);
	if (status == 0)
		status = axis_product_validate(options);
	if (status == 0)
		status = axis_list_parse(&names, "experiment", suite);
	if (status < 0)
		return status;
	options->full = axis_values_has(&names, "full");
	status = plan_list(&names, options, record);
	model_grid_relate_peers(record);
	model_grid_relate_inplace(record);
	axis_product_relate_peers(record);
	if (status == 0 && record->rows_n == 0)
		return nothing_left(&names);
	return status;
}
