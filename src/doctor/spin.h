// A fixed quantum of work repeated on every allowed CPU: first on one after the other, then on all at once. One process
// for each CPU, so that nothing of it is left in the caller.
#ifndef TVP_DOCTOR_SPIN_H
#define TVP_DOCTOR_SPIN_H

#include <stdbool.h>
#include <stddef.h>

#include "doctor/gap_log.h"
#include "host/topology.h"

enum spin_phase { SPIN_ALONE, SPIN_TOGETHER, SPIN_PHASES_N };

struct spin_cpu {
	int cpu; ///< the kernel's number
	struct gap_log log[SPIN_PHASES_N];
};

struct spin {
	struct spin_cpu *cpu; ///< a shared mapping
	unsigned cpus_n;
	unsigned alone_n; ///< CPUs that were tried alone: on big machines only some, evenly spread
	size_t bytes;
};

/// Spin for about duration_ns, half of it in each phase. Returns 0, or -errno with a message: no memory, no processes.
/// A CPU that could not be used has empty logs.
int spin_run(struct spin *spin, const struct topology *topology, uint64_t duration_ns);
void spin_close(struct spin *spin);

/// The CPU that lost the largest share in a phase; NULL where none was used.
const struct spin_cpu *spin_worst(const struct spin *spin, enum spin_phase phase);
/// Mean lost share over the CPUs used in a phase; NAN where none was.
double spin_share(const struct spin *spin, enum spin_phase phase);

#endif
