// One choice of code paths for both sides: measured once, before the first slice, and handed to the slices of both in
// their environment. A build that does not know of choices leaves it unread, and keeps to its own rule.
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "bench/plan/experiment.h"
#include "exec/exec.h"
#include "gate/parts.h"

// In a process of its own, with which the problems' memory goes.
_Noreturn static void measure(const struct gate *gate, struct way_choices *shared, int parent)
{
	worker_process_begin(parent);
	ways_allow_measuring();
	for (uint32_t i = 0; i < gate->rows_n; i++) {
		struct spec spec;
		const struct experiment *experiment =
			spec_parse(&spec, gate->rows[i].name) == 0 ? experiment_find(spec.experiment) : NULL;
		// Without a message: what cannot be prepared will say so in its slices.
		if (experiment && experiment->visit.prepare && spec_get(&spec, "kernel"))
			experiment->visit.prepare(&spec);
	}
	*shared = *ways_known();
	_exit(0);
}

void gate_ways_choose(struct gate *gate)
{
	enum { TEXT_BYTES = 4096 };
	char text[TEXT_BYTES];
	struct way_choices *shared = shared_map(sizeof *shared);
	int parent = getpid(), pid = shared ? fork() : -1, wait_status;
	if (pid == 0)
		measure(gate, shared, parent);
	if (pid > 0 && waitpid(pid, &wait_status, 0) == pid && WIFEXITED(wait_status) && shared->n > 0 &&
	    ways_write(shared, text, sizeof text) == 0 && setenv(WAYS_VARIABLE, text, 1) == 0)
		gate->ways = *shared;
	if (shared)
		munmap(shared, sizeof *shared);
}
