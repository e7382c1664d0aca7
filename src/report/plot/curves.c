// Which rows make a picture and which a curve, and the parts all data files and prologues have in common.
#include "report/plot/curves.h"

#include "base/status.h"
#include "base/words.h"
#include "exec/exec.h"
#include "report/text/text.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const model_keys[] = {"model", "transport", NULL};

static const char *const *keys_of(const struct picture *picture)
{
	return picture->curve_keys ? picture->curve_keys : model_keys;
}

bool row_named(const struct row *row, const char *words)
{
	char text[SPEC_KEY_BYTES + SPEC_VALUE_BYTES];
	for (unsigned i = 0; i < row->spec.axes_n; i++) {
		struct axis axis = spec_axis(&row->spec, i);
		snprintf(text, sizeof text, "%s:%s", axis.key, axis.value);
		if (words_have(words, ' ', text))
			return true;
	}
	return false;
}

bool curve_has(const struct picture *picture, unsigned curve, uint32_t row)
{
	const struct row *rows = picture->derived->record->rows;
	const struct row *member = &rows[picture->curve[curve]];
	return rows_equal_but(&rows[picture->first], &rows[row], picture->free_keys) &&
	       rows_agree(member, &rows[row], keys_of(picture));
}

// The model's place in the registry; variants of a model take the line types behind the registry's.
static unsigned style_of(const struct picture *picture, unsigned curve)
{
	const struct row *row = &picture->derived->record->rows[picture->curve[curve]];
	const char *name = spec_get(&row->spec, "model");
	if (picture->curve_keys)
		return curve + 1;
	unsigned style = 1, models_n = 0;
	for (; models[models_n]; models_n++)
		if (name && !strcmp(models[models_n]->name, name))
			style = models_n + 1;
	for (unsigned i = 0; i < curve; i++)
		if (picture->style[i] == style)
			style = models_n + 1;
	for (unsigned i = 0; i < curve; i++)
		if (style > models_n && picture->style[i] >= style)
			style = picture->style[i] + 1;
	return style;
}

void picture_name(struct picture *picture)
{
	const struct spec *spec = &picture->derived->record->rows[picture->first].spec;
	size_t name_used = (size_t)snprintf(picture->name, sizeof picture->name, "%s", spec->experiment);
	picture->heading[0] = '\0';
	for (unsigned i = 0; i < spec->axes_n; i++) {
		const char *key = spec_axis(spec, i).key, *value = spec_axis(spec, i).value;
		size_t heading_used = strlen(picture->heading);
		if (keys_have(picture->free_keys, key))
			continue;
		bool plain = !strcmp(key, "kernel") || !strcmp(key, "size");
		if (name_used < sizeof picture->name)
			name_used += (size_t)snprintf(picture->name + name_used, sizeof picture->name - name_used, "-%s%s",
			                              *value >= '0' && *value <= '9' && !plain ? key : "", value);
		snprintf(picture->heading + heading_used, sizeof picture->heading - heading_used, "%s%s%s%s",
		         heading_used ? " · " : "", plain ? "" : key, plain ? "" : " ", value);
	}
	text_bare(picture->name, sizeof picture->name, picture->name);
	for (char *c = picture->name; *c; c++)
		if (strchr(":, ", *c))
			*c = '-';
}

void picture_make(struct picture *picture, bool (*use)(const struct derived *derived, uint32_t row))
{
	const struct record *record = picture->derived->record;
	picture->curves_n = 0;
	for (uint32_t i = 0; i < record->rows_n && picture->curves_n < CURVES_MAX; i++) {
		bool known = !rows_equal_but(&record->rows[picture->first], &record->rows[i], picture->free_keys) ||
		             !use(picture->derived, i);
		for (unsigned curve = 0; curve < picture->curves_n && !known; curve++)
			known = curve_has(picture, curve, i);
		if (known)
			continue;
		picture->curve[picture->curves_n] = i;
		picture->style[picture->curves_n] = style_of(picture, picture->curves_n);
		picture->curves_n++;
	}
	picture_name(picture);
}

static bool key_varies(const struct picture *picture, const char *key)
{
	const struct row *rows = picture->derived->record->rows;
	for (unsigned i = 0; i < picture->curves_n; i++)
		if (spec_get(&rows[picture->curve[i]].spec, key))
			return true;
	return false;
}

char *curve_title(const struct picture *picture, unsigned curve, char *out, size_t out_bytes)
{
	const struct row *row = &picture->derived->record->rows[picture->curve[curve]];
	size_t used = 0;
	*out = '\0';
	for (const char *const *key = keys_of(picture); *key; key++) {
		const char *value = spec_get(&row->spec, *key);
		if (!value && key_varies(picture, *key))
			value = row_default(row, *key);
		if (value && used < out_bytes)
			used += (size_t)snprintf(out + used, out_bytes - used, "%s%s", used ? " " : "", value);
	}
	if (!used) // a row without any of the axes that tell the others apart works alone
		snprintf(out, out_bytes, "alone");
	return out;
}

int plot_file_open(FILE **file, const char *out_dir, const char *stem, const char *extension)
{
	char path[PATH_MAX];
	if ((size_t)snprintf(path, sizeof path, "%s/%s.%s", out_dir, stem, extension) >= sizeof path)
		return status_fail(ENAMETOOLONG, "%s", out_dir);
	*file = fopen(path, "we");
	return *file ? 0 : status_fail(errno, "%s", path);
}

int plot_file_close(FILE *file, const char *out_dir, const char *stem, const char *extension)
{
	bool failed = ferror(file);
	errno = EIO;
	if (fclose(file) || failed)
		return status_fail(errno, "%s/%s.%s", out_dir, stem, extension);
	return 0;
}

void number_put(FILE *out, double value)
{
	if (isfinite(value))
		fprintf(out, " %.9g", value);
	else
		fputs(" NaN", out);
}

void quote_put(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'')
			fputc('\'', out);
		fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
	}
	fputc('\'', out);
}

char *text_bare(char *out, size_t out_bytes, const char *text)
{
	size_t i = 0;
	for (; text[i] && i + 1 < out_bytes; i++) {
		bool safe = (text[i] >= 'a' && text[i] <= 'z') || (text[i] >= 'A' && text[i] <= 'Z') ||
		            (text[i] >= '0' && text[i] <= '9') || strchr(" .,_+-:", text[i]);
		out[i] = safe ? text[i] : '-';
	}
	out[i] = '\0';
	return out;
}

static const char *machine_of(const struct picture *picture, char *out, size_t out_bytes)
{
	const struct facts *facts = &picture->derived->record->facts;
	const char *model = facts_get(facts, "cpu_model"), *cpus = facts_get(facts, "cpus_n");
	char text[256];
	snprintf(text, sizeof text, "%s, %s CPUs", model ? model : "unknown CPU", cpus ? cpus : "?");
	return text_plain(out, out_bytes, text);
}

void data_head_put(FILE *out, const struct picture *picture, const char *const *stems, unsigned stems_n,
                   const char *columns)
{
	char machine[256], date[sizeof picture->derived->record->date];
	fprintf(out, "# %s: %s\n# %s, %s\n", picture->derived->record->rows[picture->first].spec.experiment,
	        picture->heading, machine_of(picture, machine, sizeof machine),
	        text_plain(date, sizeof date, picture->derived->record->date));
	for (unsigned i = 0; i < stems_n; i++)
		fprintf(out,
		        "# to redraw in this directory (scripts: the path of tvp's scripts/plot): "
		        "gnuplot -e \"format='svg'; scripts='../scripts/plot'\" %s.gp\n",
		        stems[i]);
	fprintf(out, "# medians over rounds; low, high: ends of the 95 %% interval\n%s", columns);
}

void prologue_put(FILE *out, const struct picture *picture, const char *stem, const char *data_stem, const char *what)
{
	const struct record *record = picture->derived->record;
	char text[512], machine[256];
	const char *cpus = facts_get(&record->facts, "cpus_n");
	fprintf(out, "# gnuplot -e \"format='svg'; scripts='../scripts/plot'\" %s.gp\nreset\nstem = ", stem);
	quote_put(out, stem);
	snprintf(text, sizeof text, "%s.dat", data_stem);
	fputs("\ndata = ", out);
	quote_put(out, text);
	snprintf(text, sizeof text, "%s · %s", what, picture->heading);
	fputs("\nheading = ", out);
	quote_put(out, text);
	const struct interval *interval = &picture->derived->row[picture->first].wall.median_interval;
	snprintf(text, sizeof text, "%s · %u round%s%s", machine_of(picture, machine, sizeof machine), record->rounds_n,
	         text_plural(record->rounds_n),
	         interval->coverage > 0 ? "" : ", too few for a 95 % interval: bars are the range");
	fputs("\nsubheading = ", out);
	quote_put(out, text);
	fprintf(out, "\ncpus = %d\ncurves_n = %u\narray curve[%u]\narray style[%u]\n", cpus ? atoi(cpus) : 1,
	        picture->curves_n, picture->curves_n, picture->curves_n);
	for (unsigned i = 0; i < picture->curves_n; i++) {
		fprintf(out, "style[%u] = %u\ncurve[%u] = ", i + 1, picture->style[i], i + 1);
		quote_put(out, curve_title(picture, i, text, sizeof text));
		fputc('\n', out);
	}
}

int plot_list_add(struct plot_list *list, const char *stem)
{
	if (list->stems_n == list->stems_max) {
		unsigned stems_max = list->stems_max ? list->stems_max * 2 : 32;
		void *grown = realloc(list->stem, stems_max * sizeof *list->stem);
		if (!grown)
			return status_fail(ENOMEM, "the list of %u pictures", stems_max);
		list->stem = grown;
		list->stems_max = stems_max;
	}
	snprintf(list->stem[list->stems_n++], PLOT_STEM_BYTES, "%s", stem);
	return 0;
}

void plot_list_free(struct plot_list *list)
{
	free(list->stem);
	*list = (struct plot_list){0};
}
