// What would have to change of the workload for another way to win: a scan over each property, on its own.
#include <math.h>

#include "advise/advice.h"
#include "advise/settings.h"

// Ties are no flips: the other must win by this much.
static const double clearly = 1.05;
enum { STEPS_PER_DECADE = 12, DECADES = 4 };

struct property {
	const char *name;
	double *(*of)(struct workload *workload);
};

static double *work_of(struct workload *workload)
{
	return &workload->work_ns;
}

static double *items_of(struct workload *workload)
{
	return &workload->items_n;
}

static double *input_of(struct workload *workload)
{
	return &workload->in_bytes;
}

static double *output_of(struct workload *workload)
{
	return &workload->out_bytes;
}

static const struct property properties[] = {
	{"work", work_of}, {"items", items_of}, {"input", input_of}, {"output", output_of}};

struct fastest {
	const struct costs *costs;
	const struct workload *workload;
	double wall_ns[FAMILY_N]; ///< INFINITY: no way of it
};

static int look(void *context, const struct point *setting)
{
	struct fastest *fastest = context;
	struct exclusion exclusion;
	struct prediction prediction;
	if (!setting_excluded(fastest->costs, fastest->workload, setting, &exclusion) &&
	    predict(fastest->costs, fastest->workload, setting, &prediction) == 0) {
		double *wall_ns = &fastest->wall_ns[family_of(setting)];
		*wall_ns = fmin(*wall_ns, prediction.wall.ns);
	}
	return 0;
}

// The family that wins clearly; `incumbent` where none does. FAMILY_N: nothing can be predicted.
static enum family winner_of(const struct costs *costs, const struct workload *workload, enum family incumbent)
{
	struct fastest fastest = {.costs = costs, .workload = workload};
	enum family best = FAMILY_SERIAL;
	for (int i = 0; i < FAMILY_N; i++)
		fastest.wall_ns[i] = INFINITY;
	settings_each(costs, workload, look, &fastest);
	for (int i = 1; i < FAMILY_N; i++)
		if (fastest.wall_ns[i] < fastest.wall_ns[best])
			best = (enum family)i;
	if (!isfinite(fastest.wall_ns[incumbent])) // beyond what was measured
		return FAMILY_N;
	return fastest.wall_ns[best] * clearly < fastest.wall_ns[incumbent] ? best : incumbent;
}

static void scan(struct advice *advice, const struct property *property, bool below, enum family incumbent)
{
	for (int step = 1; step <= STEPS_PER_DECADE * DECADES; step++) {
		struct workload workload = advice->workload;
		double *value = property->of(&workload);
		*value *= pow(10, (below ? -1.0 : 1.0) * step / STEPS_PER_DECADE);
		if (value == &workload.items_n)
			*value = floor(*value);
		if (workload_check(&workload) < 0)
			return;
		enum family winner = winner_of(advice->costs, &workload, incumbent);
		if (winner == FAMILY_N)
			return;
		if (winner == incumbent)
			continue;
		if (advice->flips_n < FLIPS_MAX)
			advice->flip[advice->flips_n++] = (struct flip){property->name, *value, below, winner};
		return;
	}
}

void advice_find_flips(struct advice *advice)
{
	enum family incumbent = family_of(&advice->candidate[0].setting);
	for (unsigned i = 0; i < sizeof properties / sizeof *properties; i++)
		if (*properties[i].of(&advice->workload) > 0)
			for (int below = 1; below >= 0; below--)
				scan(advice, &properties[i], below, incumbent);
}
