// What the user chose for an axis, or a sweep has of its own.
#include "bench/choice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exec/exec.h"

static void add(struct axis_choice *choice, const char *value, size_t length)
{
	if (choice->n < AXIS_VALUES_MAX)
		snprintf(choice->value[choice->n++], sizeof choice->value[0], "%.*s", (int)length, value);
}

void choice_add(struct axis_choice *choice, const char *value)
{
	add(choice, value, strlen(value));
}

struct axis_choice choice_split(const char *text)
{
	struct axis_choice choice = {0};
	while (text && *text) {
		size_t length = strcspn(text, ",");
		add(&choice, text, length);
		text += length + (text[length] == ',');
	}
	return choice;
}

bool choice_has(const struct axis_choice *choice, const char *value)
{
	for (unsigned i = 0; i < choice->n; i++)
		if (strcmp(choice->value[i], value) == 0)
			return true;
	return false;
}

bool choice_allows(const struct axis_choice *choice, const char *value)
{
	return choice->n == 0 || choice_has(choice, value);
}

bool choice_allows_workers(const struct plan_options *options, unsigned workers_n)
{
	struct axis_choice counts = choice_expand_workers(&options->workers, topology_cpus_n(options->topology));
	for (unsigned i = 0; i < counts.n; i++)
		if (strtoul(counts.value[i], NULL, 10) == workers_n)
			return true;
	return counts.n == 0;
}

static void add_count(struct axis_choice *choice, unsigned count)
{
	char text[16];
	snprintf(text, sizeof text, "%u", count);
	if (count <= EXEC_WORKERS_MAX && !choice_has(choice, text))
		choice_add(choice, text);
}

// 1, 2, 4, … CPUs, 2 x CPUs; thin: 1, the geometric middle, CPUs, 2 x CPUs.
static void add_auto(struct axis_choice *choice, unsigned cpus_n, bool thin)
{
	if (thin && cpus_n > 4) {
		unsigned middle = 1;
		while (middle * middle < cpus_n)
			middle *= 2;
		add_count(choice, 1);
		add_count(choice, middle);
	} else
		for (unsigned count = 1; count < cpus_n; count *= 2)
			add_count(choice, count);
	add_count(choice, cpus_n);
	add_count(choice, 2 * cpus_n);
}

struct axis_choice choice_expand_workers(const struct axis_choice *choice, unsigned cpus_n)
{
	struct axis_choice counts = {0};
	for (unsigned i = 0; i < choice->n; i++) {
		const char *value = choice->value[i];
		if (strcmp(value, "auto") == 0 || strcmp(value, "quick") == 0)
			add_auto(&counts, cpus_n, *value == 'q');
		else if (strcmp(value, "all") == 0)
			add_count(&counts, cpus_n);
		else if (!choice_has(&counts, value))
			choice_add(&counts, value);
	}
	return counts;
}
