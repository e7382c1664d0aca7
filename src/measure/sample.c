// The metrics' names, from the one list in sample.h.
#include "measure/sample.h"

#include <string.h>

static const struct {
	const char *name, *unit, *heading;
} metrics[METRIC_N] = {
#define METRIC(identifier, unit, heading, text) {#identifier, unit, heading},
	TVP_METRICS(METRIC)
#undef METRIC
};

const char *metric_name(enum metric metric)
{
	return metrics[metric].name;
}

const char *metric_heading(enum metric metric)
{
	return metrics[metric].heading;
}

const char *metric_unit(enum metric metric)
{
	return metrics[metric].unit;
}

enum metric metric_find(const char *name)
{
	enum metric metric = 0;
	while (metric < METRIC_N && strcmp(metrics[metric].name, name))
		metric++;
	return metric;
}
