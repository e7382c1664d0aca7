// How the gate slices a row: how long, judged by what, bound to what.
#ifndef TVP_GATE_SLICING_H
#define TVP_GATE_SLICING_H

#include <stdbool.h>
#include <stdint.h>

#include "measure/spec.h"
#include "stats/statistic.h"

/// Found by comparing builds with themselves, for the quietest blocks.
struct slicing {
	uint64_t slice_ns;        ///< timed work per fresh process
	enum statistic statistic; ///< of its iterations
	bool one_cpu; ///< the whole process is kept on one CPU: the caller's, too, is then the same in all of them
};

/// By what the spec's axes say of where it runs.
struct slicing spec_slicing(const struct spec *spec);

#endif
