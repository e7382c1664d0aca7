#include "advise/cost_curve.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/status.h"
#include "base/units.h"

static struct cost_curve *find(const struct cost_curves *curves, const char *key, unsigned workers_n)
{
	for (uint32_t i = 0; i < curves->n; i++)
		if (curves->curve[i].workers_n == workers_n && strcmp(curves->curve[i].key, key) == 0)
			return &curves->curve[i];
	return NULL;
}

static int find_or_make(struct cost_curves *curves, const char *key, unsigned workers_n, struct cost_curve **curve)
{
	*curve = find(curves, key, workers_n);
	if (*curve)
		return 0;
	int status = array_grow((void **)&curves->curve, curves->n, &curves->max, sizeof *curves->curve);
	if (status < 0)
		return status;
	*curve = &curves->curve[curves->n++];
	**curve = (struct cost_curve){.workers_n = workers_n};
	snprintf((*curve)->key, sizeof(*curve)->key, "%s", key);
	return 0;
}

int cost_curves_add(struct cost_curves *curves, const char *key, unsigned workers_n, const struct cost_point *point)
{
	struct cost_curve *curve;
	int status = find_or_make(curves, key, workers_n, &curve);
	if (status < 0)
		return status;
	unsigned at = 0;
	while (at < curve->points_n && curve->point[at].x < point->x)
		at++;
	if (at < curve->points_n && curve->point[at].x == point->x) {
		curve->point[at] = *point;
		return 0;
	}
	if (curve->points_n == CURVE_POINTS_MAX)
		return status_say(ERANGE, "more than %d sizes of '%s' with %u workers", CURVE_POINTS_MAX, key, workers_n);
	memmove(&curve->point[at + 1], &curve->point[at], (curve->points_n++ - at) * sizeof *curve->point);
	curve->point[at] = *point;
	return 0;
}

void cost_curves_close(struct cost_curves *curves)
{
	free(curves->curve);
	*curves = (struct cost_curves){0};
}

bool cost_curves_have(const struct cost_curves *curves, const char *key)
{
	for (uint32_t i = 0; i < curves->n; i++)
		if (strcmp(curves->curve[i].key, key) == 0)
			return true;
	return false;
}

// To three digits or so: "1000", "131KiB", "64MiB".
static char *size_text(char *out, size_t out_bytes, double size)
{
	double unit = size >= 10 * 0x1p20 ? 0x1p20 : size >= 10 * 0x1p10 ? 0x1p10 : 1;
	return units_format_bytes(out, out_bytes, (uint64_t)(round(size / unit) * unit));
}

static int too_far(const struct cost_curve *curve, double last_x, double x)
{
	char last[24], asked[24];
	return status_say(ERANGE, "'%s' with %u worker%s was measured up to %s only, not at %s", curve->key,
	                  curve->workers_n, curve->workers_n == 1 ? "" : "s", size_text(last, sizeof last, last_x),
	                  size_text(asked, sizeof asked, x));
}

static int curve_at(const struct cost_curve *curve, double x, struct cost *cost)
{
	const struct cost_point *point = curve->point, *last = &point[curve->points_n - 1];
	if (x > last->x * CURVE_BEYOND)
		return too_far(curve, last->x, x);
	if (x >= last->x) {
		double factor = last->x > 0 ? x / last->x : 1;
		*cost = (struct cost){last->cost.ns * factor, last->cost.doubt_ns * factor};
		return 0;
	}
	if (x <= point->x) {
		*cost = point->cost;
		return 0;
	}
	while (point[1].x <= x)
		point++;
	double share = log(x / point->x) / log(point[1].x / point->x);
	*cost = cost_between(point->cost, point[1].cost, share);
	if (point->cost.ns > 0 && point[1].cost.ns > 0) // what is in proportion to a power of x is a straight line so
		cost->ns = point->cost.ns * pow(point[1].cost.ns / point->cost.ns, share);
	return 0;
}

// The nearest curves of that key with at most, and with at least, so many workers.
static void bracket(const struct cost_curves *curves, const char *key, unsigned workers_n,
                    const struct cost_curve **below, const struct cost_curve **above)
{
	*below = *above = NULL;
	for (uint32_t i = 0; i < curves->n; i++) {
		const struct cost_curve *curve = &curves->curve[i];
		if (strcmp(curve->key, key) != 0)
			continue;
		if (curve->workers_n <= workers_n && (!*below || curve->workers_n > (*below)->workers_n))
			*below = curve;
		if (curve->workers_n >= workers_n && (!*above || curve->workers_n < (*above)->workers_n))
			*above = curve;
	}
}

static int curves_at(const struct cost_curve *below, const struct cost_curve *above, unsigned workers_n, double x,
                     struct cost *cost)
{
	struct cost low, high;
	int status = curve_at(below, x, &low);
	if (status == 0)
		status = curve_at(above, x, &high);
	if (status < 0)
		return status;
	double share = below == above
	                   ? 0
	                   : log((double)workers_n / below->workers_n) / log((double)above->workers_n / below->workers_n);
	*cost = cost_between(low, high, share);
	return 0;
}

static int no_curve(const char *key, unsigned workers_n)
{
	return status_say(ENOENT, "'%s' was not measured with %u worker%s", key, workers_n, workers_n == 1 ? "" : "s");
}

int cost_curves_at(const struct cost_curves *curves, const char *key, unsigned workers_n, double x, struct cost *cost)
{
	const struct cost_curve *below, *above;
	bracket(curves, key, workers_n, &below, &above);
	return below && above ? curves_at(below, above, workers_n, x, cost) : no_curve(key, workers_n);
}

// As cost_curves_at_most() looks between. Both NULL: nothing was measured.
static void bracket_at_most(const struct cost_curves *curves, const char *key, unsigned workers_n,
                            const struct cost_curve **below, const struct cost_curve **above)
{
	bracket(curves, key, workers_n, below, above);
	if (!*above)
		*above = *below; // more workers than were measured
	if (!*below)
		*above = NULL;
}

int cost_curves_at_most(const struct cost_curves *curves, const char *key, unsigned workers_n, double x,
                        struct cost *cost)
{
	const struct cost_curve *below, *above;
	bracket_at_most(curves, key, workers_n, &below, &above);
	return below ? curves_at(below, above, workers_n, x, cost) : no_curve(key, workers_n);
}

unsigned cost_curves_workers_last(const struct cost_curves *curves, const char *key)
{
	unsigned last = 0;
	for (uint32_t i = 0; i < curves->n; i++)
		if (curves->curve[i].workers_n > last && strcmp(curves->curve[i].key, key) == 0)
			last = curves->curve[i].workers_n;
	return last;
}

double cost_curves_last_x(const struct cost_curves *curves, const char *key, unsigned workers_n)
{
	const struct cost_curve *below, *above;
	bracket_at_most(curves, key, workers_n, &below, &above);
	return below ? fmin(below->point[below->points_n - 1].x, above->point[above->points_n - 1].x) : INFINITY;
}

double cost_curves_first_x(const struct cost_curves *curves, const char *key, unsigned workers_n)
{
	const struct cost_curve *below, *above;
	bracket_at_most(curves, key, workers_n, &below, &above);
	return below ? fmax(below->point->x, above->point->x) : 0;
}

int cost_curves_limited(const struct cost_curves *curves, const char *key, unsigned workers_n, double x,
                        struct cost *cost)
{
	return cost_curves_at_most(curves, key, workers_n, fmin(x, cost_curves_last_x(curves, key, workers_n)), cost);
}
