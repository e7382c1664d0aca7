// The registry of experiments, in list.def's order.
#include <string.h>

#include "bench/plan/experiment.h"

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
