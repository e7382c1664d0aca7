#include "gate/stored/changes.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/intern.h"
#include "base/units.h"

// NULL where memory ran out.
static const char *name_of(const struct way_choice *choice)
{
	char text[240], size[24];
	size_t used = (size_t)snprintf(text, sizeof text, "way of %s", choice->kernel);
	for (unsigned i = 0; i < KERNEL_PARAMETERS_MAX && choice->options.value[i]; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, " %" PRIu64, choice->options.value[i]);
	units_format_bytes(size, sizeof size, (uint64_t)1 << choice->size_log2);
	snprintf(text + used, sizeof text - used, ", up to %s in and out", size);
	return intern(text);
}

static unsigned ways_differ(const struct way_choices *a, const struct way_choices *b, struct machine_difference *out)
{
	unsigned n = 0;
	for (unsigned i = 0; i < a->n && n < MACHINE_FACTS_MAX; i++) {
		const struct way_choice *of_a = &a->choice[i];
		const struct way_choice *of_b = ways_find(b, of_a->kernel, &of_a->options, of_a->size_log2);
		const char *name = of_b && of_b->way != of_a->way ? name_of(of_a) : NULL;
		if (name)
			out[n++] = (struct machine_difference){name, way_name(of_a->way), way_name(of_b->way)};
	}
	return n;
}

unsigned changes_find(const struct record *a, const struct record *b, struct machine_difference *out)
{
	unsigned n = machine_compare_plugins(&a->facts, &b->facts, out);
	return n + ways_differ(&a->ways, &b->ways, out + n);
}
