// Units, randomness, failure messages and the clock.
// links: base
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/rng.h"
#include "base/status.h"
#include "base/units.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

static void test_bytes_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint64_t bytes;
	} good[] = {
		{"4096", 4096},      {"1", 1},
		{"32KiB", 32768},    {"32K", 32768},
		{"1.5MiB", 1572864}, {"2GiB", 2147483648},
		{"2G", 2147483648},  {"0.1KiB", 102},
		{"007M", 7340032},   {"18446744073709551615", UINT64_MAX},
	};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		uint64_t bytes = 0;
		assert_int_equal(units_parse_bytes(good[i].text, &bytes), 0);
		assert_int_equal(bytes, good[i].bytes);
	}
}

static void test_bytes_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int status;
	} bad[] = {
		{"", -EINVAL},
		{"-1", -EINVAL},
		{"+1", -EINVAL},
		{" 1", -EINVAL},
		{"1 ", -EINVAL},
		{"1e9x", -EINVAL},
		{"1e9", -EINVAL},
		{"32Mi", -EINVAL},
		{"32MB", -EINVAL},
		{"32mib", -EINVAL},
		{"1.5", -EINVAL},
		{"1.K", -EINVAL},
		{".5K", -EINVAL},
		{"0x10", -EINVAL},
		{"inf", -EINVAL},
		{"1,5K", -EINVAL},
		{"0", -ERANGE},
		{"0GiB", -ERANGE},
		{"0.0K", -ERANGE},
		{"99999999999G", -ERANGE},
		{"18446744073709551616", -ERANGE},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		uint64_t bytes = 77;
		assert_int_equal(units_parse_bytes(bad[i].text, &bytes), bad[i].status);
		assert_int_equal(bytes, 77);
		assert_non_null(strstr(status_message(), bad[i].text));
	}
}

static void test_bytes_round_trip(void **state)
{
	(void)state;
	static const struct {
		uint64_t bytes;
		const char *text;
	} known[] = {
		{33554432, "32MiB"},
		{1023, "1023"},
		{1024, "1KiB"},
		{1025, "1025"},
		{1572864, "1536KiB"},
		{1ull << 40, "1024GiB"},
		{UINT64_MAX, "18446744073709551615"},
	};
	char text[32];
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		assert_string_equal(units_format_bytes(text, sizeof text, known[i].bytes), known[i].text);
	struct rng rng = {.state = 5};
	for (int i = 0; i < 10000; i++) {
		uint64_t bytes = (rng_next(&rng) >> rng_below(&rng, 64)) << rng_below(&rng, 40), back;
		if (bytes == 0)
			continue;
		assert_int_equal(units_parse_bytes(units_format_bytes(text, sizeof text, bytes), &back), 0);
		assert_int_equal(back, bytes);
	}
	assert_string_equal(units_format_bytes(text, sizeof text, 0), "0");
}

static void test_durations(void **state)
{
	(void)state;
	uint64_t duration_ns;
	static const struct {
		const char *text;
		uint64_t duration_ns;
	} good[] = {
		{"90s", 90 * NS_PER_S},  {"90", 90 * NS_PER_S},  {"10m", 600 * NS_PER_S}, {"1h", 3600 * NS_PER_S},
		{"500ms", NS_PER_S / 2}, {"0.25", NS_PER_S / 4}, {"1.5m", 90 * NS_PER_S}, {"0.1h", 360 * NS_PER_S},
	};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(units_parse_duration(good[i].text, &duration_ns), 0);
		assert_int_equal(duration_ns, good[i].duration_ns);
	}
	static const char *const bad[] = {"", "-1s", "s", "1d", "1 s", "1s ", "1e3s", "nan", "1h30m"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(units_parse_duration(bad[i], &duration_ns), -EINVAL);
	assert_int_equal(units_parse_duration("0", &duration_ns), -ERANGE);
	assert_int_equal(units_parse_duration("9999999999h", &duration_ns), -ERANGE);
	assert_int_equal(units_parse_duration("18446744073709551616s", &duration_ns), -ERANGE);
}

static void test_fractions(void **state)
{
	(void)state;
	double fraction = -1;
	assert_int_equal(units_parse_fraction("5%", &fraction), 0);
	assert_true(fraction == 0.05);
	assert_int_equal(units_parse_fraction("0.05", &fraction), 0);
	assert_true(fabs(fraction - 0.05) < 1e-15);
	assert_int_equal(units_parse_fraction("2.5%", &fraction), 0);
	assert_true(fraction == 0.025);
	assert_int_equal(units_parse_fraction("0", &fraction), 0);
	assert_true(fraction == 0);
	assert_int_equal(units_parse_fraction("150%", &fraction), 0);
	assert_true(fraction == 1.5);
	static const char *const bad[] = {"", "-5%", "%", "5 %", "5%%", "1e-2", "nan", "five", "0.", "1/20", "1", "5"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(units_parse_fraction(bad[i], &fraction), -EINVAL);
}

static void test_rates(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		double rate_hz;
	} good[] = {{"2000/s", 2000}, {"5/ms", 5000}, {"1.5/us", 1.5e6}, {"0.5/min", 0.5 / 60}, {"12/h", 12.0 / 3600}};
	double rate_hz = 0;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(units_parse_rate(good[i].text, &rate_hz), 0);
		assert_true(fabs(rate_hz - good[i].rate_hz) < 1e-12 * good[i].rate_hz);
	}
	static const char *const bad[] = {"",      "2000", "2000 /s", "2000/",    "/s",
	                                  "2000s", "-1/s", "1e3/s",   "2000/s/s", "1/d"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(units_parse_rate(bad[i], &rate_hz), -EINVAL);
	assert_int_equal(units_parse_rate("0/s", &rate_hz), -ERANGE);
	assert_int_equal(units_parse_rate("99999999999999999999/s", &rate_hz), -ERANGE);
}

static void test_counts(void **state)
{
	(void)state;
	uint64_t count = 0;
	assert_int_equal(units_parse_count("1024", 1, 1024, &count), 0);
	assert_int_equal(count, 1024);
	assert_int_equal(units_parse_count("0", 0, 10, &count), 0);
	assert_int_equal(count, 0);
	assert_int_equal(units_parse_count("18446744073709551615", 0, UINT64_MAX, &count), 0);
	assert_int_equal(count, UINT64_MAX);
	static const char *const beyond[] = {"0", "1025", "1000000000", "18446744073709551616", "99999999999999999999"};
	for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++)
		assert_int_equal(units_parse_count(beyond[i], 1, 1024, &count), -ERANGE);
	static const char *const bad[] = {"", "-1", "+1", " 1", "1 ", "1x", "1.0", "1e3", "99999999999999999999x"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(units_parse_count(bad[i], 1, 1024, &count), -EINVAL);
}

static void test_ns_written(void **state)
{
	(void)state;
	static const struct {
		double duration_ns;
		const char *text;
	} known[] = {
		{950, "950 ns"},    {12300, "12.3 µs"},   {4.56e6, "4.56 ms"}, {1.23e9, "1.23 s"}, {999.4, "999 ns"},
		{999.6, "1.00 µs"}, {999.6e3, "1.00 ms"}, {9.996, "10.0 ns"},  {99.96, "100 ns"},  {0, "0 ns"},
		{0.35, "0.35 ns"},  {-12300, "-12.3 µs"}, {5e12, "5000 s"},    {NAN, "-"},         {INFINITY, "-"},
	};
	char text[32];
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		assert_string_equal(units_format_ns(text, sizeof text, known[i].duration_ns), known[i].text);
	// µ is two bytes in UTF-8.
	assert_memory_equal(units_format_ns(text, sizeof text, 1500), "1.50 \xc2\xb5s", sizeof "1.50 \xc2\xb5s");
}

static void test_eta_written(void **state)
{
	(void)state;
	static const struct {
		double seconds;
		const char *text;
	} known[] = {
		{65, "1m05s"},   {42, "42s"},     {0, "0s"}, {59.6, "1m00s"}, {3599.4, "59m59s"},
		{3600, "1h00m"}, {5400, "1h30m"}, {-1, "-"}, {NAN, "-"},      {INFINITY, "-"},
	};
	char text[32];
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		assert_string_equal(units_format_eta(text, sizeof text, known[i].seconds), known[i].text);
}

static void test_rng_known_values(void **state)
{
	(void)state;
	// The published splitmix64 sequence of seed 1234567.
	struct rng rng = {.state = 1234567};
	assert_int_equal(rng_next(&rng), 6457827717110365317ull);
	assert_int_equal(rng_next(&rng), 3203168211198807973ull);
	assert_int_equal(rng_next(&rng), 9817491932198370423ull);
}

static void test_rng_shuffles(void **state)
{
	(void)state;
	enum { N = 100 };
	uint32_t first[N], again[N];
	bool seen[N] = {false};
	for (uint32_t i = 0; i < N; i++)
		first[i] = again[i] = i;
	rng_shuffle(&(struct rng){.state = 9}, first, N);
	rng_shuffle(&(struct rng){.state = 9}, again, N);
	assert_memory_equal(first, again, sizeof first);
	unsigned moved_n = 0;
	for (uint32_t i = 0; i < N; i++) {
		assert_true(first[i] < N && !seen[first[i]]);
		seen[first[i]] = true;
		moved_n += first[i] != i;
	}
	assert_true(moved_n > N / 2);
	rng_shuffle(&(struct rng){.state = 9}, first, 0);
}

static void test_rng_below_is_even(void **state)
{
	(void)state;
	struct rng rng = {.state = 3};
	unsigned hits[7] = {0};
	for (int i = 0; i < 70000; i++)
		hits[rng_below(&rng, 7)]++;
	for (int i = 0; i < 7; i++)
		assert_in_range(hits[i], 9500, 10500);
	assert_int_equal(rng_below(&rng, 1), 0);
}

static void *message_in_a_thread(void *seen)
{
	strcpy(seen, status_message());
	status_say(EPERM, "of the thread");
	return NULL;
}

static void test_status(void **state)
{
	(void)state;
	assert_int_equal(status_fail(ENOMEM, "mapping %d bytes", 5), -ENOMEM);
	assert_string_equal(status_message(), "mapping 5 bytes: Cannot allocate memory");
	assert_int_equal(status_wrap(-ENOMEM, "row %d", 2), -ENOMEM);
	assert_string_equal(status_message(), "row 2: mapping 5 bytes: Cannot allocate memory");
	// A message may quote the one before it.
	assert_int_equal(status_say(EINVAL, "again: %s", status_message()), -EINVAL);
	assert_string_equal(status_message(), "again: row 2: mapping 5 bytes: Cannot allocate memory");

	char seen[512] = "unset";
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, message_in_a_thread, seen), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_string_equal(seen, "");
	assert_int_equal(strncmp(status_message(), "again", 5), 0);
}

static void test_status_cuts_long_messages(void **state)
{
	(void)state;
	char text[2000];
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = 0;
	assert_int_equal(status_fail(EIO, "%s", text), -EIO);
	assert_int_equal(status_wrap(-EIO, "%s", text), -EIO);
	assert_in_range(strlen(status_message()), 100, 1000);
}

static void test_clock(void **state)
{
	(void)state;
	uint64_t before_ns = clock_now_ns();
	struct clock_facts facts = clock_measure();
	assert_true(clock_now_ns() > before_ns);
	assert_true(facts.cost_ns > 0 && facts.cost_ns < 1e8);
	assert_true(facts.resolution_ns > 0 && facts.resolution_ns < NS_PER_S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes_read),
		cmocka_unit_test(test_bytes_refused),
		cmocka_unit_test(test_bytes_round_trip),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_fractions),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_ns_written),
		cmocka_unit_test(test_eta_written),
		cmocka_unit_test(test_rng_known_values),
		cmocka_unit_test(test_rng_shuffles),
		cmocka_unit_test(test_rng_below_is_even),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_status_cuts_long_messages),
		cmocka_unit_test(test_clock),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
