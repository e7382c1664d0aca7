// Rows of a record as measurements of a kernel through a model: what the cost model learns from, and is checked by.
#ifndef TVP_ADVISE_OBSERVE_H
#define TVP_ADVISE_OBSERVE_H

#include "advise/cost_curve.h"
#include "advise/workload.h"
#include "bench/plan/point.h"
#include "measure/record.h"

struct observation {
	struct point point;
	struct problem problem;      ///< planned: sizes, but no data
	struct cost wall;            ///< as row_cost()
	struct cost launch, collect; ///< the same of these parts of the wall; NAN: not measured
	double cpu_ns;               ///< median; NAN: not measured
	int32_t serial;              ///< the observation of the same problem by the serial model; -1: none
};

struct observations {
	struct observation *observation; ///< malloc'd
	uint32_t n, max;
};

/// Every row that was measured of a kernel through a model with workers that the caller only waits for, in shared
/// memory that lies wherever it does by default; not those whose size grows with the workers. Returns 0 or -ENOMEM.
int observations_open(struct observations *observations, const struct record *record);
void observations_close(struct observations *observations);

/// The median over rounds, and half of its 95 % interval, or what the quartiles make of it where that is less;
/// doubt_unknown_ns where rounds are too few for an interval. NAN where it was not measured.
struct cost row_cost(const struct record *record, uint32_t row, enum metric metric);

/// The value of a parameter of its kernel; 0 where it has none of that name.
uint64_t observation_parameter(const struct observation *observation, const char *name);

/// The work of an observed run: as the kernel is described where it makes work to order (`busy`, `sleep`, `synthetic`),
/// else by the serial run. Returns false where neither says it.
bool observation_workload(const struct observations *observations, const struct observation *observation,
                          struct workload *workload);

#endif
