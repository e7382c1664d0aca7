// Many curves as panels: one for each value of the axis that has the most, its curves in front of all others in grey.
#include "report/plot/curves.h"

#include "base/words.h"

#include <string.h>

enum { CURVES_OF_ONE_PANEL = 8, TEXT_BYTES = 160 };

struct panels {
	const struct picture *picture;
	const char *key;            ///< what the panels are told apart by
	unsigned panel[CURVES_MAX]; ///< of each curve
	unsigned first[CURVES_MAX]; ///< a curve of each panel
	unsigned panels_n;
	unsigned kind[CURVES_MAX];       ///< of each curve: what the panel's own value does not say of it
	unsigned kind_first[CURVES_MAX]; ///< a curve of each kind
	unsigned kinds_n;
};

static const char *value_of(const struct picture *picture, unsigned curve, const char *key)
{
	return row_axis(&picture->derived->record->rows[picture->curve[curve]], key);
}

// The same number for curves of equal values. Returns how many numbers there are; first: a curve of each.
static unsigned values_number(const struct picture *picture, const char *key, unsigned *number, unsigned *first)
{
	unsigned values_n = 0;
	for (unsigned curve = 0; curve < picture->curves_n; curve++) {
		unsigned value = 0;
		while (value < values_n && strcmp(value_of(picture, curve, key), value_of(picture, first[value], key)) != 0)
			value++;
		if (value == values_n)
			first[values_n++] = curve;
		number[curve] = value;
	}
	return values_n;
}

// "shared processes": the values of all axes but the panels' own; "" where there is no other.
static char *kind_title(const struct panels *panels, unsigned curve, char *out)
{
	*out = '\0';
	for (const char *const *key = panels->picture->curve_keys; *key; key++)
		if (strcmp(*key, panels->key) != 0 && *value_of(panels->picture, curve, *key))
			words_add(out, TEXT_BYTES, " ", value_of(panels->picture, curve, *key));
	return out;
}

static void kinds_number(struct panels *panels)
{
	for (unsigned curve = 0; curve < panels->picture->curves_n; curve++) {
		char title[TEXT_BYTES], other[TEXT_BYTES];
		unsigned kind = 0;
		kind_title(panels, curve, title);
		while (kind < panels->kinds_n && strcmp(title, kind_title(panels, panels->kind_first[kind], other)) != 0)
			kind++;
		if (kind == panels->kinds_n)
			panels->kind_first[panels->kinds_n++] = curve;
		panels->kind[curve] = kind;
	}
}

static void panels_make(struct panels *panels)
{
	unsigned panel[CURVES_MAX], first[CURVES_MAX];
	for (const char *const *key = panels->picture->curve_keys; *key; key++) {
		unsigned n = strcmp(*key, "between") != 0 ? values_number(panels->picture, *key, panel, first) : 0;
		if (n > panels->panels_n) {
			panels->key = *key;
			panels->panels_n = n;
		}
	}
	panels->panels_n = values_number(panels->picture, panels->key, panels->panel, panels->first);
	kinds_number(panels);
}

void panels_put(FILE *out, const struct picture *picture)
{
	struct panels panels = {.picture = picture};
	char text[TEXT_BYTES];
	if (picture->curves_n > CURVES_OF_ONE_PANEL)
		panels_make(&panels);
	fprintf(out, "panels_n = %u\n", panels.panels_n);
	if (panels.panels_n == 0)
		return;
	fprintf(out, "array panel[%u]\narray panel_name[%u]\narray kind[%u]\n", picture->curves_n, panels.panels_n,
	        picture->curves_n);
	for (unsigned i = 0; i < picture->curves_n; i++)
		fprintf(out, "panel[%u] = %u\nkind[%u] = %u\n", i + 1, panels.panel[i] + 1, i + 1, panels.kind[i] + 1);
	for (unsigned i = 0; i < panels.panels_n; i++) {
		fprintf(out, "panel_name[%u] = ", i + 1);
		quote_put(out, value_of(picture, panels.first[i], panels.key));
		fputc('\n', out);
	}
	fprintf(out, "kinds_n = %u\narray kind_name[%u]\narray kind_style[%u]\n", panels.kinds_n, panels.kinds_n,
	        panels.kinds_n);
	for (unsigned i = 0; i < panels.kinds_n; i++) {
		fprintf(out, "kind_style[%u] = %u\nkind_name[%u] = ", i + 1, picture->style[panels.kind_first[i]], i + 1);
		quote_put(out, kind_title(&panels, panels.kind_first[i], text));
		fputc('\n', out);
	}
}
