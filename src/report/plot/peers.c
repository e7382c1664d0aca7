// Process ÷ thread of every kernel in one picture: kernels side by side, worker counts from left to right in each.
#include "report/plot/curves.h"

#include "bench/plan/plan_options.h"

#include <math.h>
#include <string.h>

enum { KERNELS_MAX = 64 };

// The problem, and the axes along which points stand in the picture.
static const char *const *free_keys(void)
{
	static const char *keys[PLAN_AXES_MAX + 6];
	unsigned keys_n = 0;
	if (keys[0])
		return keys;
	for (const char *const *key = problem_keys(); *key; key++)
		keys[keys_n++] = *key;
	keys[keys_n++] = "model";
	keys[keys_n++] = "workers";
	keys[keys_n] = "transport";
	return keys;
}

static const char columns[] = "# 1 place  2 workers  3 process wall / thread wall  4 low 5 high\n";

struct places {
	const struct picture *picture;
	uint32_t kernel[KERNELS_MAX]; ///< a row of each kernel and size, in order
	unsigned kernels_n;
	unsigned workers[16]; ///< the counts that occur, rising
	unsigned workers_n;
	double ratio_least, ratio_most;
};

static bool row_used(const struct derived *derived, uint32_t row)
{
	return derived->row[row].peer.n > 0 && spec_get(&derived->record->rows[row].spec, "kernel") &&
	       !row_is_limit(&derived->record->rows[row]);
}

static bool row_in_picture(const struct picture *picture, uint32_t row)
{
	const struct row *rows = picture->derived->record->rows;
	return row_used(picture->derived, row) && rows_equal_but(&rows[picture->first], &rows[row], free_keys());
}

static unsigned kernel_index(const struct places *places, uint32_t row)
{
	const struct row *rows = places->picture->derived->record->rows;
	unsigned index = 0;
	while (index < places->kernels_n && !rows_agree(&rows[places->kernel[index]], &rows[row], problem_keys()))
		index++;
	return index;
}

static unsigned workers_index(const struct places *places, unsigned workers_n)
{
	unsigned index = 0;
	while (index < places->workers_n && places->workers[index] < workers_n)
		index++;
	return index;
}

static void workers_add(struct places *places, unsigned workers_n)
{
	unsigned index = workers_index(places, workers_n);
	bool known = index < places->workers_n && places->workers[index] == workers_n;
	if (known || places->workers_n == sizeof places->workers / sizeof *places->workers)
		return;
	memmove(&places->workers[index + 1], &places->workers[index],
	        (places->workers_n - index) * sizeof *places->workers);
	places->workers[index] = workers_n;
	places->workers_n++;
}

static void places_make(struct places *places, const struct picture *picture)
{
	*places = (struct places){.picture = picture, .ratio_least = 1, .ratio_most = 1};
	for (uint32_t i = 0; i < picture->derived->record->rows_n; i++) {
		if (!row_in_picture(picture, i))
			continue;
		if (kernel_index(places, i) == places->kernels_n && places->kernels_n < KERNELS_MAX)
			places->kernel[places->kernels_n++] = i;
		workers_add(places, picture->derived->row[i].workers_n);
		const struct interval *interval = &picture->derived->row[i].peer.median_interval;
		places->ratio_least = fmin(places->ratio_least, interval->low);
		places->ratio_most = fmax(places->ratio_most, interval->high);
	}
}

// Worker counts share 0.6 of a kernel's place; curves stand a little apart, so that intervals do not hide each other.
static double place_of(const struct places *places, uint32_t row, unsigned curve)
{
	const struct picture *picture = places->picture;
	double count = workers_index(places, picture->derived->row[row].workers_n);
	double step = places->workers_n > 1 ? 0.6 / (places->workers_n - 1) : 0;
	double apart = picture->curves_n > 1 ? (double)curve / (picture->curves_n - 1) - 0.5 : 0;
	double room = places->workers_n > 1 ? fmin(0.3 * step, 0.1) : 0.5;
	return kernel_index(places, row) + 1 + (count - (places->workers_n - 1) / 2.0) * step + apart * room;
}

static void curve_put(FILE *out, const struct places *places, unsigned curve)
{
	const struct derived *derived = places->picture->derived;
	char title[80];
	fprintf(out, "%s# %s\n", curve ? "\n\n" : "", curve_title(places->picture, curve, title, sizeof title));
	for (uint32_t i = 0; i < derived->record->rows_n; i++) {
		if (!row_in_picture(places->picture, i) || !curve_has(places->picture, curve, i) ||
		    kernel_index(places, i) == places->kernels_n)
			continue;
		const struct summary *peer = &derived->row[i].peer;
		fprintf(out, "%.4f %u %.9g %.9g %.9g\n", place_of(places, i, curve), derived->row[i].workers_n, peer->median,
		        peer->median_interval.low, peer->median_interval.high);
	}
}

static void places_put(FILE *out, const struct places *places)
{
	fprintf(out, "kernels_n = %u\nratio_least = %.9g\nratio_most = %.9g\nplaces = '%s", places->kernels_n,
	        places->ratio_least, places->ratio_most, places->workers_n > 1 ? "each kernel, from left to right: " : "");
	for (unsigned i = 0; i < places->workers_n; i++)
		fprintf(out, "%s%u", i ? ", " : "", places->workers[i]);
	fprintf(out, " worker%s'\nset xtics ()\n", places->workers_n == 1 && places->workers[0] == 1 ? "" : "s");
	for (unsigned i = 0; i < places->kernels_n; i++) {
		const struct row *row = &places->picture->derived->record->rows[places->kernel[i]];
		char name[SPEC_NAME_BYTES], bare[SPEC_NAME_BYTES];
		fprintf(out, "set xtics add (\"%s", text_bare(bare, sizeof bare, kernel_title(row, name, sizeof name)));
		fprintf(out, "\\n%s\" %u)\n", text_bare(bare, sizeof bare, row_axis(row, "size")), i + 1);
	}
}

// "fork ÷ threads": a curve is named for both sides of its ratio.
static void pairs_put(FILE *out, const struct picture *picture)
{
	const struct row *rows = picture->derived->record->rows;
	for (unsigned i = 0; i < picture->curves_n; i++) {
		const char *thread = spec_get(&rows[rows[picture->curve[i]].peer].spec, "model");
		char title[80], pair[160];
		curve_title(picture, i, title, sizeof title);
		char *blank = strchr(title, ' ');
		snprintf(pair, sizeof pair, "%.*s ÷ %s%s", (int)strcspn(title, " "), title, thread ? thread : "threads",
		         blank ? blank : "");
		fprintf(out, "curve[%u] = ", i + 1);
		quote_put(out, pair);
		fputc('\n', out);
	}
}

static int picture_write(const struct picture *picture, struct plot_list *list)
{
	char stem[PLOT_STEM_BYTES];
	const char *const stems[] = {stem};
	struct places places;
	FILE *out;
	places_make(&places, picture);
	snprintf(stem, sizeof stem, "%s-peers", picture->name);
	int status = plot_file_open(&out, picture->out_dir, stem, "dat");
	if (status < 0)
		return status;
	data_head_put(out, picture, stems, 1, columns);
	for (unsigned curve = 0; curve < picture->curves_n; curve++)
		curve_put(out, &places, curve);
	status = plot_file_close(out, picture->out_dir, stem, "dat");
	if (status < 0 || (status = plot_file_open(&out, picture->out_dir, stem, "gp")) < 0)
		return status;
	prologue_put(out, picture, stem, stem, "Processes ÷ threads");
	pairs_put(out, picture);
	places_put(out, &places);
	fputs("load scripts.'/peers.gp'\n", out);
	status = plot_file_close(out, picture->out_dir, stem, "gp");
	return status < 0 ? status : plot_list_add(list, stem);
}

int peers_write(const struct derived *derived, const char *out_dir, struct plot_list *list)
{
	const struct record *record = derived->record;
	int status = 0;
	for (uint32_t i = 0; i < record->rows_n && status == 0; i++) {
		struct picture picture = {.derived = derived, .out_dir = out_dir, .first = i, .free_keys = free_keys()};
		bool known = !row_used(derived, i);
		for (uint32_t before = 0; before < i && !known; before++)
			known = row_used(derived, before) && rows_equal_but(&record->rows[before], &record->rows[i], free_keys());
		if (known)
			continue;
		picture_make(&picture, row_used);
		status = picture_write(&picture, list);
	}
	return status;
}
