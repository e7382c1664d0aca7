// What the user chose for an axis, or a grid has of its own.
#include "bench/plan/axis_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exec/exec.h"

static void add(struct axis_values *values, const char *value, size_t length)
{
	if (values->n < AXIS_VALUES_MAX)
		snprintf(values->value[values->n++], sizeof values->value[0], "%.*s", (int)length, value);
}

void axis_values_add(struct axis_values *values, const char *value)
{
	add(values, value, strlen(value));
}

struct axis_values axis_values_split(const char *text)
{
	struct axis_values values = {0};
	while (text && *text) {
		size_t length = strcspn(text, ",");
		add(&values, text, length);
		text += length + (text[length] == ',');
	}
	return values;
}

bool axis_values_has(const struct axis_values *values, const char *value)
{
	for (unsigned i = 0; i < values->n; i++)
		if (strcmp(values->value[i], value) == 0)
			return true;
	return false;
}

bool axis_values_allows(const struct axis_values *values, const char *value)
{
	return values->n == 0 || axis_values_has(values, value);
}

bool axis_values_allows_workers(const struct plan_options *options, unsigned workers_n)
{
	struct axis_values counts = axis_values_expand_workers(&options->workers, topology_cpus_n(options->topology));
	for (unsigned i = 0; i < counts.n; i++)
		if (strtoul(counts.value[i], NULL, 10) == workers_n)
			return true;
	return counts.n == 0;
}

static void add_count(struct axis_values *values, unsigned count)
{
	char text[16];
	snprintf(text, sizeof text, "%u", count);
	if (count <= EXEC_WORKERS_MAX && !axis_values_has(values, text))
		axis_values_add(values, text);
}

// 1, 2, 4, … CPUs, 2 x CPUs; thin: 1, the geometric middle, CPUs, 2 x CPUs.
static void add_auto(struct axis_values *values, unsigned cpus_n, bool thin)
{
	if (thin && cpus_n > 4) {
		unsigned middle = 1;
		while (middle * middle < cpus_n)
			middle *= 2;
		add_count(values, 1);
		add_count(values, middle);
	} else
		for (unsigned count = 1; count < cpus_n; count *= 2)
			add_count(values, count);
	add_count(values, cpus_n);
	add_count(values, 2 * cpus_n);
}

struct axis_values axis_values_expand_workers(const struct axis_values *values, unsigned cpus_n)
{
	struct axis_values counts = {0};
	for (unsigned i = 0; i < values->n; i++) {
		const char *value = values->value[i];
		if (strcmp(value, "auto") == 0 || strcmp(value, "quick") == 0)
			add_auto(&counts, cpus_n, *value == 'q');
		else if (strcmp(value, "all") == 0)
			add_count(&counts, cpus_n);
		else if (!axis_values_has(&counts, value))
			axis_values_add(&counts, value);
	}
	return counts;
}
