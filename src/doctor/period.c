// Candidates are the most frequent times between gaps that are neighbours, or have some others between them: what
// disturbs now and then does not hide a clock; and a half and a third of each, since a clock need not be seen each
// time. Around each, periods are tried so finely that the last gap is still in phase. A clock of 4 ms has also a period
// of 2, and one that is seen twice in each turn may seem to have only that: whether every second of the shorter turns
// differs from the others tells.
#include "doctor/period.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "stats/values.h"

enum { GAPS_LEAST = 12, GAPS_USED = 256, APART_MOST = 6, STEPS_MOST = 400 };
enum { PERIOD_LEAST_NS = 20000, CANDIDATES_N = 4, DIVISOR_MOST = 3, TURNS_MOST = 12, TURN_GAPS_LEAST = 8 };
#define WITHIN 0.03 ///< a candidate is so exact
#define STRENGTH_LEAST 0.5
#define CHANCE_MOST 1e-4
#define SHIFT_LEAST 0.005    ///< of a turn, by which turns differ
#define DEVIATIONS_LEAST 5.0 ///< chance in fewer than one of 10,000 cases, all turns compared counted

/// Times since the first gap.
struct times {
	double at_ns[GAPS_USED];
	uint32_t n;
	uint32_t tried_n; ///< periods
};

static void times_fill(struct times *times, const struct gap_log *log, uint64_t least_ns)
{
	uint64_t first_ns = 0;
	times->n = times->tried_n = 0;
	for (uint32_t i = 0; i < log->kept_n && times->n < GAPS_USED; i++) {
		const struct gap *gap = &log->kept[i];
		if (gap->lost_ns < least_ns)
			continue;
		// The begin: what lasts longer does not come later for that.
		uint64_t begin_ns = gap->at_ns - gap->lost_ns;
		first_ns = times->n ? first_ns : begin_ns;
		times->at_ns[times->n++] = (double)(begin_ns - first_ns);
	}
}

static double strength_of(const struct times *times, double period_ns)
{
	double x = 0, y = 0;
	for (uint32_t i = 0; i < times->n; i++) {
		double turn = 2 * M_PI * times->at_ns[i] / period_ns;
		x += cos(turn);
		y += sin(turn);
	}
	return hypot(x, y) / times->n;
}

/// Sorted times between gaps.
struct between {
	double ns[APART_MOST * GAPS_USED];
	uint32_t n;
};

static void between_fill(struct between *between, const struct times *times)
{
	between->n = 0;
	for (uint32_t apart = 1; apart <= APART_MOST; apart++)
		for (uint32_t i = apart; i < times->n; i++)
			if (times->at_ns[i] - times->at_ns[i - apart] >= PERIOD_LEAST_NS)
				between->ns[between->n++] = times->at_ns[i] - times->at_ns[i - apart];
	values_sort(between->ns, between->n);
}

// The middle of the most of them that lie within 3 % of each other, which are then taken out. 0: there are none. Of a
// clock that is seen now and then, all its multiples are as frequent: shorter ones count more.
static double between_take(struct between *between)
{
	double most = 0;
	uint32_t best = 0, best_n = 0, end = 0;
	for (uint32_t begin = 0; begin < between->n; begin++) {
		while (end < between->n && between->ns[end] <= between->ns[begin] * (1 + WITHIN))
			end++;
		double score = (end - begin) / sqrt(between->ns[begin]);
		if (score > most) {
			most = score;
			best = begin;
			best_n = end - begin;
		}
	}
	double middle_ns = best_n ? between->ns[best + best_n / 2] : 0;
	memmove(between->ns + best, between->ns + best + best_n, (between->n - best - best_n) * sizeof *between->ns);
	between->n -= best_n;
	return middle_ns;
}

static void search(struct times *times, double around_ns, struct period *best)
{
	double span_ns = times->at_ns[times->n - 1], step_ns = around_ns * around_ns / (6 * span_ns);
	if (!(around_ns > 0) || !(span_ns > 0))
		return;
	step_ns = fmax(step_ns, around_ns * 2 * WITHIN / STEPS_MOST);
	for (double period_ns = around_ns * (1 - WITHIN); period_ns <= around_ns * (1 + WITHIN); period_ns += step_ns) {
		double strength = strength_of(times, period_ns);
		times->tried_n++;
		if (strength > best->strength)
			*best = (struct period){period_ns, strength, times->n};
	}
}

/// The gaps in one turn of several.
struct turn {
	double x, y;
	uint32_t n;
};

static void turns_fill(struct turn *turns, unsigned turns_n, const struct times *times, double period_ns)
{
	double x = 0, y = 0;
	for (uint32_t i = 0; i < times->n; i++) {
		x += cos(2 * M_PI * times->at_ns[i] / period_ns);
		y += sin(2 * M_PI * times->at_ns[i] / period_ns);
	}
	const double first = atan2(y, x) / (2 * M_PI); // where most gaps are in a turn
	for (uint32_t i = 0; i < times->n; i++) {
		double at = times->at_ns[i] / period_ns - first, number = round(at);
		struct turn *turn = &turns[(unsigned)(fmod(number, turns_n) + turns_n) % turns_n];
		turn->x += cos(2 * M_PI * (at - number));
		turn->y += sin(2 * M_PI * (at - number));
		turn->n++;
	}
}

// Whether this one of so many has more or fewer gaps than its share, or has them earlier or later.
static bool turn_differs(const struct turn *turn, unsigned turns_n, const struct period *all)
{
	double share = 1.0 / turns_n, share_n = all->gaps_n * share, shift = atan2(turn->y, turn->x) / (2 * M_PI);
	if (fabs(turn->n - share_n) > DEVIATIONS_LEAST * sqrt(share_n * (1 - share)))
		return true;
	double deviation = sqrt(turn->n * (1 - pow(all->strength, 4)) / 2); // of y, where all are alike
	return fabs(shift) > SHIFT_LEAST && fabs(turn->y) > DEVIATIONS_LEAST * deviation;
}

// How many turns it takes until all is as before; 1: each is alike.
static unsigned turns_repeat(const struct times *times, const struct period *period)
{
	for (unsigned turns_n = 2; turns_n <= TURNS_MOST && turns_n * TURN_GAPS_LEAST <= times->n; turns_n++) {
		struct turn turns[TURNS_MOST] = {0};
		turns_fill(turns, turns_n, times, period->period_ns);
		for (unsigned i = 0; i < turns_n; i++)
			if (turn_differs(&turns[i], turns_n, period))
				return turns_n;
	}
	return 1;
}

static double fundamental(const struct times *times, struct period period)
{
	double longest_ns = times->at_ns[times->n - 1] / GAPS_LEAST;
	for (unsigned turns_n; (turns_n = turns_repeat(times, &period)) > 1 && turns_n * period.period_ns < longest_ns;) {
		period.period_ns *= turns_n;
		period.strength = strength_of(times, period.period_ns);
	}
	return period.period_ns;
}

struct period period_find(const struct gap_log *log, uint64_t least_ns)
{
	struct times times;
	struct between between;
	struct period best = {.period_ns = NAN};
	times_fill(&times, log, least_ns);
	if (times.n >= GAPS_LEAST)
		between_fill(&between, &times);
	for (unsigned i = 0; i < CANDIDATES_N && times.n >= GAPS_LEAST; i++) {
		double around_ns = between_take(&between);
		for (unsigned divisor = 1; divisor <= DIVISOR_MOST; divisor++)
			search(&times, around_ns / divisor, &best);
	}
	double chance = times.tried_n * exp(-(double)times.n * best.strength * best.strength);
	if (best.strength < STRENGTH_LEAST || chance > CHANCE_MOST)
		return (struct period){.period_ns = NAN, .gaps_n = times.n};
	best.period_ns = fundamental(&times, best);
	return best;
}
