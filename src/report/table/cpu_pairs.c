// Gathering what each pair of CPUs took. Rows of one pair are those of experiments that draw a map over two axes.
#include "report/table/cpu_pairs.h"

#include "base/status.h"
#include "bench/plan/experiment.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compare_cpus(const void *a, const void *b)
{
	return (*(const int32_t *)a > *(const int32_t *)b) - (*(const int32_t *)a < *(const int32_t *)b);
}

static int compare_pairs(const void *a, const void *b)
{
	const struct cpu_pair *pair_a = a, *pair_b = b;
	if (pair_a->processes != pair_b->processes)
		return pair_a->processes ? 1 : -1;
	for (int i = 0; i < 2; i++)
		if (pair_a->cpu[i] != pair_b->cpu[i])
			return pair_a->cpu[i] < pair_b->cpu[i] ? -1 : 1;
	return (pair_a->wall_ns > pair_b->wall_ns) - (pair_a->wall_ns < pair_b->wall_ns);
}

static bool same_pair(const struct cpu_pair *a, const struct cpu_pair *b)
{
	return a->processes == b->processes && a->cpu[0] == b->cpu[0] && a->cpu[1] == b->cpu[1];
}

static void pair_put(struct cpu_pairs *pairs, const struct row *row, const int32_t cpu[2], double wall_ns)
{
	bool rising = cpu[0] < cpu[1];
	pairs->experiment = row->spec.experiment;
	pairs->pair[pairs->n++] = (struct cpu_pair){.cpu = {cpu[!rising], cpu[rising]},
	                                            .processes = strcmp(row_axis(row, "between"), "processes") == 0,
	                                            .wall_ns = wall_ns,
	                                            .visits_n = 1};
}

// The axes of a row of one pair; NULL: it is none.
static const struct experiment_plot *map_of(const struct row *row)
{
	const struct experiment *experiment = experiment_find(row->spec.experiment);
	for (const struct experiment_plot *plot = experiment ? experiment->plots : NULL; plot && plot->name; plot++)
		if (strcmp(plot->script, "pairs") == 0 && spec_get(&row->spec, plot->x) && spec_get(&row->spec, plot->curves))
			return plot;
	return NULL;
}

static void rows_gather(struct cpu_pairs *pairs, const struct derived *derived)
{
	for (uint32_t i = 0; i < derived->record->rows_n; i++) {
		const struct row *row = &derived->record->rows[i];
		const struct experiment_plot *plot = derived->row[i].wall.n ? map_of(row) : NULL;
		if (!plot)
			continue;
		int32_t cpu[2] = {atoi(row_axis(row, plot->curves)), atoi(row_axis(row, plot->x))};
		if (cpu[0] != cpu[1])
			pair_put(pairs, row, cpu, derived->row[i].wall.median);
	}
}

// Of each pair the (lower) median, once they are sorted.
static void medians_take(struct cpu_pairs *pairs)
{
	uint32_t kept = 0;
	for (uint32_t first = 0, next; first < pairs->n; first = next) {
		for (next = first + 1; next < pairs->n && same_pair(&pairs->pair[first], &pairs->pair[next]);)
			next++;
		pairs->pair[kept] = pairs->pair[first + (next - first - 1) / 2];
		pairs->pair[kept++].visits_n = next - first;
	}
	pairs->n = kept;
}

static void cpus_gather(struct cpu_pairs *pairs)
{
	uint32_t all_n = 0;
	for (uint32_t i = 0; i < pairs->n; i++)
		for (int side = 0; side < 2; side++)
			pairs->cpu[all_n++] = pairs->pair[i].cpu[side];
	qsort(pairs->cpu, all_n, sizeof *pairs->cpu, compare_cpus);
	for (uint32_t i = 0; i < all_n; i++)
		if (i == 0 || pairs->cpu[i] != pairs->cpu[pairs->cpus_n - 1])
			pairs->cpu[pairs->cpus_n++] = pairs->cpu[i];
}

int cpu_pairs_open(struct cpu_pairs *pairs, const struct derived *derived)
{
	const struct record *record = derived->record;
	size_t most_n = (size_t)record->cpu_pairs_n + record->rows_n + 1;
	*pairs = (struct cpu_pairs){.pair = calloc(most_n, sizeof *pairs->pair)};
	pairs->cpu = calloc(2 * most_n, sizeof *pairs->cpu);
	if (!pairs->pair || !pairs->cpu)
		return status_fail(ENOMEM, "%zu pairs of CPUs", most_n);
	for (uint32_t i = 0; i < record->cpu_pairs_n; i++) {
		const struct cpu_pair_sample *sample = &record->cpu_pairs[i];
		if (sample->from != sample->to)
			pair_put(pairs, &record->rows[sample->row], (int32_t[]){sample->from, sample->to}, sample->wall_ns);
	}
	rows_gather(pairs, derived);
	qsort(pairs->pair, pairs->n, sizeof *pairs->pair, compare_pairs);
	medians_take(pairs);
	cpus_gather(pairs);
	return 0;
}

void cpu_pairs_free(struct cpu_pairs *pairs)
{
	free(pairs->pair);
	free(pairs->cpu);
	*pairs = (struct cpu_pairs){0};
}

uint32_t cpu_pairs_index(const struct cpu_pairs *pairs, int32_t cpu)
{
	const int32_t *found = bsearch(&cpu, pairs->cpu, pairs->cpus_n, sizeof cpu, compare_cpus);
	return found ? (uint32_t)(found - pairs->cpu) : pairs->cpus_n;
}
