// Fits of every law that may be chosen, and their weights.
#include "stats/laws/choose.h"

#include "base/status.h"

#include <errno.h>
#include <math.h>

static bool considered(const struct law *law, size_t points_n, const struct law_request *request)
{
	if (request->only)
		return law == request->only;
	return (request->weak ? law->weak : law->strong) && points_n >= law_points_least(law);
}

static int points_check(size_t points_n, const struct law_request *request)
{
	size_t least = request->only ? request->only->parameters_n + 1ul : LAW_CHOICE_POINTS_LEAST;
	if (points_n >= least)
		return 0;
	return status_say(EINVAL, "%zu points are too few: %s takes %zu", points_n,
	                  request->only ? request->only->name : "a choice among laws", least);
}

static void weights_fill(struct law_choice *choice)
{
	double sum = 0;
	for (unsigned i = 0; i < choice->fits_n; i++)
		if (choice->fit[i].aicc < choice->fit[choice->best].aicc)
			choice->best = i;
	double least = choice->fit[choice->best].aicc;
	for (unsigned i = 0; i < choice->fits_n; i++)
		sum += choice->weight[i] = i == choice->best ? 1 : exp((least - choice->fit[i].aicc) / 2);
	for (unsigned i = 0; i < choice->fits_n; i++)
		choice->weight[i] /= sum;
}

int law_choose(struct law_choice *choice, const struct law_points *points, const struct law_request *request)
{
	choice->fits_n = choice->best = 0;
	int status = points_check(points->n, request);
	for (const struct law *const *law = laws; *law && status == 0; law++) {
		if (!considered(*law, points->n, request))
			continue;
		status = law_fit(&choice->fit[choice->fits_n], *law, points, request->scale);
		choice->fits_n += status == 0;
		status = status == -EDOM ? 0 : status; // another law may do
	}
	if (status < 0)
		return status;
	if (choice->fits_n == 0)
		return status_say(EDOM, "no law describes these points");
	weights_fill(choice);
	return 0;
}
