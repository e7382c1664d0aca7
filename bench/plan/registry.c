// The registry of experiments, in list.def's order, and their planning.
#include <string.h>

#include "bench/plan/axes.h"
#include "bench/plan/axis_product.h"
#include "bench/plan/model_grid.h"

#define EXPERIMENT(name) extern const struct experiment experiment_##name;
#include "bench/list.def"
#undef EXPERIMENT

const struct experiment *const experiments[] = {
#define EXPERIMENT(name) &experiment_##name,
#include "bench/list.def"
#undef EXPERIMENT
	NULL,
};

const struct experiment *experiment_find(const char *name)
{
	for (const struct experiment *const *experiment = experiments; *experiment; experiment++)
		if (strcmp((*experiment)->name, name) == 0)
			return *experiment;
	return NULL;
}

static bool leaves_out(const struct experiment *experiment, const char *key)
{
	const struct known_axis *axis = known_axis_find(key);
	bool core = axis && axis->origin != AXIS_OF_EXPERIMENTS;
	return (!core || experiment->own_axes) && !experiment_has_axis(experiment, key);
}

int experiment_plan(const struct experiment *experiment, const struct plan_options *options, struct record *record)
{
	for (unsigned i = 0; i < options->chosen_n; i++)
		if (leaves_out(experiment, options->chosen[i].key))
			return 0;
	if (experiment->plan)
		return experiment->plan(options, record);
	return experiment->own_axes ? axis_product_plan(experiment->name, options, record)
	                            : model_grids_plan(experiment->name, options, record);
}
