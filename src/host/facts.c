// The facts themselves, one short reader each. Nothing here fails: what the machine does not say becomes "not available
// here". The warnings that follow from them are in facts_judge.c.
#include "host/facts.h"

#include "base/words.h"
#include "host/facts_parts.h"
#include "host/placement.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *facts_get(const struct facts *facts, const char *key)
{
	for (unsigned i = 0; i < facts->facts_n; i++)
		if (strcmp(facts->fact[i].key, key) == 0)
			return facts->fact[i].value;
	return NULL;
}

void facts_add(struct facts *facts, const char *key, const char *format, ...)
{
	assert(facts->facts_n < FACTS_MAX);
	if (facts->facts_n == FACTS_MAX)
		return;
	struct fact *fact = &facts->fact[facts->facts_n++];
	snprintf(fact->key, sizeof fact->key, "%s", key);
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(fact->value, sizeof fact->value, format, arguments);
	va_end(arguments);
	if (!*fact->value)
		strcpy(fact->value, FACT_UNKNOWN);
}

void facts_warn(struct facts *facts, const char *format, ...)
{
	assert(facts->warnings_n < FACT_WARNINGS_MAX);
	if (facts->warnings_n == FACT_WARNINGS_MAX)
		return;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(facts->warning[facts->warnings_n++], sizeof facts->warning[0], format, arguments);
	va_end(arguments);
}

bool line_read(const char *path, char *line, size_t line_bytes)
{
	line[0] = '\0';
	FILE *file = fopen(path, "re");
	if (!file)
		return false;
	bool read = fgets(line, (int)line_bytes, file) != NULL;
	fclose(file);
	line[strcspn(line, "\n")] = '\0';
	return read;
}

// "always [madvise] never" -> "madvise".
static void bracketed_keep(char *text)
{
	char *open = strchr(text, '['), *close = strchr(text, ']');
	if (!open || !close || close < open)
		return;
	*close = '\0';
	memmove(text, open + 1, strlen(open + 1) + 1);
}

static void files_add(struct facts *facts)
{
	static const struct {
		const char *key, *path, *when_empty;
	} files[] = {
		{"cpus_online", "/sys/devices/system/cpu/online", FACT_UNKNOWN},
		{"isolated_cpus", "/sys/devices/system/cpu/isolated", "none"},
		{"clocksource", "/sys/devices/system/clocksource/clocksource0/current_clocksource", FACT_UNKNOWN},
		{"thp_enabled", "/sys/kernel/mm/transparent_hugepage/enabled", FACT_UNKNOWN},
		{"shmem_enabled", "/sys/kernel/mm/transparent_hugepage/shmem_enabled", FACT_UNKNOWN},
		{"thp_defrag", "/sys/kernel/mm/transparent_hugepage/defrag", FACT_UNKNOWN},
		{"perf_event_paranoid", "/proc/sys/kernel/perf_event_paranoid", FACT_UNKNOWN},
		{"numa_balancing", "/proc/sys/kernel/numa_balancing", FACT_UNKNOWN},
		{"sched_autogroup", "/proc/sys/kernel/sched_autogroup_enabled", FACT_UNKNOWN},
	};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char line[160];
		bool known = line_read(files[i].path, line, sizeof line);
		bracketed_keep(line);
		facts_add(facts, files[i].key, "%s", !known ? FACT_UNKNOWN : *line ? line : files[i].when_empty);
	}
}

static void topology_add(struct facts *facts, const struct topology *topology)
{
	char list[160];
	facts_add(facts, "cpus_n", "%u", topology_cpus_n(topology));
	facts_add(facts, "cores_n", "%u", topology_cores_n(topology));
	facts_add(facts, "packages_n", "%u", topology_packages_n(topology));
	facts_add(facts, "numa_nodes_n", "%u", topology_numa_nodes_n(topology));
	size_t llc_bytes = topology_llc_bytes(topology);
	if (llc_bytes)
		facts_add(facts, "llc_bytes", "%zu", llc_bytes);
	else
		facts_add(facts, "llc_bytes", "%s", FACT_UNKNOWN);
	facts_add(facts, "allowed_cpus", "%s", topology_allowed_list(topology, list, sizeof list));
	double quota_cpus = topology_quota_cpus(topology);
	if (quota_cpus > 0.0)
		facts_add(facts, "quota_cpus", "%.2f", quota_cpus);
	else
		facts_add(facts, "quota_cpus", "none");
}

// Kinds of CPUs, and what was chosen by options: only where there are such.
static void choice_add(struct facts *facts, const struct topology *topology)
{
	char kinds[sizeof facts->fact->value] = "", list[96], one[144];
	for (unsigned i = 0; i < topology_kinds_n(topology); i++) {
		const char *name = topology_kinds(topology)[i].name;
		topology_kind_list(topology, i, list, sizeof list);
		snprintf(one, sizeof one, "%s%s%s", name, *name ? ": " : "", list);
		words_add(kinds, sizeof kinds, "; ", one);
	}
	facts_add(facts, "cpu_kinds_n", "%u", topology_kinds_n(topology));
	if (topology_kinds_n(topology) > 1)
		facts_add(facts, "cpu_kinds", "%s", kinds);
	facts_add(facts, "pin_rule", "%d", PIN_RULE);
	if (topology_chosen_cpus(topology))
		facts_add(facts, "cpus_chosen", "%s", topology_chosen_cpus(topology));
	if (topology_chosen_kind(topology))
		facts_add(facts, "cpukind_chosen", "%s", topology_chosen_kind(topology));
}

void facts_read(struct facts *facts, const struct topology *topology)
{
	memset(facts, 0, sizeof *facts);
	facts_add_cpu(facts);
	topology_add(facts, topology);
	choice_add(facts, topology);
	facts_add_power(facts, topology);
	files_add(facts);
	facts_add_system(facts);
	facts_add_build(facts);
	facts_judge(facts, topology);
}
