// The pictures that experiments declare: values over one axis, a curve per combination of others, a picture for the
// rest. Places along x are ordinal, in the order of their size, and named by the axis's own text: 0, 64MiB, 1GiB.
#include "report/plot/curves.h"

#include "base/intern.h"
#include "base/status.h"
#include "base/units.h"
#include "base/words.h"
#include "bench/plan/experiment.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS_MAX = 6 };

struct drawing {
	struct picture picture;
	const struct experiment_plot *plot;
	const char *twins; ///< NULL: no rows of other experiments beside the picture's own
	const char *curve_keys[KEYS_MAX + 1], *free_keys[KEYS_MAX + 2];
	unsigned x_n;
	double least, most; ///< of all that is drawn
	const char *x[];    ///< the values along x, in order: room for one per row
};

struct drawn {
	double median, low, high;
};

// The numbers behind what is drawn, larger first where the wall is turned into a rate.
static struct drawn drawn_of(const struct derived *derived, uint32_t row, const struct experiment_plot *plot)
{
	const struct figures *figures = &derived->row[row];
	const struct interval *interval = &figures->wall.median_interval;
	double work = plot->as == DRAW_BYTES_PER_S ? figures->bytes_per_ns * figures->wall.median : 1;
	if (plot->as == DRAW_SPEEDUP)
		return (struct drawn){figures->speedup.median, figures->speedup.median_interval.low,
		                      figures->speedup.median_interval.high};
	if (plot->as != DRAW_METRIC)
		return (struct drawn){work * 1e9 / figures->wall.median, work * 1e9 / interval->high,
		                      work * 1e9 / interval->low};
	if (plot->metric == METRIC_wall_ns)
		return (struct drawn){figures->wall.median, interval->low, interval->high};
	struct summary summary = derive_metric(derived, row, plot->metric);
	return (struct drawn){summary.median, summary.median_interval.low, summary.median_interval.high};
}

static bool row_drawn(const struct drawing *drawing, uint32_t row)
{
	const struct derived *derived = drawing->picture.derived;
	const struct row *self = &derived->record->rows[row];
	return derived->row[row].wall.n > 0 && spec_get(&self->spec, drawing->plot->x) &&
	       !row_named(self, drawing->plot->without) && isfinite(drawn_of(derived, row, drawing->plot).median);
}

static bool row_in(const struct drawing *drawing, uint32_t row)
{
	const struct row *rows = drawing->picture.derived->record->rows;
	return row_drawn(drawing, row) && rows_equal_but(&rows[drawing->picture.first], &rows[row], drawing->free_keys);
}

// The size of a value: a number, bytes or a duration; NAN for a word, which keeps its position.
static double size_of(const char *text)
{
	uint64_t quantity;
	if (units_parse_count(text, 0, UINT64_MAX >> 1, &quantity) == 0 || units_parse_bytes(text, &quantity) == 0 ||
	    units_parse_duration(text, &quantity) == 0)
		return (double)quantity;
	return NAN;
}

static unsigned x_index(const struct drawing *drawing, const char *value)
{
	unsigned index = 0;
	while (index < drawing->x_n && strcmp(drawing->x[index], value) != 0)
		index++;
	return index;
}

static void x_insert(struct drawing *drawing, const char *value)
{
	unsigned at = drawing->x_n++;
	for (; at > 0 && size_of(value) < size_of(drawing->x[at - 1]); at--)
		drawing->x[at] = drawing->x[at - 1];
	drawing->x[at] = value;
}

// The reference row of a row, where the picture shows it and it was measured; -1: none.
static int32_t twin_of(const struct drawing *drawing, uint32_t row)
{
	const struct derived *derived = drawing->picture.derived;
	int32_t twin = derived->record->rows[row].baseline;
	return drawing->twins && twin >= 0 && derived->row[twin].wall.n > 0 ? twin : -1;
}

static void gather(struct drawing *drawing)
{
	const struct derived *derived = drawing->picture.derived;
	drawing->x_n = 0;
	drawing->least = INFINITY;
	drawing->most = -INFINITY;
	for (uint32_t i = 0; i < derived->record->rows_n; i++) {
		if (!row_in(drawing, i))
			continue;
		const char *value = spec_get(&derived->record->rows[i].spec, drawing->plot->x);
		if (x_index(drawing, value) == drawing->x_n)
			x_insert(drawing, value);
		struct drawn drawn = drawn_of(derived, i, drawing->plot);
		drawing->least = fmin(drawing->least, drawn.low);
		drawing->most = fmax(drawing->most, drawn.high);
		int32_t twin = twin_of(drawing, i);
		if (twin >= 0) {
			drawn = drawn_of(derived, (uint32_t)twin, drawing->plot);
			drawing->least = fmin(drawing->least, drawn.low);
			drawing->most = fmax(drawing->most, drawn.high);
		}
	}
}

// Curves: the combinations of the curve axes that occur, in order of appearance.
static void curves_gather(struct drawing *drawing)
{
	struct picture *picture = &drawing->picture;
	picture->curves_n = 0;
	for (uint32_t i = 0; i < picture->derived->record->rows_n; i++) {
		bool known = !row_in(drawing, i);
		for (unsigned curve = 0; curve < picture->curves_n && !known; curve++)
			known = curve_has(picture, curve, i);
		if (known || picture->curves_n == CURVES_MAX)
			continue;
		picture->curve[picture->curves_n] = i;
		picture->style[picture->curves_n] = style_of_pair(picture, picture->curves_n);
		picture->curves_n++;
	}
}

// A line of the data: a row of the curve at a place along x; of the twins the row's twin, with the curve beside which
// it stands.
static void line_put(FILE *out, const struct drawing *drawing, unsigned curve, unsigned place, bool twins)
{
	const struct picture *picture = &drawing->picture;
	for (uint32_t i = 0; i < picture->derived->record->rows_n; i++) {
		const struct spec *spec = &picture->derived->record->rows[i].spec;
		if (!row_in(drawing, i) || !curve_has(picture, curve, i) ||
		    strcmp(spec_get(spec, drawing->plot->x), drawing->x[place]) != 0 || (twins && twin_of(drawing, i) < 0))
			continue;
		struct drawn drawn = drawn_of(picture->derived, twins ? (uint32_t)twin_of(drawing, i) : i, drawing->plot);
		fprintf(out, "%u %.9g %.9g %.9g", place + 1, drawn.median, drawn.low, drawn.high);
		fprintf(out, twins ? " %u\n" : "\n", curve + 1);
	}
}

static void data_put(FILE *out, const struct drawing *drawing)
{
	const struct picture *picture = &drawing->picture;
	char title[160];
	for (unsigned curve = 0; curve < picture->curves_n; curve++) {
		fprintf(out, "%s# %s\n", curve ? "\n\n" : "", curve_title(picture, curve, title, sizeof title));
		for (unsigned place = 0; place < drawing->x_n; place++)
			line_put(out, drawing, curve, place, false);
	}
	if (!drawing->twins)
		return;
	fprintf(out, "\n\n# %s; 5 the curve whose reference it is\n", drawing->twins);
	for (unsigned curve = 0; curve < picture->curves_n; curve++)
		for (unsigned place = 0; place < drawing->x_n; place++)
			line_put(out, drawing, curve, place, true);
}

static bool is_time(const struct experiment_plot *plot)
{
	return plot->as == DRAW_METRIC && *metric_unit(plot->metric) == 'n';
}

// What the numbers are, so that an axis names them in the prefix that fits each: ns, B, B/s, /s; or nothing.
static const char *unit_of(const struct experiment_plot *plot)
{
	if (plot->as == DRAW_BYTES_PER_S)
		return "B/s";
	if (plot->as == DRAW_OPERATIONS_PER_S)
		return "/s";
	if (is_time(plot))
		return "s";
	return plot->as == DRAW_METRIC && *metric_unit(plot->metric) == 'B' ? "B" : "";
}

static void x_put(FILE *out, const struct drawing *drawing)
{
	char bare[64];
	fprintf(out, "places_n = %u\narray place[%u]\n", drawing->x_n, drawing->x_n);
	for (unsigned i = 0; i < drawing->x_n; i++)
		fprintf(out, "place[%u] = '%s'\n", i + 1, text_bare(bare, sizeof bare, drawing->x[i]));
}

static int prologue_write(const struct drawing *drawing, struct plot_list *list)
{
	const struct picture *picture = &drawing->picture;
	const struct experiment_plot *plot = drawing->plot;
	FILE *out;
	int status = plot_file_open(&out, picture->out_dir, picture->name, "gp");
	if (status < 0)
		return status;
	prologue_put(out, picture, picture->name, picture->name, plot->title);
	fputs("x_label = ", out);
	quote_put(out, plot->x_label);
	fputs("\ny_label = ", out);
	quote_put(out, plot->y_label);
	// Times are drawn in seconds.
	double scale = is_time(plot) ? 1e-9 : 1;
	fprintf(out, "\nleast = %.9g\nmost = %.9g\nunit = '%s'\nscale = %g\n", drawing->least * scale,
	        drawing->most * scale, unit_of(plot), scale);
	fputs("twins = ", out);
	quote_put(out, drawing->twins ? drawing->twins : "");
	fputc('\n', out);
	x_put(out, drawing);
	if (strcmp(plot->script, "lines") == 0)
		panels_put(out, picture);
	fprintf(out, "load scripts.'/%s.gp'\n", plot->script);
	status = plot_file_close(out, picture->out_dir, picture->name, "gp");
	return status < 0 ? status : plot_list_add(list, picture->name);
}

static int picture_write(struct drawing *drawing, struct plot_list *list)
{
	struct picture *picture = &drawing->picture;
	gather(drawing);
	curves_gather(drawing);
	picture_name(picture);
	size_t used = strlen(picture->name);
	snprintf(picture->name + used, sizeof picture->name - used, "-%s", drawing->plot->name);
	const char *const stems[] = {picture->name};
	FILE *out;
	int status = plot_file_open(&out, picture->out_dir, picture->name, "dat");
	if (status < 0)
		return status;
	data_head_put(out, picture, stems, 1, "# 1 place along x  2 median  3 low  4 high (ns, bytes or per second)\n");
	data_put(out, drawing);
	status = plot_file_close(out, picture->out_dir, picture->name, "dat");
	return status < 0 ? status : prologue_write(drawing, list);
}

// "channel between" as keys; together with x they are what may differ within a picture.
static void keys_split(struct drawing *drawing)
{
	unsigned keys_n = 0;
	for (struct word word = {.at = drawing->plot->curves}; keys_n < KEYS_MAX && word_next(&word, ' '); keys_n++)
		drawing->curve_keys[keys_n] = drawing->free_keys[keys_n] = intern_part(word.at, word.length);
	drawing->curve_keys[keys_n] = NULL;
	drawing->free_keys[keys_n] = drawing->plot->x;
	drawing->free_keys[keys_n + 1] = NULL;
}

static int plot_write(const struct derived *derived, const struct experiment *experiment,
                      const struct experiment_plot *plot, const char *out_dir, struct plot_list *list)
{
	struct drawing *drawing = calloc(1, sizeof *drawing + derived->record->rows_n * sizeof *drawing->x);
	if (!drawing)
		return status_fail(ENOMEM, "the picture %s", plot->name);
	const struct record *record = derived->record;
	drawing->plot = plot;
	drawing->twins = strcmp(plot->script, "dots") == 0 ? experiment->twins : NULL;
	keys_split(drawing);
	int status = 0;
	for (uint32_t i = 0; i < record->rows_n && status == 0; i++) {
		drawing->picture =
			(struct picture){derived, out_dir, i, drawing->free_keys, drawing->curve_keys, {0}, {0}, 0, "", ""};
		bool known = strcmp(record->rows[i].spec.experiment, experiment->name) != 0 || !row_drawn(drawing, i);
		for (uint32_t before = 0; before < i && !known; before++)
			known = row_drawn(drawing, before) &&
			        rows_equal_but(&record->rows[before], &record->rows[i], drawing->free_keys);
		if (!known)
			status = picture_write(drawing, list);
	}
	free(drawing);
	return status;
}

int drawings_write(const struct derived *derived, const char *out_dir, struct plot_list *list)
{
	int status = 0;
	for (const struct experiment *const *experiment = experiments; *experiment; experiment++)
		for (const struct experiment_plot *plot = (*experiment)->plots; plot && plot->name && status == 0; plot++)
			status = strcmp(plot->script, "pairs") == 0 ? matrix_write(derived, *experiment, plot, out_dir, list)
			                                            : plot_write(derived, *experiment, plot, out_dir, list);
	return status;
}
