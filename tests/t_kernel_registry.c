// A kernel with parameters in a registry of this test's own, from its declaration to options, names and a measurement.
// It shares the name of one parameter with convolve.
// links: bench
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "bench/plan/axes.h"
#include "bench/plan/axis_product.h"
#include "bench/plan/point.h"
#include "kernel/flat_array.h"
#include "tests/fixtures/choices.h"
#include "tests/fixtures/visitor.h"
#include "tests/fixtures/one_record.h"

enum { K, DEPTH };

static const struct kernel_parameter parameters[] = {
	[K] = {.name = "k", .help = "how often", .preset = 2, .least = 1, .most = 64},
	[DEPTH] = {.name = "depth", .help = "how deep", .preset = 8, .values = "2,4,8"},
	{0},
};

static double factor(const struct problem *problem)
{
	return (double)(problem->options.value[K] * problem->options.value[DEPTH]);
}

static int prepare(struct problem *problem)
{
	flat_array_prepare_doubles(problem);
	problem->expected = flat_array_expected(problem->items_n) * factor(problem);
	return 0;
}

static void run(const struct problem *problem, struct span span, double *partial)
{
	const double *in = (const double *)problem->in;
	for (uint64_t i = span.begin; i < span.end; i += span.step)
		*partial += in[i] * factor(problem);
}

static const struct kernel kernel_tried = {
	.name = "tried",
	.summary = "a weighted sum of doubles",
	.size_forms = SIZE_BYTES,
	.size_default = "4KiB",
	.parameters = parameters,
	.need = flat_array_need_reduce,
	.prepare = prepare,
	.run = run,
	.check = flat_array_check_total,
	.span_bytes = flat_array_span_bytes,
	.traffic = flat_array_traffic,
};

// In place of src/kernel/registry.c, which the linker then leaves in its library.
extern const struct kernel kernel_null, kernel_convolve, kernel_fma, kernel_copy, kernel_copy_stream;
const struct kernel *kernels[] = {&kernel_null, &kernel_convolve,    &kernel_tried, &kernel_fma,
                                  &kernel_copy, &kernel_copy_stream, NULL};

const struct kernel *kernel_find(const char *name)
{
	for (const struct kernel *const *kernel = kernels; *kernel; kernel++)
		if (strcmp((*kernel)->name, name) == 0)
			return *kernel;
	return NULL;
}

int kernels_add(const struct kernel *kernel)
{
	(void)kernel;
	return -EINVAL;
}

static int plan(const char *choices)
{
	struct plan_options options = plan_choices(topology, choices);
	int status = axes_validate(&options);
	return status < 0 ? status : experiment_plan(experiment_find("scaling"), &options, &record);
}

static void expect_rows(const char *const *names)
{
	char name[SPEC_NAME_BYTES];
	for (uint32_t i = 0; i < record.rows_n; i++) {
		assert_non_null(names[i]);
		assert_string_equal(spec_name(&record.rows[i].spec, name, sizeof name), names[i]);
	}
	assert_null(names[record.rows_n]);
}

static void test_declared(void **state)
{
	(void)state;
	char axes[1024];
	assert_string_equal(known_axis_find("k")->help, "of convolve: taps per side, 3, 5 or 7 (default 5); of tried: how "
	                                                "often, 1 to 64 (default 2)");
	assert_string_equal(known_axis_find("depth")->help, "of tried: how deep, 2, 4 or 8 (default 8)");
	experiment_axes(experiment_find("scaling"), axes, sizeof axes);
	assert_memory_equal(axes, "kernel k depth size model ", 26);
}

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(plan("kernel=tried model=serial k=3,9 depth=8,2 size=8,4KiB"), 0);
	expect_rows((const char *const[]){"scaling/kernel:tried/k:3/depth:8/size:8/model:serial/workers:1/pin:compact",
	                                  "scaling/kernel:tried/k:3/depth:8/size:4KiB/model:serial/workers:1/pin:compact",
	                                  "scaling/kernel:tried/k:3/depth:2/size:8/model:serial/workers:1/pin:compact",
	                                  "scaling/kernel:tried/k:3/depth:2/size:4KiB/model:serial/workers:1/pin:compact",
	                                  "scaling/kernel:tried/k:9/depth:8/size:8/model:serial/workers:1/pin:compact",
	                                  "scaling/kernel:tried/k:9/depth:8/size:4KiB/model:serial/workers:1/pin:compact",
	                                  "scaling/kernel:tried/k:9/depth:2/size:8/model:serial/workers:1/pin:compact",
	                                  "scaling/kernel:tried/k:9/depth:2/size:4KiB/model:serial/workers:1/pin:compact",
	                                  NULL});
}

// Each kernel takes the values that it knows, and its preset where nobody gives one.
static void test_shared_name(void **state)
{
	(void)state;
	assert_int_equal(plan("kernel=tried,convolve model=serial k=3,9 size=8,8x8 pin=compact"), 0);
	const char *const names[] = {"scaling/kernel:tried/k:3/depth:8/size:8/model:serial/workers:1/pin:compact",
	                             "scaling/kernel:tried/k:9/depth:8/size:8/model:serial/workers:1/pin:compact",
	                             "scaling/kernel:convolve/k:3/size:8x8/model:serial/workers:1/pin:compact"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct spec spec;
		assert_int_equal(spec_parse(&spec, names[i]), 0);
		assert_true(record_find(&record, &spec) >= 0);
	}
	for (uint32_t i = 0; i < record.rows_n; i++)
		assert_false(spec_axis_is(&record.rows[i].spec, "kernel", "convolve") &&
		             spec_axis_is(&record.rows[i].spec, "k", "9"));
}

static void test_refused(void **state)
{
	(void)state;
	assert_int_equal(plan("kernel=tried k=65"), -EINVAL);
	assert_string_equal(status_message(), "k '65': kernel tried takes 1 to 64");
	assert_int_equal(plan("kernel=convolve,tried k=64"), -EINVAL); // nothing for convolve, which was named
	assert_string_equal(status_message(), "k '64': kernel convolve takes 3, 5 or 7");
	assert_int_equal(plan("kernel=convolve depth=2"), -EINVAL);
	assert_string_equal(status_message(), "--depth='2': none of these kernels takes a --depth");
	assert_int_equal(record.rows_n, 0);
}

// The values reach the kernel: it would not add up otherwise, whoever computes.
static void test_measured(void **state)
{
	(void)state;
	assert_int_equal(plan("kernel=tried model=serial,threads k=5 depth=4 workers=2"), 0);
	assert_int_equal(record.rows_n, 2);
	for (uint32_t i = 0; i < record.rows_n; i++) {
		const struct row *row = &record.rows[i];
		assert_int_equal(row->hooks->prepare(&row->spec), 0);
		if (visit_spec(row->hooks, &row->spec, 3, 1, 10 * NS_PER_S) < 0)
			fail_msg("%s", status_message());
	}
	struct spec wrong;
	assert_int_equal(spec_parse(&wrong, "scaling/kernel:tried/k:5/depth:3/size:8/model:serial/workers:1/pin:compact"),
	                 0);
	assert_int_equal(point_prepare(&wrong), -EINVAL);
	assert_string_equal(status_message(), "depth '3': kernel tried takes 2, 4 or 8");
}

static int setup(void **state)
{
	(void)state;
	return visitor_start(100000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_declared),
		cmocka_unit_test_setup_teardown(test_names, record_begin, record_end),
		cmocka_unit_test_setup_teardown(test_shared_name, record_begin, record_end),
		cmocka_unit_test_setup_teardown(test_refused, record_begin, record_end),
		cmocka_unit_test_setup_teardown(test_measured, record_begin, record_end),
	};
	return ran_tests(tests, setup, visitor_end);
}
