// The queue of a service against what is known exactly, and against a simulation of it with a fixed seed.
// links: stats
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "stats/queueing.h"
#include "stats/values.h"

#include <math.h>
#include <stdlib.h>

static void assert_within(double value, double expected, double tolerance, const char *what)
{
	if (!(fabs(value - expected) <= tolerance * expected))
		fail_msg("%s: %.6g is not %.6g", what, value, expected);
}

static struct station station_of(unsigned servers_n, double utilisation, double cv)
{
	return (struct station){.rate = utilisation * servers_n, .service = 1, .cv = cv, .servers_n = servers_n};
}

static struct response response_of(const struct station *station)
{
	return (struct response){.work = station->service, .work_cv = station->cv, .wait = queue_wait_of(station)};
}

// As printed in tables of Erlang's C formula.
static void test_erlang(void **state)
{
	(void)state;
	static const struct {
		unsigned servers_n;
		double offered, waits;
	} known[] = {{1, 0.5, 0.5}, {2, 1, 1.0 / 3}, {3, 2, 4.0 / 9}, {5, 4, 0.554113}, {10, 8, 0.409180}};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct station station = station_of(known[i].servers_n, known[i].offered / known[i].servers_n, 1);
		struct queue_wait wait = queue_wait_of(&station);
		assert_within(wait.share, known[i].waits, 1e-4, "share that waits");
		assert_within(wait.mean, 1 / (known[i].servers_n - known[i].offered), 1e-9, "mean wait of those");
		assert_within(wait.cv, 1, 1e-9, "its variation");
	}
}

// Pollaczek and Khinchine; the second moment by Takacs, of gamma-distributed service.
static void test_one_server(void **state)
{
	(void)state;
	for (double cv = 0; cv <= 2; cv += 0.5)
		for (double utilisation = 0.1; utilisation < 0.99; utilisation += 0.2) {
			struct station station = station_of(1, utilisation, cv);
			struct queue_wait wait = queue_wait_of(&station);
			double v = cv * cv, mean = utilisation * (1 + v) / (2 * (1 - utilisation));
			double second = 2 * mean * mean + utilisation * (1 + v) * (1 + 2 * v) / (3 * (1 - utilisation));
			assert_within(wait.share * wait.mean, mean, 1e-9, "mean wait");
			assert_within(wait.share * wait.mean * wait.mean * (1 + wait.cv * wait.cv), second, 1e-9, "second moment");
		}
}

// M/M/1: responses are exponential.
static void test_exponential(void **state)
{
	(void)state;
	for (double utilisation = 0.1; utilisation < 0.99; utilisation += 0.2) {
		struct station station = station_of(1, utilisation, 1);
		struct response response = response_of(&station);
		double mean = 1 / (1 - utilisation);
		assert_within(response_mean(&response), mean, 1e-9, "mean");
		assert_within(response_quantile(&response, 0.5), mean * log(2), 0.003, "p50");
		assert_within(response_quantile(&response, 0.99), mean * log(100), 0.003, "p99");
	}
}

// M/D/1: Erlang's distribution of the wait.
static double constant_below(double t, double utilisation)
{
	double sum = 0;
	for (int k = 0; k <= t; k++)
		sum += pow(-utilisation * (t - k), k) / tgamma(k + 1) * exp(utilisation * (t - k));
	return (1 - utilisation) * sum;
}

static void test_constant(void **state)
{
	(void)state;
	for (double utilisation = 0.3; utilisation < 0.85; utilisation += 0.1) {
		struct station station = station_of(1, utilisation, 0);
		struct response response = response_of(&station);
		double p99 = response_quantile(&response, 0.99);
		assert_within(constant_below(p99 - 1, utilisation), 0.99, 0.003, "M/D/1 below the p99");
	}
}

static void test_parts(void **state)
{
	(void)state;
	struct response response = {.constant = 10, .work = 5};
	assert_within(response_quantile(&response, 0.99), 15, 1e-6, "no queue");
	response.late_share = 0.3; // bimodal
	response.late = 20;
	assert_within(response_quantile(&response, 0.69), 15, 1e-6, "in time");
	assert_within(response_quantile(&response, 0.71), 35, 1e-6, "late");
	assert_within(response_mean(&response), 21, 1e-9, "mean");
}

// A part of which nothing is known is longer than anything: it has no quantile, and finding none must end.
static void test_unknown_parts(void **state)
{
	(void)state;
	struct response response = {.constant = 1e24, .work = 5, .work_cv = 1};
	assert_true(isinf(response_quantile(&response, 0.5)));
	response.constant = 10;
	response.wait = (struct queue_wait){.share = 0.5, .mean = INFINITY, .cv = 1};
	assert_true(isinf(response_quantile(&response, 0.99)));
	response.wait.mean = NAN;
	assert_true(isinf(response_quantile(&response, 0.99)));
}

// The simulation.

static double uniform(struct rng *rng)
{
	return ((double)(rng_next(rng) >> 11) + 0.5) / 0x1p53;
}

static double normal(struct rng *rng)
{
	return sqrt(-2 * log(uniform(rng))) * cos(6.283185307179586 * uniform(rng));
}

// Of mean 1: Marsaglia and Tsang (ACM Trans. Math. Softw. 26, 2000).
static double gamma_drawn(struct rng *rng, double cv)
{
	if (cv == 0)
		return 1;
	double shape = 1 / (cv * cv), boost = shape < 1 ? pow(uniform(rng), 1 / shape) : 1;
	double d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3, c = 1 / sqrt(9 * d);
	for (;;) {
		double x = normal(rng), v = pow(1 + c * x, 3);
		if (v > 0 && log(uniform(rng)) < x * x / 2 + d - d * v + d * log(v))
			return d * v * boost / shape;
	}
}

// Every request takes the server that is free first.
static void simulate(const struct station *station, struct rng *rng, double *took, size_t n)
{
	double free_at[16] = {0}, now = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned first = 0;
		now -= log(uniform(rng)) / station->rate;
		for (unsigned k = 1; k < station->servers_n; k++)
			if (free_at[k] < free_at[first])
				first = k;
		free_at[first] = fmax(free_at[first], now) + gamma_drawn(rng, station->cv);
		took[i] = free_at[first] - now;
	}
}

struct off {
	double p50, p99, mean;
};

static void compare(unsigned servers_n, double utilisation, double cv, struct off *worst)
{
	size_t n = utilisation > 0.9 ? 500000 : 100000;
	double *took = malloc(n * sizeof *took);
	struct station station = station_of(servers_n, utilisation, cv);
	struct response response = response_of(&station);
	struct rng rng = {servers_n * 1000 + (uint64_t)(utilisation * 100) + (uint64_t)(cv * 7)};
	assert_non_null(took);
	simulate(&station, &rng, took, n);
	double mean = values_mean(took, n);
	values_sort(took, n);
	struct off off = {response_quantile(&response, 0.5) / quantile_sorted(took, n, 0.5) - 1,
	                  response_quantile(&response, 0.99) / quantile_sorted(took, n, 0.99) - 1,
	                  response_mean(&response) / mean - 1};
	free(took);
	print_message("%2u servers, utilisation %.2f, CV %.1f: p50 %+.1f %%, p99 %+.1f %%, mean %+.1f %%\n", servers_n,
	              utilisation, cv, off.p50 * 100, off.p99 * 100, off.mean * 100);
	worst->p50 = fmax(worst->p50, fabs(off.p50));
	worst->p99 = fmax(worst->p99, fabs(off.p99));
	worst->mean = fmax(worst->mean, fabs(off.mean));
}

// docs/advise.md names the worst. The simulation itself is off by some 10 % at p99 where the queue is longest: so much
// it differs from what is known exactly.
static void test_simulation(void **state)
{
	(void)state;
	static const unsigned servers_n[] = {1, 2, 4, 16};
	static const double utilisation[] = {0.3, 0.6, 0.8, 0.95}, cv[] = {0, 0.5, 1, 2};
	struct off worst = {0};
	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < 4; j++)
			for (size_t k = 0; k < 4; k++)
				compare(servers_n[i], utilisation[j], cv[k], &worst);
	print_message("worst: p50 %.1f %%, p99 %.1f %%, mean %.1f %%\n", worst.p50 * 100, worst.p99 * 100,
	              worst.mean * 100);
	assert_true(worst.p50 < 0.1);
	assert_true(worst.p99 < 0.2);
	assert_true(worst.mean < 0.12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_erlang),     cmocka_unit_test(test_one_server), cmocka_unit_test(test_exponential),
		cmocka_unit_test(test_constant),   cmocka_unit_test(test_parts),      cmocka_unit_test(test_unknown_parts),
		cmocka_unit_test(test_simulation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
