// How the gate slices a row. Found by comparing builds with themselves: the README's table has the figures.
#include "gate/slicing.h"

#include <string.h>

#include "base/clock.h"
#include "exec/exec.h"

static bool axis_is(const struct spec *spec, const char *key, const char *value)
{
	const char *is = spec_get(spec, key);
	return is && strcmp(is, value) == 0;
}

// Residents and a caller that spin for each other, at least at first: with one CPU they would park, which is another
// thing.
static bool spins_apart(const struct spec *spec)
{
	const char *name = spec_get(spec, "model");
	const struct model *model = name ? model_find(name) : NULL;
	return model && model->resident && !axis_is(spec, "wait", "park") && !axis_is(spec, "caller", "works");
}

// A row whose work is on one CPU anyway. Left free, its caller is on that CPU in some processes and beside it in
// others, and what wakes or creates takes twice or thrice as long in the latter. Where the row is about being free
// (pin:none) it stays so.
static bool fits_one_cpu(const struct spec *spec)
{
	if (axis_is(spec, "pin", "none") || spins_apart(spec))
		return false;
	return axis_is(spec, "workers", "1") || axis_is(spec, "pin", "same") || axis_is(spec, "place", "same_cpu");
}

struct slicing spec_slicing(const struct spec *spec)
{
	bool one_cpu = fits_one_cpu(spec);
	// On one CPU what disturbs only adds, and the least disturbed tenth is the quietest. Across CPUs the fastest
	// iterations are those where a partner happened not to sleep: another thing, not less noise.
	return (struct slicing){
		.slice_ns = 10 * NS_PER_MS, .statistic = one_cpu ? STATISTIC_P10 : STATISTIC_P25, .one_cpu = one_cpu};
}
