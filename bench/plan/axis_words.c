// Words that stand for several values of an axis, known once the machine and the registries are.
#include <stdio.h>
#include <string.h>

#include "bench/plan/plan_options.h"
#include "channel/channel.h"
#include "exec/exec.h"
#include "host/place.h"

static int add_once(struct axis_values *values, const char *value)
{
	return axis_values_has(values, value) ? 0 : axis_values_add(values, value);
}

static int add_count(struct axis_values *values, unsigned count)
{
	char text[16];
	snprintf(text, sizeof text, "%u", count);
	return count > EXEC_WORKERS_MAX ? 0 : add_once(values, text);
}

static int add_all(struct axis_values *values, const struct topology *topology)
{
	return add_count(values, topology_cpus_n(topology));
}

static int add_twice(struct axis_values *values, const struct topology *topology)
{
	return add_count(values, 2 * topology_cpus_n(topology));
}

// As many as can run at once; and, where no quota would throttle them, twice the CPUs, which are time-sliced.
static int add_full(struct axis_values *values, const struct topology *topology)
{
	unsigned parallel_n = topology_parallel_n(topology);
	int status = add_count(values, parallel_n);
	return status < 0 || parallel_n < topology_cpus_n(topology) ? status : add_twice(values, topology);
}

static int add_auto(struct axis_values *values, const struct topology *topology)
{
	int status = 0;
	for (unsigned count = 1; count < topology_parallel_n(topology) && status == 0; count *= 2)
		status = add_count(values, count);
	return status < 0 ? status : add_full(values, topology);
}

// 1, the geometric middle, CPUs, 2 x CPUs.
static int add_quick(struct axis_values *values, const struct topology *topology)
{
	unsigned cpus_n = topology_parallel_n(topology), middle = 1;
	if (cpus_n <= 4)
		return add_auto(values, topology);
	while (middle * middle < cpus_n)
		middle *= 2;
	int status = add_count(values, 1);
	if (status == 0)
		status = add_count(values, middle);
	return status < 0 ? status : add_full(values, topology);
}

static bool is_any(const struct model *model)
{
	(void)model;
	return true;
}

static bool is_pool(const struct model *model)
{
	return model->resident;
}

static bool is_per_dispatch(const struct model *model)
{
	return !model->resident && !model->baseline;
}

static int add_models(struct axis_values *values, bool (*wanted)(const struct model *model))
{
	int status = 0;
	for (const struct model *const *model = models; *model && status == 0; model++)
		if (wanted(*model))
			status = add_once(values, (*model)->name);
	return status;
}

static int add_every_model(struct axis_values *values, const struct topology *topology)
{
	(void)topology;
	return add_models(values, is_any);
}

static int add_pools(struct axis_values *values, const struct topology *topology)
{
	(void)topology;
	return add_models(values, is_pool);
}

static int add_per_dispatch(struct axis_values *values, const struct topology *topology)
{
	(void)topology;
	return add_models(values, is_per_dispatch);
}

static int add_channels(struct axis_values *values, const struct topology *topology)
{
	int status = 0;
	(void)topology;
	for (const struct channel_type *const *type = channels; *type && status == 0; type++)
		status = add_once(values, (*type)->name);
	return status;
}

static int add_copies(struct axis_values *values, const struct topology *topology)
{
	char text[64];
	int status = 0;
	(void)topology;
	for (const struct channel_type *const *type = channels; *type && status == 0; type++) {
		snprintf(text, sizeof text, "copy:%s", (*type)->name);
		status = (*type)->bare ? 0 : add_once(values, text);
	}
	return status;
}

static int add_places(struct axis_values *values, const struct topology *topology)
{
	int cpu[2], status = 0;
	for (int place = 0; place < PLACE_N && status == 0; place++)
		if (place_find(topology, (enum place)place, cpu))
			status = add_once(values, place_name((enum place)place));
	return status;
}

static int add_cpus(struct axis_values *values, const struct topology *topology)
{
	unsigned cpus_n = topology_cpus_n(topology), step = (cpus_n + AXIS_CPUS_MAX - 1) / AXIS_CPUS_MAX;
	char text[16];
	int status = 0;
	for (unsigned i = 0; i < cpus_n && status == 0; i += step) {
		snprintf(text, sizeof text, "%d", topology_cpus(topology)[i].os_index);
		status = add_once(values, text);
	}
	return status;
}

static int add_nodes(struct axis_values *values, const struct topology *topology)
{
	unsigned nodes_n;
	const struct topology_node *nodes = topology_nodes(topology, &nodes_n);
	char text[16];
	int status = 0;
	for (unsigned i = 0; i < nodes_n && status == 0; i++) {
		snprintf(text, sizeof text, "%d", nodes[i].os_index);
		status = add_once(values, text);
	}
	return status;
}

static const struct axis_word {
	const char *key; ///< NULL: of every axis but those named before
	const char *word;
	int (*add)(struct axis_values *values, const struct topology *topology);
} words[] = {
	{"workers", "auto", add_auto},
	{"workers", "quick", add_quick},
	{"workers", "all", add_all},
	{"workers", "twice", add_twice},
	{"model", "models", add_every_model},
	{"model", "pools", add_pools},
	{"model", "per_dispatch", add_per_dispatch},
	{"transport", "channels", add_copies},
	{NULL, "channels", add_channels},
	{NULL, "places", add_places},
	{NULL, "cpus", add_cpus},
	{NULL, "nodes", add_nodes},
};

static const struct axis_word *word_find(const char *key, const char *value)
{
	for (const struct axis_word *word = words; word < words + sizeof words / sizeof *words; word++)
		if ((!word->key || strcmp(word->key, key) == 0) && strcmp(word->word, value) == 0)
			return word;
	return NULL;
}

bool axis_word_known(const char *key, const char *value)
{
	const struct axis_word *word = word_find(key, value);
	return word && word->key;
}

int axis_values_expand(struct axis_values *values, const char *key, const struct topology *topology)
{
	struct axis_values given = *values;
	int status = 0;
	values->n = 0;
	for (unsigned i = 0; i < given.n && status == 0; i++) {
		const struct axis_word *word = word_find(key, given.value[i]);
		status = word ? word->add(values, topology) : add_once(values, given.value[i]);
	}
	return status;
}
