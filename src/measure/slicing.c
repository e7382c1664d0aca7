// How a row is sliced by the gate, where its experiment leaves it open.
#include "base/clock.h"
#include "measure/experiment.h"

struct slicing experiment_slicing(const struct experiment *experiment, const struct spec *spec)
{
	if (experiment && experiment->slicing)
		return experiment->slicing(spec);
	return (struct slicing){.slice_ns = 6 * NS_PER_MS, .statistic = STATISTIC_P10};
}
