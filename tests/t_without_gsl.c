// What runs in a runner, and everything a plug-in is linked with later, is free of GSL: this program has all
// experiments, channels, models and kernels, and measures with some; it does not link where one of them needs GSL.
// links: bench
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/plan/experiment.h"
#include "channel/channel.h"
#include "exec/exec.h"
#include "kernel/kernel.h"
#include "tests/fixtures/visitor.h"

enum { TEST_DEADLINE_S = 60, VISIT_DEADLINE_S = 50 };

static void test_everything_is_linked(void **state)
{
	(void)state;
	assert_non_null(experiment_find("switch")->visit.trial);
	assert_non_null(channels[0]->open);
	assert_non_null(models[0]->open);
	assert_non_null(kernels[0]->run);
}

static void test_visits(void **state)
{
	(void)state;
	static const char *const names[] = {
		"scaling/kernel:sum/size:64KiB/model:threads/workers:2/pin:same",
		"latency/channel:pipe/bytes:1/place:same_cpu/between:threads",
	};
	struct spec spec;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		assert_int_equal(spec_parse(&spec, names[i]), 0);
		const struct visit_hooks *hooks = &experiment_find(spec.experiment)->visit;
		alarm(TEST_DEADLINE_S);
		if ((hooks->prepare && hooks->prepare(&spec) < 0) ||
		    visit_spec(hooks, &spec, 0, 0, VISIT_DEADLINE_S * NS_PER_S) < 0)
			fail_msg("%s: %s", names[i], status_message());
		assert_true(visitor.trial->value[METRIC_wall_ns] > 0);
		assert_no_children();
	}
}

static void test_no_gsl_is_loaded(void **state)
{
	(void)state;
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[4096];
	unsigned libraries_n = 0;
	assert_non_null(maps);
	while (fgets(line, sizeof line, maps)) {
		libraries_n += strstr(line, ".so") != NULL;
		if (strstr(line, "libgsl"))
			fail_msg("GSL is loaded: %s", line);
	}
	fclose(maps);
	assert_true(libraries_n > 0);
}

static int setup(void **state)
{
	(void)state;
	return visitor_start(NS_PER_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything_is_linked),
		cmocka_unit_test(test_visits),
		cmocka_unit_test(test_no_gsl_is_loaded),
	};
	return ran_tests(tests, setup, visitor_end);
}
