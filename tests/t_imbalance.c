// How much longer the busiest CPU computes where items differ.
// links: advise
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "advise/imbalance.h"
#include "fixtures/near.h"

// Two items are a mean and a deviation away from it, whoever gets the longer one.
static void test_two_items_differ_by_their_cv(void **state)
{
	(void)state;
	for (uint64_t chunk_items = 0; chunk_items <= 1; chunk_items++) {
		struct sharing sharing = {2, 0.7, 2, 2, chunk_items};
		struct imbalance imbalance = imbalance_of(&sharing);
		assert_near(imbalance.mean, 0.7, 1e-3);
		assert_near(imbalance.half_width + 1, 1, 1e-3);
	}
}

// Where three items are two for one CPU, the other's seldom takes longer than both.
static void test_the_odd_item_hides_a_long_one(void **state)
{
	(void)state;
	struct imbalance odd = imbalance_of(&(struct sharing){3, 0.3, 2, 2, 0});
	struct imbalance even = imbalance_of(&(struct sharing){4, 0.3, 2, 2, 0});
	assert_true(odd.mean < even.mean / 4);
	assert_true(odd.half_width > even.mean / 4);
}

// The difference of two equal shares of k items deviates by cv sqrt(2k), whether few are tried or many calculated; half
// of what is expected of it is the imbalance: cv sqrt(k / pi).
static void test_many_items_even_out(void **state)
{
	(void)state;
	for (double items_n = 64; items_n < 1e7; items_n *= 16) {
		struct imbalance imbalance = imbalance_of(&(struct sharing){items_n, 0.4, 2, 2, 0});
		double expected = 0.4 * sqrt(items_n / 2 / M_PI), limit = items_n > 128 ? 0.03 : 0.15;
		assert_near(imbalance.mean, expected, limit);
		assert_near(imbalance.half_width, expected * 1.96 * sqrt(M_PI / 2 - 1), 0.25);
	}
	assert_near(imbalance_of(&(struct sharing){1e6, 0.4, 2, 2, 100}).mean, 25, 0.01);
	assert_near(imbalance_of(&(struct sharing){1e6, 0.4, 2, 1, 0}).mean + 1, 1, 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_items_differ_by_their_cv),
		cmocka_unit_test(test_the_odd_item_hides_a_long_one),
		cmocka_unit_test(test_many_items_even_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
