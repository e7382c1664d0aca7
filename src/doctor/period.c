// Candidates are the times between gaps that are neighbours, or have one or two others between them: what disturbs now
// and then does not hide a clock. Around each, periods are tried so finely that the last gap is still in phase.
#include "doctor/period.h"

#include <math.h>

#include "stats/values.h"

enum { GAPS_LEAST = 12, GAPS_USED = 256, APART_MOST = 3, STEPS_MOST = 400 };
#define STRENGTH_LEAST 0.5
#define CHANCE_MOST 1e-4

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

static double candidate(const struct times *times, unsigned apart)
{
	double between[GAPS_USED];
	uint32_t n = 0;
	for (uint32_t i = apart; i < times->n; i++)
		between[n++] = times->at_ns[i] - times->at_ns[i - apart];
	return values_median(between, n);
}

// Periods within 3 % of a candidate.
static void search(struct times *times, double around_ns, struct period *best)
{
	double span_ns = times->at_ns[times->n - 1], step_ns = around_ns * around_ns / (6 * span_ns);
	if (!(around_ns > 0) || !(span_ns > 0))
		return;
	step_ns = fmax(step_ns, around_ns * 0.06 / STEPS_MOST);
	for (double period_ns = around_ns * 0.97; period_ns <= around_ns * 1.03; period_ns += step_ns) {
		double strength = strength_of(times, period_ns);
		times->tried_n++;
		if (strength > best->strength)
			*best = (struct period){period_ns, strength, times->n};
	}
}

struct period period_find(const struct gap_log *log, uint64_t least_ns)
{
	struct times times;
	struct period best = {.period_ns = NAN};
	times_fill(&times, log, least_ns);
	for (unsigned apart = 1; apart <= APART_MOST && times.n >= GAPS_LEAST; apart++)
		search(&times, candidate(&times, apart), &best);
	double chance = times.tried_n * exp(-(double)times.n * best.strength * best.strength);
	if (best.strength < STRENGTH_LEAST || chance > CHANCE_MOST)
		return (struct period){.period_ns = NAN, .gaps_n = times.n};
	return best;
}
