// How the gate slices a row. Found by comparing builds with themselves: the figures are in docs/gate-validation.md.
#include "gate/slicing.h"

#include "base/clock.h"
#include "bench/plan/axis_product.h"
#include "exec/exec.h"

// Residents and a caller that spin, at least at first, while they wait for each other: with one CPU they would park,
// which is another measurement.
static bool spins_apart(const struct spec *spec)
{
	const char *name = spec_get(spec, "model");
	const struct model *model = name ? model_find(name) : NULL;
	return model && model->resident && !spec_axis_is(spec, "wait", "park") && !spec_axis_is(spec, "caller", "works");
}

// A row whose work is on one CPU anyway. Unbound, its caller is on that CPU in some processes and on another one in
// others, where waking or creating a worker takes two or three times as long. A row that measures unbound workers
// (pin:none) stays unbound.
static bool fits_one_cpu(const struct spec *spec)
{
	if (spec_axis_is(spec, "pin", "none") || spins_apart(spec))
		return false;
	return spec_axis_is(spec, "workers", "1") || spec_axis_is(spec, "pin", "same") ||
	       spec_axis_is(spec, "place", "same_cpu");
}

struct slicing spec_slicing(const struct spec *spec)
{
	bool one_cpu = fits_one_cpu(spec);
	// On one CPU disturbances only add time, so the fastest tenth is the least disturbed. Across CPUs the fastest
	// iterations are those where a partner happened not to sleep: another case, not less noise.
	return (struct slicing){
		.slice_ns = 10 * NS_PER_MS, .statistic = one_cpu ? STATISTIC_P10 : STATISTIC_P25, .one_cpu = one_cpu};
}
