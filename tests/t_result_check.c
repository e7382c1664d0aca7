// What the check of a visit's result finds: items that a model leaves out, anywhere, and results that are stale. The
// models here are wrong on purpose; what measures and checks them is what a run uses.
// links: bench
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/plan/point.h"
#include "bench/plan/problems.h"
#include "bench/plan/result_check.h"

static struct topology *topology;
static uint64_t dispatches_n, first_wrong; // of the wrong models: dispatches from this one on are wrong, from 1
static struct span left_out;

static int start(struct exec *exec)
{
	dispatches_n = 0;
	return placement_apply(exec->config.placement, 0);
}

static void compute(struct slot *slot, const struct job *job, struct span span)
{
	if (span.begin < span.end)
		job->problem->kernel->run(job->problem, span, &slot->partial);
}

// The items of left_out are never computed.
static int dispatch_less(struct exec *exec, const struct job *job)
{
	struct slot *slot = &exec->slots[0];
	dispatches_n++;
	exec->generation++;
	*slot = (struct slot){.begin_ns = clock_now_ns(), .cpu = placement_cpu(exec->config.placement, 0)};
	bool is_wrong = dispatches_n >= first_wrong;
	compute(slot, job, (struct span){0, is_wrong ? left_out.begin : job->problem->items_n, 1});
	if (is_wrong)
		compute(slot, job, (struct span){left_out.end, job->problem->items_n, 1});
	slot->end_ns = clock_now_ns();
	slot_finish(slot, 0, exec->generation);
	return exec_gather(exec);
}

// Says that it is done, and has done nothing: what an earlier dispatch left is still there.
static int dispatch_stale(struct exec *exec, const struct job *job)
{
	struct slot *slot = &exec->slots[0];
	if (++dispatches_n < first_wrong) {
		dispatches_n--;
		return dispatch_less(exec, job);
	}
	exec->generation++;
	slot->begin_ns = clock_now_ns();
	slot->end_ns = slot->begin_ns;
	slot_finish(slot, 0, exec->generation);
	return exec_gather(exec);
}

static void stop(struct exec *exec)
{
	placement_release(exec->config.placement);
}

static const struct model
	less = {.name = "less", .summary = "", .open = start, .dispatch = dispatch_less, .close = stop},
	stale = {.name = "stale", .summary = "", .open = start, .dispatch = dispatch_stale, .close = stop};

static const struct problem *problem_of(const char *kernel, const char *text)
{
	struct size size;
	const struct problem *problem;
	assert_int_equal(size_parse(kernel_find(kernel), text, &size), 0);
	struct kernel_options preset = kernel_options_preset(kernel_find(kernel));
	struct problem_memory memory = {.pages = PAGES_HUGE};
	assert_int_equal(problems_get(kernel_find(kernel), &size, &preset, &memory, &problem), 0);
	return problem;
}

static int visit(const struct problem *problem, const struct model *model, uint64_t check_seed, double *share)
{
	struct point point = point_default();
	struct trial *trial = shared_map(sizeof *trial);
	assert_non_null(trial);
	point.kernel = problem->kernel;
	point.size = problem->size;
	point.model = model;
	trial->topology = topology;
	trial->visit_ns = NS_PER_MS;
	trial->iterations_n = 3;
	trial->batch_n = 1;
	trial->check_seed = check_seed;
	int status = point_measure(&point, problem, trial);
	*share = trial->value[METRIC_checked];
	munmap(trial, sizeof *trial);
	return status;
}

static const struct {
	const char *kernel, *size;
} mapped[] = {
	{"square", "4MiB"}, {"copy", "4MiB"}, {"copy_stream", "4MiB"}, {"convolve", "1024x1024"}, {"convolve", "40"}};
enum { MAPPED_N = sizeof mapped / sizeof *mapped };

static void test_right_results_pass(void **state)
{
	(void)state;
	first_wrong = UINT64_MAX;
	for (size_t i = 0; i < MAPPED_N; i++) {
		const struct problem *problem = problem_of(mapped[i].kernel, mapped[i].size);
		double share;
		assert_int_equal(visit(problem, &less, 0, &share), 0);
		assert_true(share == 1);
		for (uint64_t seed = 1; seed < 40; seed++) {
			assert_int_equal(visit(problem, &less, seed, &share), 0);
			assert_true(share > 0 && share < 0.05);
		}
	}
}

// A single item, first, last or anywhere: in the first visits, which are checked whole.
static void test_left_out_is_found_at_first(void **state)
{
	(void)state;
	first_wrong = 1;
	for (size_t i = 0; i < MAPPED_N; i++) {
		const struct problem *problem = problem_of(mapped[i].kernel, mapped[i].size);
		const uint64_t places[] = {0, problem->items_n / 3, problem->items_n / 2 + 1, problem->items_n - 1};
		for (size_t j = 0; j < sizeof places / sizeof *places; j++) {
			double share;
			left_out = (struct span){places[j], places[j] + 1, 1};
			assert_int_equal(visit(problem, &less, 0, &share), -EBADMSG);
		}
	}
}

// A quarter of the items, from the first timed run on: a window finds it as often as it falls there.
static void test_left_out_later_is_found_by_windows(void **state)
{
	(void)state;
	enum { VISITS_N = 60 };
	const struct problem *problem = problem_of("square", "4MiB");
	unsigned found_n = 0;
	first_wrong = 2;
	left_out = (struct span){problem->items_n / 2, problem->items_n / 4 * 3, 1};
	for (uint64_t seed = 1; seed <= VISITS_N; seed++) {
		double share;
		found_n += visit(problem, &less, seed, &share) == -EBADMSG;
	}
	assert_in_range(found_n, 5, 30);
}

// Stale after the warm-up: every visit finds it, whole or not, with an output or with partials only.
static void test_stale_is_found(void **state)
{
	(void)state;
	first_wrong = 2;
	left_out = (struct span){0, 0, 1};
	double share;
	for (uint64_t seed = 0; seed < 20; seed++) {
		for (size_t i = 0; i < MAPPED_N; i++)
			assert_int_equal(visit(problem_of(mapped[i].kernel, mapped[i].size), &stale, seed, &share), -EBADMSG);
		assert_int_equal(visit(problem_of("sum", "1MiB"), &stale, seed, &share), -EBADMSG);
	}
	first_wrong = UINT64_MAX;
	assert_int_equal(visit(problem_of("sum", "1MiB"), &stale, 7, &share), 0);
}

static int open_all(void **state)
{
	(void)state;
	return topology_open(&topology, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_right_results_pass),
		cmocka_unit_test(test_left_out_is_found_at_first),
		cmocka_unit_test(test_left_out_later_is_found_by_windows),
		cmocka_unit_test(test_stale_is_found),
	};
	return cmocka_run_group_tests(tests, open_all, NULL);
}
