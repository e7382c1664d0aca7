// Any text as a spec's name: refused, or a spec whose name reads back to the same one; and, as a point of a kernel that
// can be planned, one whose spec makes the same point again.
#include <stdlib.h>
#include <string.h>

#include "bench/plan/point.h"
#include "measure/spec.h"
#include "tests/fuzz/memory_file.h"

// As a visit does: what cannot be planned has no spec of its own.
static bool is_planned(const struct point *point)
{
	struct problem problem;
	struct size size = point_whole_size(point);
	return problem_plan(&problem, point->kernel, &size, &point->options) == 0;
}

static void point_round_trip(const struct spec *spec)
{
	static struct spec canonical, again;
	static struct point point;
	if (point_from_spec(&point, spec) < 0 || !is_planned(&point))
		return;
	if (point_to_spec(&point, spec->experiment, &canonical) < 0)
		return; // longer than a spec may be: said with a message
	if (point_from_spec(&point, &canonical) < 0 || point_to_spec(&point, spec->experiment, &again) < 0 ||
	    !spec_equal(&canonical, &again))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	char text[2 * SPEC_NAME_BYTES], name[SPEC_NAME_BYTES], again[SPEC_NAME_BYTES];
	static struct spec spec, back;
	snprintf(text, sizeof text, "%.*s", (int)(bytes < sizeof text ? bytes : sizeof text - 1), (const char *)data);
	if (spec_parse(&spec, text) < 0)
		return 0;
	spec_name(&spec, name, sizeof name);
	if (spec_parse(&back, name) < 0 || strcmp(spec_name(&back, again, sizeof again), name) != 0)
		abort();
	point_round_trip(&spec);
	return 0;
}
