// Line types of curves whose rows say in which world they are: 20 + 3 x pair + (1: threads, 2: processes, 3: neither of
// the two that stand beside it) of style.gp.
#include "report/plot/curves.h"

#include "exec/exec.h"

#include <string.h>

enum { STYLE_NEUTRAL = 1, STYLE_PAIRS = 21, PAIRS_N = 24 };

enum world { WORLD_THREADS, WORLD_PROCESSES, WORLD_BESIDE, WORLDS_N, WORLD_UNKNOWN = WORLDS_N };

static const struct model *model_of(const struct spec *spec)
{
	const char *name = spec_get(spec, "model");
	return name ? model_find(name) : NULL;
}

static enum world world_of(const struct picture *picture, const struct spec *spec)
{
	const char *between = spec_get(spec, "between");
	const struct model *model = model_of(spec);
	for (const char *const *key = picture->curve_keys; *key && !between; key++)
		if (!strcmp(*key, "between"))
			return WORLD_BESIDE;
	if (between && !strcmp(between, "threads"))
		return WORLD_THREADS;
	if (between)
		return strcmp(between, "processes") ? WORLD_BESIDE : WORLD_PROCESSES;
	return model ? model->processes ? WORLD_PROCESSES : WORLD_THREADS : WORLD_UNKNOWN;
}

// What a model's pair is called: a process model goes with the threads model it is compared to.
static const char *pair_value(const struct spec *spec, const char *key)
{
	const struct model *model = model_of(spec);
	if (!strcmp(key, "between"))
		return "";
	const char *value = model && !strcmp(key, "model") && model->peer ? model->peer : spec_get(spec, key);
	return value ? value : "";
}

static bool same_pair(const struct picture *picture, unsigned a, unsigned b)
{
	const struct row *rows = picture->derived->record->rows;
	for (const char *const *key = picture->curve_keys; *key; key++)
		if (strcmp(pair_value(&rows[picture->curve[a]].spec, *key), pair_value(&rows[picture->curve[b]].spec, *key)))
			return false;
	return true;
}

unsigned style_of_pair(const struct picture *picture, unsigned curve)
{
	const struct row *rows = picture->derived->record->rows;
	unsigned pair = 0;
	for (unsigned i = 0; i < curve; i++) {
		if (same_pair(picture, i, curve)) {
			pair = (picture->style[i] - STYLE_PAIRS) / WORLDS_N;
			break;
		}
		bool seen = false;
		for (unsigned before = 0; before < i && !seen; before++)
			seen = same_pair(picture, before, i);
		pair += !seen;
	}
	enum world world = world_of(picture, &rows[picture->curve[curve]].spec);
	return world == WORLD_UNKNOWN ? STYLE_NEUTRAL + curve : STYLE_PAIRS + WORLDS_N * (pair % PAIRS_N) + (unsigned)world;
}
