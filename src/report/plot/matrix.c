// What each pair of CPUs took, as one map: threads above the diagonal, processes below it.
#include "report/plot/curves.h"

#include "bench/plan/experiment.h"
#include "report/table/cpu_pairs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare_walls(const void *a, const void *b)
{
	double wall_a = ((const struct cpu_pair *)a)->wall_ns, wall_b = ((const struct cpu_pair *)b)->wall_ns;
	return (wall_a > wall_b) - (wall_a < wall_b);
}

struct range {
	double least_ns, most_ns; ///< of the colours: of many pairs the slowest hundredth, which was interrupted, is beyond
	uint32_t visits_least, visits_most;
};

// Sorts the pairs, which the map does not mind.
static struct range range_of(struct cpu_pairs *pairs)
{
	struct range range = {.visits_least = UINT32_MAX};
	qsort(pairs->pair, pairs->n, sizeof *pairs->pair, compare_walls);
	range.least_ns = pairs->pair[0].wall_ns;
	range.most_ns = pairs->pair[pairs->n - 1 - pairs->n / 100].wall_ns;
	for (uint32_t i = 0; i < pairs->n; i++) {
		uint32_t visits_n = pairs->pair[i].visits_n;
		range.visits_least = visits_n < range.visits_least ? visits_n : range.visits_least;
		range.visits_most = visits_n > range.visits_most ? visits_n : range.visits_most;
	}
	return range;
}

static int data_write(const struct picture *picture, const struct cpu_pairs *pairs)
{
	const char *const stems[] = {picture->name};
	FILE *out;
	int status = plot_file_open(&out, picture->out_dir, picture->name, "dat");
	if (status < 0)
		return status;
	data_head_put(
		out, picture, stems, 1,
		"# 1 column  2 line, both counted from 1 in the order of the CPUs' numbers  3 wall (ns; the median of "
		"the pair's visits, without an interval)  4 visits\n");
	for (uint32_t i = 0; i < pairs->n; i++) {
		const struct cpu_pair *pair = &pairs->pair[i];
		uint32_t low = cpu_pairs_index(pairs, pair->cpu[0]) + 1, high = cpu_pairs_index(pairs, pair->cpu[1]) + 1;
		fprintf(out, "%u %u %.9g %u\n", pair->processes ? low : high, pair->processes ? high : low, pair->wall_ns,
		        pair->visits_n);
	}
	return plot_file_close(out, picture->out_dir, picture->name, "dat");
}

static int prologue_write(const struct picture *picture, const struct experiment_plot *plot,
                          const struct cpu_pairs *pairs, const struct range *range)
{
	FILE *out;
	int status = plot_file_open(&out, picture->out_dir, picture->name, "gp");
	if (status < 0)
		return status;
	prologue_put(out, picture, picture->name, picture->name, plot->title);
	// Rows of one pair each have the rounds' intervals in the tables.
	if (picture->derived->record->cpu_pairs_n > 0)
		fprintf(out, "subheading = subheading.', each pair in %u to %u visits, no intervals'\n", range->visits_least,
		        range->visits_most);
	fprintf(out, "least = %.9g\nmost = %.9g\nunit = 's'\nscale = 1e-09\nplaces_n = %u\narray place[%u]\n",
	        range->least_ns * 1e-9, range->most_ns * 1e-9, pairs->cpus_n, pairs->cpus_n);
	for (uint32_t i = 0; i < pairs->cpus_n; i++)
		fprintf(out, "place[%u] = '%d'\n", i + 1, pairs->cpu[i]);
	fputs("load scripts.'/pairs.gp'\n", out);
	return plot_file_close(out, picture->out_dir, picture->name, "gp");
}

static int picture_write(const struct derived *derived, const struct experiment_plot *plot, const char *out_dir,
                         struct cpu_pairs *pairs, struct plot_list *list)
{
	static const char *const no_keys[] = {NULL};
	struct picture picture = {
		.derived = derived, .out_dir = out_dir, .curve_keys = no_keys, .curves_n = 1, .style = {1}};
	while (strcmp(derived->record->rows[picture.first].spec.experiment, pairs->experiment) != 0)
		picture.first++;
	picture.curve[0] = picture.first;
	snprintf(picture.name, sizeof picture.name, "%s-%s", pairs->experiment, plot->name);
	snprintf(picture.heading, sizeof picture.heading, "threads above the diagonal, processes below");
	struct range range = range_of(pairs);
	int status = data_write(&picture, pairs);
	if (status == 0)
		status = prologue_write(&picture, plot, pairs, &range);
	return status < 0 ? status : plot_list_add(list, picture.name);
}

int matrix_write(const struct derived *derived, const struct experiment *experiment, const struct experiment_plot *plot,
                 const char *out_dir, struct plot_list *list)
{
	struct cpu_pairs pairs;
	int status = cpu_pairs_open(&pairs, derived);
	if (status == 0 && pairs.n > 0 && strcmp(pairs.experiment, experiment->name) == 0)
		status = picture_write(derived, plot, out_dir, &pairs, list);
	cpu_pairs_free(&pairs);
	return status;
}
