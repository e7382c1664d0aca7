// Kinds of CPUs, CPU pairs, and warnings about the plans. Kind 0 is the strongest: pins fill it first.
#include "cli/topo/notes.h"

#include "host/place.h"
#include "report/text/text.h"

void notes_kinds_print(FILE *out, const struct topology *topology)
{
	char list[96];
	const struct topology_kind *kind = topology_kinds(topology);
	if (topology_kinds_n(topology) < 2)
		return;
	fprintf(out, "\nkind  CPUs  %s\n",
	        topology_kinds_ranked(topology) ? "the strongest first" : "(which is the strongest is not known)");
	for (unsigned i = 0; i < topology_kinds_n(topology); i++)
		fprintf(out, "%4u  %4u  %s%s%s\n", i, kind[i].cpus_n, topology_kind_list(topology, i, list, sizeof list),
		        *kind[i].name ? ": " : "", kind[i].name);
}

static unsigned kind_of(const struct topology *topology, int os_index)
{
	const struct topology_cpu *cpu = topology_cpus(topology);
	while (cpu->os_index != os_index)
		cpu++;
	return cpu->kind;
}

static void of_pair_print(FILE *out, const struct topology *topology, const int cpu[2])
{
	unsigned first = kind_of(topology, cpu[0]), second = kind_of(topology, cpu[1]);
	if (first != second)
		fprintf(out, " (kinds %u and %u)", first, second);
}

static char *kinds_excess(const struct topology *topology, char *out, size_t out_bytes)
{
	const struct topology_kind *kind = topology_kinds(topology);
	snprintf(out, out_bytes, "the %u CPU%s of kind 0%s%s%s: pins put the others on other kinds", kind->cpus_n,
	         text_plural(kind->cpus_n), *kind->name ? " (" : "", kind->name, *kind->name ? ")" : "");
	return out;
}

static void excess_print(FILE *out, const unsigned *workers, unsigned workers_n, double limit, const char *what)
{
	bool first = true;
	for (unsigned i = 0; i < workers_n; i++) {
		if (workers[i] <= limit)
			continue;
		fprintf(out, "%s%u", first ? "\nwarning: " : ", ", workers[i]);
		first = false;
	}
	if (!first)
		fprintf(out, " workers exceed %s\n", what);
}

// The CPU pairs of the axis `place`: where two workers that communicate can run.
void notes_places_print(FILE *out, const struct topology *topology)
{
	fprintf(out, "\nplace          CPU pair\n");
	for (int place = 0; place < PLACE_N; place++) {
		int cpu[2];
		if (!place_find(topology, (enum place)place, cpu))
			continue;
		fprintf(out, "%-13s  CPUs %d and %d", place_name((enum place)place), cpu[0], cpu[1]);
		of_pair_print(out, topology, cpu);
		fputc('\n', out);
	}
}

void notes_excess_print(FILE *out, const struct topology *topology, const unsigned *workers, unsigned workers_n)
{
	char what[160];
	unsigned cpus_n = topology_cpus_n(topology);
	if (topology_kinds_n(topology) > 1)
		excess_print(out, workers, workers_n, topology_kinds(topology)->cpus_n,
		             kinds_excess(topology, what, sizeof what));
	snprintf(what, sizeof what, "the %u allowed CPU%s: they are time-sliced", cpus_n, text_plural(cpus_n));
	excess_print(out, workers, workers_n, cpus_n, what);
	double quota_cpus = topology_quota_cpus(topology);
	snprintf(what, sizeof what, "the cgroup's quota of %.2f CPUs: they are throttled in every period", quota_cpus);
	if (quota_cpus > 0.0)
		excess_print(out, workers, workers_n, quota_cpus, what);
}
