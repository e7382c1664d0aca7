// The USL written by its peak: 1 - α and β n² (n: the most workers) as a length r and an angle φ. The peak is at
// √((1 - α) / β), so it depends on φ alone, and φ passes smoothly from "always falls" (π / 2 and beyond) through every
// peak to "never falls" (0 and below).
#include "stats/laws/peak.h"

#include "stats/laws/profile.h"

#include <math.h>

// n / C(n) is then (n + r h(n)) / γ. Parameters: r, φ, n.
static double h(const double *parameter, double n)
{
	return (n - 1) * (sin(parameter[1]) * n / (parameter[2] * parameter[2]) - cos(parameter[1]));
}

static double shape(const double *parameter, double n)
{
	return n / (n + parameter[0] * h(parameter, n));
}

// n / C(n) = a n + b h(n) is linear, so r = b / a is nearly known: by least squares of relative errors.
static bool start(const struct law_points *points, unsigned place, double *parameter)
{
	double nn = 0, nh = 0, hh = 0, n1 = 0, h1 = 0;
	for (size_t i = 0; i < points->n; i++) {
		double n = points->capacity[i], hi = h(parameter, points->workers[i]) * n / points->workers[i];
		nn += n * n;
		nh += n * hi;
		hh += hi * hi;
		n1 += n;
		h1 += hi;
	}
	double r = (h1 * nn - n1 * nh) / (n1 * hh - h1 * nh);
	parameter[0] = r > 1e-6 ? r : 1e-6;
	return place == 0;
}

static const struct law usl_by_peak = {
	.name = "usl_by_peak",
	.parameters_n = 4,
	.parameter = {LAW_SCALE, {.name = "r", .positive = true}, {.name = "φ"}, {.name = "n"}},
	.shape = shape,
	.start = start,
};
enum { ANGLE = 2, MOST = 3 };

static double workers_most(const struct law_points *points)
{
	double most = 1;
	for (size_t i = 0; i < points->n; i++)
		most = fmax(most, points->workers[i]);
	return most;
}

static double peak_at(double angle, double most)
{
	return angle <= 0 ? INFINITY : angle >= M_PI_2 ? 0 : most / sqrt(tan(angle));
}

struct law_peak law_peak(const struct law_fit *fit, const struct law_points *points, double coverage)
{
	double most = workers_most(points), across = 1 - fit->parameter[1], up = fit->parameter[2] * most * most;
	const double searched[LAW_PARAMETERS_MAX] = {fit->searched[0], log(hypot(across, up)), atan2(up, across), most};
	struct squares squares = {.law = &usl_by_peak, .points = points, .scale = fit->scale, .held = {[MOST] = true}};
	struct law_peak peak = {.at = peak_at(searched[ANGLE], most), .interval = {0, INFINITY, 0}};
	if (fit->points_n <= fit->law->parameters_n)
		return peak;
	struct held held = {&squares, searched, ANGLE, fmin(searched[ANGLE], 0), fmax(searched[ANGLE], M_PI_2)};
	struct interval angle = profile_held(fit, &held, coverage);
	peak.interval = (struct interval){peak_at(angle.high, most), peak_at(angle.low, most), coverage};
	return peak;
}
