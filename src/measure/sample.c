// The metrics' names, from the one list in sample.h.
#include "measure/sample.h"

#include <string.h>

static const char *const names[METRIC_N] = {
#define METRIC(identifier, unit, text) #identifier,
	TVP_METRICS(METRIC)
#undef METRIC
};

const char *metric_name(enum metric metric)
{
	return names[metric];
}

enum metric metric_find(const char *name)
{
	enum metric metric = 0;
	while (metric < METRIC_N && strcmp(names[metric], name))
		metric++;
	return metric;
}
