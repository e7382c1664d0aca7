// The data of one problem, a block per curve, and the prologues of its three pictures.
#include "report/plot/plotdata.h"

#include "base/status.h"
#include "exec/exec.h"
#include "bench/plan/experiment.h"
#include "report/plot/bands.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const free_keys[] = {"model", "workers", "transport", NULL};
static const char columns[] =
	"# 1 workers  2 wall_ns 3 low 4 high  5 speedup 6 low 7 high  8 efficiency 9 low 10 high  "
	"11 launch_ns 12 work_ns 13 collect_ns  14 bar (place in the anatomy; NaN: too short for parts)\n";

// Where sizes are points on a scale, pictures over the sizes say more than one of each size over the workers.
static bool row_used(const struct derived *derived, uint32_t row)
{
	const struct record *record = derived->record;
	const struct experiment *experiment = experiment_find(record->rows[row].spec.experiment);
	return !(experiment && experiment->break_even) && row_scales(record, &record->rows[row]) &&
	       !row_is_limit(&record->rows[row]) && !row_is_serial(&record->rows[row]) && derived->row[row].speedup.n > 0;
}

static bool has_parts(const struct figures *figures)
{
	return figures->wall.median >= PARTS_WALL_LEAST_NS && isfinite(figures->median[METRIC_launch_ns]) &&
	       isfinite(figures->median[METRIC_work_ns]) && isfinite(figures->median[METRIC_collect_ns]);
}

// What the prologues say beyond the curves, gathered while the data is written.
struct ranges {
	unsigned bars_n;
	double wall_most_ns, speedup_least;
	FILE *labels; ///< gnuplot lines that name the bars
};

static void row_put(FILE *out, const struct figures *figures, struct ranges *ranges)
{
	const struct summary *wall = &figures->wall, *speedup = &figures->speedup;
	double share = 1.0 / figures->workers_n;
	fprintf(out, "%u", figures->workers_n);
	const double numbers[] = {
		wall->median,
		wall->median_interval.low,
		wall->median_interval.high,
		speedup->median,
		speedup->median_interval.low,
		speedup->median_interval.high,
		speedup->median * share,
		speedup->median_interval.low * share,
		speedup->median_interval.high * share,
		figures->median[METRIC_launch_ns],
		figures->median[METRIC_work_ns],
		figures->median[METRIC_collect_ns],
	};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		number_put(out, numbers[i]);
	ranges->speedup_least = fmin(ranges->speedup_least, speedup->median_interval.low);
	if (has_parts(figures)) {
		fprintf(out, " %u\n", ++ranges->bars_n);
		fprintf(ranges->labels, "set xtics add ('%u' %u)\n", figures->workers_n, ranges->bars_n);
		ranges->wall_most_ns = fmax(ranges->wall_most_ns, wall->median);
	} else {
		fputs(" NaN\n", out);
	}
}

static void curve_put(FILE *out, const struct picture *picture, unsigned curve, struct ranges *ranges)
{
	char title[80];
	unsigned bars_before_n = ranges->bars_n;
	curve_title(picture, curve, title, sizeof title);
	fprintf(out, "%s# %s\n", curve ? "\n\n" : "", title);
	for (uint32_t i = 0; i < picture->derived->record->rows_n; i++)
		if (row_used(picture->derived, i) && curve_has(picture, curve, i))
			row_put(out, &picture->derived->row[i], ranges);
	if (ranges->bars_n == bars_before_n)
		return;
	text_bare(title, sizeof title, title);
	// The name stands below its bars, the variant on a line of its own.
	char *blank = strchr(title, ' ');
	fprintf(ranges->labels, "set label \"%.*s%s%s\" at %g, graph 0 center offset 0,label_down font label_font\n",
	        blank ? (int)(blank - title) : (int)sizeof title, title, blank ? "\\n" : "", blank ? blank + 1 : "",
	        (bars_before_n + 1 + ranges->bars_n) / 2.0);
}

static void workers_put(FILE *out, const struct picture *picture)
{
	unsigned least = ~0u, most = 0;
	fputs("workers_list = '", out);
	for (unsigned workers_n = 1; workers_n <= EXEC_WORKERS_MAX; workers_n++) {
		bool any = false;
		for (uint32_t i = 0; i < picture->derived->record->rows_n && !any; i++)
			for (unsigned curve = 0; curve < picture->curves_n && !any; curve++)
				any = picture->derived->row[i].workers_n == workers_n && row_used(picture->derived, i) &&
				      curve_has(picture, curve, i);
		if (!any)
			continue;
		fprintf(out, "%s%u", most ? " " : "", workers_n);
		least = workers_n < least ? workers_n : least;
		most = workers_n;
	}
	fprintf(out, "'\nworkers_least = %u\nworkers_most = %u\n", least, most);
}

static void bars_put(FILE *out, const struct picture *picture, const struct ranges *ranges, const char *labels)
{
	static const struct {
		double least_ns;
		const char *unit;
	} units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}, {1, "ns"}};
	unsigned unit = 0;
	while (unit < 3 && ranges->wall_most_ns < units[unit].least_ns)
		unit++;
	int32_t serial = picture->derived->record->rows[picture->first].baseline;
	fprintf(out, "bars_n = %u\nunit = '%s'\nscale = %g\nserial_ns = %.9g\n", ranges->bars_n, units[unit].unit,
	        1 / units[unit].least_ns, picture->derived->row[serial].wall.median);
	// Many bars have their numbers upright, so the names below them go lower.
	bool many = ranges->bars_n > 24;
	fprintf(out, "many = %d\nlabel_down = %g\nlabel_font = '%s'\nset xtics ()\n%s", many, many ? -3.4 : -2.5,
	        many ? ",9" : "", labels);
}

// What a problem's pictures are written from, and the list that they are added to.
struct problem_pictures {
	struct picture picture;
	const struct curves *laws;
	struct plot_list *list;
};

static int prologues_write(const struct problem_pictures *problem, const struct ranges *ranges, const char *labels)
{
	const struct picture *picture = &problem->picture;
	static const struct {
		const char *script, *what;
	} kinds[] = {{"speedup", "Speedup"}, {"efficiency", "Efficiency"}, {"anatomy", "Anatomy"}};
	int status = 0;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds && status == 0; i++) {
		char stem[PLOT_STEM_BYTES];
		bool bars = !strcmp(kinds[i].script, "anatomy");
		if (bars && !ranges->bars_n)
			continue;
		snprintf(stem, sizeof stem, "%s-%s", picture->name, kinds[i].script);
		FILE *out;
		status = plot_file_open(&out, picture->out_dir, stem, "gp");
		if (status < 0)
			return status;
		prologue_put(out, picture, stem, picture->name, kinds[i].what);
		workers_put(out, picture);
		fprintf(out, "speedup_least = %.9g\n", ranges->speedup_least);
		if (bars)
			bars_put(out, picture, ranges, labels);
		if (i == 0)
			bands_say(out, picture, problem->laws);
		fprintf(out, "load scripts.'/%s.gp'\n", kinds[i].script);
		status = plot_file_close(out, picture->out_dir, stem, "gp");
		if (status == 0)
			status = plot_list_add(problem->list, stem);
	}
	return status;
}

static int picture_write(const struct problem_pictures *problem)
{
	const struct picture *picture = &problem->picture;
	char *labels = NULL, stem[3][PLOT_STEM_BYTES];
	size_t labels_bytes;
	const char *const stems[] = {stem[0], stem[1], stem[2]};
	snprintf(stem[0], sizeof stem[0], "%s-speedup", picture->name);
	snprintf(stem[1], sizeof stem[1], "%s-efficiency", picture->name);
	snprintf(stem[2], sizeof stem[2], "%s-anatomy", picture->name);
	struct ranges ranges = {.speedup_least = INFINITY, .labels = open_memstream(&labels, &labels_bytes)};
	if (!ranges.labels)
		return status_fail(ENOMEM, "labels");
	FILE *out;
	int status = plot_file_open(&out, picture->out_dir, picture->name, "dat");
	if (status == 0) {
		data_head_put(out, picture, stems, 3, columns);
		for (unsigned curve = 0; curve < picture->curves_n; curve++)
			curve_put(out, picture, curve, &ranges);
		bands_put(out, picture, problem->laws);
		status = plot_file_close(out, picture->out_dir, picture->name, "dat");
	}
	if (fclose(ranges.labels) && status == 0)
		status = status_fail(ENOMEM, "labels");
	if (status == 0)
		status = prologues_write(problem, &ranges, labels);
	free(labels);
	return status;
}

static int problems_write(const struct derived *derived, const char *out_dir, const struct curves *laws,
                          struct plot_list *list)
{
	const struct record *record = derived->record;
	int status = 0;
	for (uint32_t i = 0; i < record->rows_n && status == 0; i++) {
		struct problem_pictures problem = {
			.picture = {.derived = derived, .out_dir = out_dir, .first = i, .free_keys = free_keys},
			.laws = laws,
			.list = list,
		};
		bool known = !row_used(derived, i);
		for (uint32_t before = 0; before < i && !known; before++)
			known = row_used(derived, before) && rows_equal_but(&record->rows[before], &record->rows[i], free_keys);
		if (known)
			continue;
		picture_make(&problem.picture, row_used);
		status = picture_write(&problem);
	}
	return status;
}

int plotdata_write(const struct record *record, const char *out_dir, struct plot_list *list)
{
	struct derived derived;
	struct curves laws;
	*list = (struct plot_list){0};
	int status = derive_open(&derived, record);
	if (status < 0)
		return status;
	status = curves_open(&laws, &derived, &(struct law_request){0}, false);
	if (status == 0)
		status = problems_write(&derived, out_dir, &laws, list);
	if (status == 0)
		status = peers_write(&derived, out_dir, list);
	if (status == 0)
		status = break_evens_write(&derived, out_dir, list);
	if (status == 0)
		status = drawings_write(&derived, out_dir, list);
	curves_close(&laws);
	derive_close(&derived);
	return status;
}
