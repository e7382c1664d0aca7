// Any text as a spec's name: refused, or a spec whose name reads back to the same one; and as a point of a kernel.
#include <stdlib.h>
#include <string.h>

#include "bench/plan/point.h"
#include "measure/spec.h"
#include "tests/fuzz/memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	char text[2 * SPEC_NAME_BYTES], name[SPEC_NAME_BYTES], again[SPEC_NAME_BYTES];
	static struct spec spec, back;
	static struct point point;
	snprintf(text, sizeof text, "%.*s", (int)(bytes < sizeof text ? bytes : sizeof text - 1), (const char *)data);
	if (spec_parse(&spec, text) < 0)
		return 0;
	spec_name(&spec, name, sizeof name);
	if (spec_parse(&back, name) < 0 || strcmp(spec_name(&back, again, sizeof again), name) != 0)
		abort();
	if (point_from_spec(&point, &spec) == 0)
		point_to_spec(&point, "scaling", &back);
	return 0;
}
