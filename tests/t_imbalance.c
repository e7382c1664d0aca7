// How much longer the busiest CPU computes where items differ.
// links: advise
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "advise/imbalance.h"
#include "base/rng.h"
#include "fixtures/near.h"

// Two items are a mean and a deviation away from it, whoever gets the longer one.
static void test_two_items_differ_by_their_cv(void **state)
{
	(void)state;
	for (uint64_t chunk_items = 0; chunk_items <= 1; chunk_items++) {
		struct sharing sharing = {2, 0.7, 2, 2, chunk_items, {0, 0}};
		struct imbalance imbalance = imbalance_of(&sharing);
		assert_near(imbalance.mean, 0.7, 1e-3);
		assert_near(imbalance.half_width + 1, 1, 1e-3);
	}
}

// Where three items are two for one CPU, the other's seldom takes longer than both.
static void test_the_odd_item_hides_a_long_one(void **state)
{
	(void)state;
	struct imbalance odd = imbalance_of(&(struct sharing){3, 0.3, 2, 2, 0, {0, 0}});
	struct imbalance even = imbalance_of(&(struct sharing){4, 0.3, 2, 2, 0, {0, 0}});
	assert_true(odd.mean < even.mean / 4);
	assert_true(odd.half_width > even.mean / 4);
}

// The difference of two equal shares of k items deviates by cv sqrt(2k), whether few are tried or many calculated; half
// of what is expected of it is the imbalance: cv sqrt(k / pi).
static void test_many_items_even_out(void **state)
{
	(void)state;
	for (double items_n = 64; items_n < 1e7; items_n *= 16) {
		struct imbalance imbalance = imbalance_of(&(struct sharing){items_n, 0.4, 2, 2, 0, {0, 0}});
		double expected = 0.4 * sqrt(items_n / 2 / M_PI), limit = items_n > 128 ? 0.03 : 0.15;
		assert_near(imbalance.mean, expected, limit);
		assert_near(imbalance.half_width, expected * 1.96 * sqrt(M_PI / 2 - 1), 0.25);
	}
	assert_near(imbalance_of(&(struct sharing){1e6, 0.4, 2, 2, 100, {0, 0}}).mean, 25, 0.01);
	assert_near(imbalance_of(&(struct sharing){1e6, 0.4, 2, 1, 0, {0, 0}}).mean + 1, 1, 1e-12);
}

static double rising(double place)
{
	return place;
}

static double round_work(double place)
{
	return place * (1 - place);
}

static struct trend fitted(size_t n, double (*work)(double place))
{
	double place[1000], value[1000];
	assert_true(n <= 1000);
	for (size_t i = 0; i < n; i++) {
		place[i] = ((double)i + 0.5) / (double)n;
		value[i] = work(place[i]);
	}
	return trend_fit(place, value, n);
}

// Items 1, 2 … of as much work: the second of two workers has three quarters of it, the last of four seven sixteenths.
static void test_later_items_take_longer(void **state)
{
	(void)state;
	enum { N = 1000 };
	struct trend trend = fitted(N, rising);
	assert_near(trend.slope, 1, 1e-3);
	assert_near(trend.bend + 1, 1, 1e-3);
	assert_near(trend_variance(&trend), 1.0 / 3, 1e-2);
	assert_near(trend_last(&trend), 2, 1e-2);
	double cv = sqrt(1.0 / 3);
	assert_near(imbalance_of(&(struct sharing){N, cv, 2, 2, 0, trend}).mean, 250, 0.01);
	assert_near(imbalance_of(&(struct sharing){N, cv, 4, 4, 0, trend}).mean, 187.5, 0.02);
	// Four workers on two CPUs: 1/16 + 5/16 and 3/16 + 7/16.
	assert_near(imbalance_of(&(struct sharing){N, cv, 4, 2, 0, trend}).mean, 125, 0.02);
	assert_true(imbalance_of(&(struct sharing){N, cv, 2, 2, 10, trend}).mean < 20);
}

// Rows of a round picture: two workers have as much, of four those in the middle have more.
static void test_the_middle_takes_longer(void **state)
{
	(void)state;
	enum { N = 999 };
	struct trend trend = fitted(N, round_work);
	assert_near(trend.slope + 1, 1, 1e-3);
	assert_near(trend.bend, -1, 1e-2);
	assert_near(trend_share(&trend, 0.25, 0.5), 0.34375, 1e-2);
	assert_true(imbalance_of(&(struct sharing){N - 1, 0.45, 2, 2, 0, trend}).mean < 10);
	assert_near(imbalance_of(&(struct sharing){N - 3, 0.45, 4, 4, 0, trend}).mean, 0.09375 * N, 0.05);
}

static void test_chance_is_no_trend(void **state)
{
	(void)state;
	enum { N = 400 };
	double place[N], value[N];
	struct rng rng = {5};
	for (int i = 0; i < N; i++) {
		place[i] = (i + 0.5) / N;
		value[i] = 1 + rng_below(&rng, 1000);
	}
	struct trend trend = trend_fit(place, value, N), short_one = trend_fit(place, value, 2);
	assert_true(trend.slope == 0 && trend.bend == 0 && short_one.slope == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_items_differ_by_their_cv), cmocka_unit_test(test_the_odd_item_hides_a_long_one),
		cmocka_unit_test(test_many_items_even_out),          cmocka_unit_test(test_later_items_take_longer),
		cmocka_unit_test(test_the_middle_takes_longer),      cmocka_unit_test(test_chance_is_no_trend),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
