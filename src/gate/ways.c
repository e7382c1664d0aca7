// One choice of code paths for both sides: measured once, before the first slice, and handed to the slices of both in
// their environment. A build that does not know of choices leaves it unread, and keeps to its own rule.
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/arena.h"
#include "bench/plan/experiment.h"
#include "gate/parts.h"
#include "host/guarded.h"

struct choosing {
	const struct gate *gate;
	struct way_choices *shared;
};

// Without a message: what cannot be prepared will say so in its slices.
static void choose(const char *name)
{
	struct spec spec;
	const struct experiment *experiment = spec_parse(&spec, name) == 0 ? experiment_find(spec.experiment) : NULL;
	const char *kernel_name = experiment ? spec_get(&spec, "kernel") : NULL;
	const struct kernel *kernel = kernel_name ? kernel_find(kernel_name) : NULL;
	if (kernel && !kernel->plugin && experiment->visit.prepare)
		experiment->visit.prepare(&spec);
}

// In a process of its own, with which the problems' memory goes.
static int measure(void *context)
{
	const struct choosing *choosing = context;
	ways_allow_measuring();
	for (uint32_t i = 0; i < choosing->gate->rows_n; i++)
		choose(choosing->gate->rows[i].name);
	*choosing->shared = *ways_known();
	return 0;
}

void gate_ways_choose(struct gate *gate)
{
	enum { TEXT_BYTES = 4096 };
	char text[TEXT_BYTES];
	struct way_choices *shared = shared_map(sizeof *shared);
	if (shared && guarded_call(measure, &(struct choosing){gate, shared}) == 0 && shared->n > 0 &&
	    ways_write(shared, text, sizeof text) == 0 && setenv(WAYS_VARIABLE, text, 1) == 0)
		gate->ways = *shared;
	if (shared)
		munmap(shared, sizeof *shared);
}
