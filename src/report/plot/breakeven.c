// The picture of break-even sizes: a line per model, wait, worker count …; where its bar begins, it beats serial.
#include "report/table/breakeven.h"

#include "exec/exec.h"
#include "report/plot/curves.h"
#include "report/text/text.h"

#include <math.h>
#include <string.h>

enum { LABEL_BYTES = 120 };

static const char *const curve_keys[] = {"model", NULL};
static const char columns[] =
	"# 1 place  2 size of break-even  3 low 4 high (ns, bytes or items; NaN: none within the sizes measured)  "
	"5 begin and 6 end of where it beats serial\n";

struct chart {
	struct picture picture;
	const struct break_evens *found;
	uint32_t section;
	const char *keys[SPEC_AXES_MAX + 1]; ///< of the axes that may differ
	const struct break_even *widest;     ///< with the most sizes: they stand along x
	double least, most;
	unsigned places_n;
};

static double clamp(const struct chart *chart, double size)
{
	return fmin(fmax(size, chart->least), chart->most);
}

static bool in_chart(const struct chart *chart, unsigned index)
{
	return chart->found->entry[index].section == chart->section;
}

static bool row_scaling(const struct derived *derived, uint32_t row)
{
	return row_scales(derived->record, &derived->record->rows[row]) && !row_is_serial(&derived->record->rows[row]);
}

// As in every picture of models: the model's place in the registry.
static void styles_choose(struct picture *picture)
{
	for (unsigned curve = 0; curve < picture->curves_n; curve++) {
		const char *name = spec_get(&picture->derived->record->rows[picture->curve[curve]].spec, "model");
		for (unsigned model = 0; models[model]; model++)
			if (name && !strcmp(models[model]->name, name))
				picture->style[curve] = model + 1;
	}
}

static void chart_make(struct chart *chart)
{
	chart->keys[0] = "size";
	break_even_keys(chart->picture.derived, chart->found, chart->section, chart->keys + 1, SPEC_AXES_MAX);
	chart->picture.free_keys = chart->keys;
	chart->picture.curve_keys = curve_keys;
	picture_make(&chart->picture, row_scaling);
	styles_choose(&chart->picture);
	size_t used = strlen(chart->picture.name);
	snprintf(chart->picture.name + used, sizeof chart->picture.name - used, "-breakeven");
	chart->least = INFINITY;
	for (unsigned i = 0; i < chart->found->entries_n; i++) {
		const struct break_even *entry = &chart->found->entry[i];
		if (!in_chart(chart, i))
			continue;
		chart->places_n++;
		chart->least = fmin(chart->least, entry->size[0]);
		chart->most = fmax(chart->most, entry->size[entry->sizes_n - 1]);
		if (!chart->widest || entry->sizes_n > chart->widest->sizes_n)
			chart->widest = entry;
	}
}

// A curve without an entry in it still has its block: gnuplot counts them.
static void data_put(FILE *out, const struct chart *chart)
{
	const struct row *rows = chart->picture.derived->record->rows;
	char title[LABEL_BYTES];
	for (unsigned curve = 0; curve < chart->picture.curves_n; curve++) {
		fprintf(out, "%s# %s\n", curve ? "\n\n" : "", curve_title(&chart->picture, curve, title, sizeof title));
		unsigned place = 0;
		for (unsigned i = 0; i < chart->found->entries_n; i++) {
			const struct break_even *entry = &chart->found->entry[i];
			const struct crossing *crossing = &entry->crossing;
			place += in_chart(chart, i);
			if (!in_chart(chart, i) ||
			    !rows_agree(&rows[chart->picture.curve[curve]], &rows[entry->row[0]], curve_keys))
				continue;
			bool inside = crossing->median > 0 && isfinite(crossing->median);
			fprintf(out, "%u", place);
			number_put(out, inside ? crossing->median : NAN);
			number_put(out, inside ? clamp(chart, crossing->low) : NAN);
			number_put(out, inside ? clamp(chart, crossing->high) : NAN);
			number_put(out, isinf(crossing->median) ? NAN : clamp(chart, crossing->median));
			number_put(out, isinf(crossing->median) ? NAN : chart->most);
			fputc('\n', out);
		}
	}
}

static void text_put(FILE *out, const char *array, unsigned place, const char *text)
{
	fprintf(out, "%s[%u] = ", array, place);
	quote_put(out, text);
	fputc('\n', out);
}

static void places_put(FILE *out, const struct chart *chart)
{
	const struct derived *derived = chart->picture.derived;
	char text[LABEL_BYTES];
	unsigned place = 0;
	fprintf(out, "places_n = %u\narray place[%u]\narray said[%u]\n", chart->places_n, chart->places_n, chart->places_n);
	for (unsigned i = 0; i < chart->found->entries_n; i++) {
		const struct break_even *entry = &chart->found->entry[i];
		if (!in_chart(chart, i))
			continue;
		text_put(out, "place", ++place, break_even_label(derived, chart->found, i, text, sizeof text));
		text_put(out, "said", place, break_even_text(derived, entry, entry->crossing.median, text, sizeof text));
	}
}

static void sizes_put(FILE *out, const struct chart *chart)
{
	const struct break_even *entry = chart->widest;
	char bare[64];
	fprintf(out, "size_least = %.9g\nsize_most = %.9g\nx_label = '%s'\nset xtics ()\n", chart->least, chart->most,
	        entry->unit == SIZE_UNIT_NS      ? "work in the task, done by one worker"
	        : entry->unit == SIZE_UNIT_BYTES ? "size: bytes read and written"
	                                         : "items");
	for (unsigned i = 0; i < entry->sizes_n; i++) {
		const char *size = spec_get(&chart->picture.derived->record->rows[entry->row[i]].spec, "size");
		fprintf(out, "set xtics add (\"%s\" %.9g)\n", text_bare(bare, sizeof bare, size), entry->size[i]);
	}
}

static int chart_write(struct chart *chart, struct plot_list *list)
{
	const struct picture *picture = &chart->picture;
	const char *const stems[] = {picture->name};
	FILE *out;
	chart_make(chart);
	int status = plot_file_open(&out, picture->out_dir, picture->name, "dat");
	if (status < 0)
		return status;
	data_head_put(out, picture, stems, 1, columns);
	data_put(out, chart);
	status = plot_file_close(out, picture->out_dir, picture->name, "dat");
	if (status < 0 || (status = plot_file_open(&out, picture->out_dir, picture->name, "gp")) < 0)
		return status;
	prologue_put(out, picture, picture->name, picture->name, "Break-even");
	places_put(out, chart);
	sizes_put(out, chart);
	fputs("load scripts.'/breakeven.gp'\n", out);
	status = plot_file_close(out, picture->out_dir, picture->name, "gp");
	return status < 0 ? status : plot_list_add(list, picture->name);
}

int break_evens_write(const struct derived *derived, const char *out_dir, struct plot_list *list)
{
	struct break_evens found;
	int status = break_evens_find(derived, &found);
	for (unsigned i = 0; i < found.entries_n && status == 0; i++) {
		bool seen = false;
		for (unsigned before = 0; before < i; before++)
			seen = seen || found.entry[before].section == found.entry[i].section;
		struct chart chart = {.picture = {.derived = derived, .out_dir = out_dir, .first = found.entry[i].row[0]},
		                      .found = &found,
		                      .section = found.entry[i].section};
		if (!seen)
			status = chart_write(&chart, list);
	}
	break_evens_free(&found);
	return status;
}
