// Costs as functions of a size, measured at a few points: what the terms of the cost model look up.
#ifndef TVP_ADVISE_COST_CURVE_H
#define TVP_ADVISE_COST_CURVE_H

#include <stdbool.h>
#include <stdint.h>

enum { CURVE_POINTS_MAX = 32, CURVE_KEY_BYTES = 80 };

/// A cost, and how far off it may be: half of its 95 % interval.
struct cost {
	double ns, doubt_ns;
};

/// The doubt of a cost that too few rounds measured for an interval: longer than anything, but still a number, so that
/// doubts add up.
static const double doubt_unknown_ns = 1e24;

/// Whether a cost's doubt is known: what is more than a hundred times the cost comes from an unknown one.
static inline bool cost_has_interval(const struct cost *cost)
{
	return cost->doubt_ns <= 100 * cost->ns;
}

/// So far on the way from a to b: 0 is a, 1 is b.
static inline struct cost cost_between(struct cost a, struct cost b, double share)
{
	return (struct cost){a.ns + share * (b.ns - a.ns), a.doubt_ns + share * (b.doubt_ns - a.doubt_ns)};
}

struct cost_point {
	double x;
	struct cost cost;
};

/// One kind of cost for one number of workers.
struct cost_curve {
	char key[CURVE_KEY_BYTES]; ///< "dispatch thread_pool park"
	unsigned workers_n;
	struct cost_point point[CURVE_POINTS_MAX]; ///< by rising x
	unsigned points_n;
};

struct cost_curves {
	struct cost_curve *curve; ///< malloc'd
	uint32_t n, max;
};

/// Add a point; one of equal x takes the place of the one before. Returns 0, -ENOMEM, or -ERANGE beyond
/// CURVE_POINTS_MAX, with a message.
int cost_curves_add(struct cost_curves *curves, const char *key, unsigned workers_n, const struct cost_point *point);
void cost_curves_close(struct cost_curves *curves);

/// Whether there is any of that key.
bool cost_curves_have(const struct cost_curves *curves, const char *key);

/// The cost at x for so many workers: between points linear in log x, of its logarithm where both are positive; between
/// curves linear in log workers. Below the
/// first point it is that point's; beyond the last it grows in proportion to x, up to CURVE_BEYOND times the last x.
/// Returns 0; -ENOENT (no such key, or workers beyond those measured) or -ERANGE (x beyond), with a message that says
/// what would have to be measured. It takes x for bytes: who asks for times asks for no longer one than the last.
enum { CURVE_BEYOND = 8 };
int cost_curves_at(const struct cost_curves *curves, const char *key, unsigned workers_n, double x, struct cost *cost);
/// The most workers that this key was measured with; 0: none.
unsigned cost_curves_workers_last(const struct cost_curves *curves, const char *key);
/// As cost_curves_at(), with the cost of the most workers that were measured for more than those: of what does not
/// depend on how many there are beyond the CPUs.
int cost_curves_at_most(const struct cost_curves *curves, const char *key, unsigned workers_n, double x,
                        struct cost *cost);
/// The last x that was measured, the smaller of those that cost_curves_at_most() looks between; INFINITY: nothing was.
double cost_curves_last_x(const struct cost_curves *curves, const char *key, unsigned workers_n);
/// The first one, the larger of those; 0: nothing was.
double cost_curves_first_x(const struct cost_curves *curves, const char *key, unsigned workers_n);
/// As cost_curves_at_most(), with the last point's cost beyond it: of what costs as much then.
int cost_curves_limited(const struct cost_curves *curves, const char *key, unsigned workers_n, double x,
                        struct cost *cost);

#endif
