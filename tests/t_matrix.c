// All of the registries: every kernel with every model, worker count, wait, caller, schedule and transport gives its
// exact result. What is timed is what is checked: the same exec_open() and exec_dispatch() as in a visit. Every case
// has a deadline.
// links: exec
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/status.h"
#include "exec/exec.h"
#include "fixtures/everywhere.h"
#include "fixtures/sanitizers.h"

enum { DEADLINE_S = 60 };
enum { MANY_WORKERS_N = SANITIZED ? 100 : EXEC_WORKERS_MAX }; // a fork copies the sanitizer's page tables too

static struct topology *topology;

struct prepared {
	struct problem problem;
	struct arena arena;
};

// A small odd size of each form the kernel takes: some workers get work, others none.
static const char *small_size(const struct kernel *kernel, unsigned which)
{
	static const char *const bytes[] = {"8", "104", "4096"}, *const images[] = {"1x1", "17x13", "64x32"},
							 *const items[] = {"1", "3", "8"}, *const durations[] = {"1ns", "70ns", "3us"};
	if (kernel->size_forms & SIZE_BYTES)
		return bytes[which];
	if (kernel->size_forms & SIZE_IMAGE)
		return images[which];
	if (kernel->size_forms & SIZE_DURATION)
		return durations[which];
	return kernel->size_forms & SIZE_ITEMS ? items[which] : "";
}

static void prepare(struct prepared *prepared, const struct kernel *kernel, unsigned which)
{
	struct size size = {0};
	memset(prepared, 0, sizeof *prepared);
	if (kernel->size_forms != SIZE_NONE)
		assert_int_equal(size_parse(kernel, small_size(kernel, which), &size), 0);
	assert_int_equal(problem_plan(&prepared->problem, kernel, &size, NULL), 0);
	size_t bytes = problem_arena_bytes(&prepared->problem);
	if (bytes > 0) {
		assert_int_equal(arena_open(&prepared->arena, bytes, MEMORY_SHARED, PAGES_4K), 0);
		struct problem *problem = &prepared->problem;
		problem->in = problem->in_bytes ? arena_alloc(&prepared->arena, problem->in_bytes, 64) : NULL;
		problem->out = problem->out_bytes ? arena_alloc(&prepared->arena, problem->out_bytes, 64) : NULL;
	}
	assert_int_equal(kernel->prepare(&prepared->problem), 0);
}

static unsigned joins_of(const struct model *model)
{
	return model->processes ? JOINS_PROCESSES : JOINS_THREADS;
}

static void dispatch_and_check(const struct exec_config *config, const struct problem *problem,
                               struct schedule schedule)
{
	struct exec exec;
	struct job job = {.problem = problem, .schedule = schedule};
	int status = exec_open(&exec, config);
	if (config->transport && !ran_possible(config->transport->name, status))
		return;
	if (status < 0)
		fail_msg("%s: %s", config->model->name, status_message());
	for (int round = 0; round < 3; round++) {
		problem_poison(problem, span_whole(problem));
		status = exec_dispatch(&exec, &job);
		if (status == 0)
			status = problem->kernel->check(problem, span_whole(problem), exec.total);
		if (status < 0)
			fail_msg("%s %s workers %u wait %s caller %d: %s", problem->kernel->name, config->model->name,
			         config->workers_n, wait_name(config->wait), config->caller, status_message());
		if (exec_cpus_check(&exec) < 0)
			fail_msg("%s %s workers %u caller %d: %s", problem->kernel->name, config->model->name, config->workers_n,
			         config->caller, status_message());
		const struct slot *critical = &exec.slots[exec_critical(&exec)];
		assert_true(critical->begin_ns <= critical->end_ns);
	}
	struct usage usage;
	assert_int_equal(exec_usage(&exec, &usage), 0);
	assert_true(usage.cpu_ns > 0);
	exec_close(&exec);
	bool sent = config->workers_n > (config->caller == CALLER_WORKS); // the caller sends nothing to itself
	if (config->transport && sent)
		channel_ran(config->transport, joins_of(config->model));
	else if (!config->transport)
		ran_case("%s %s", problem->kernel->name, wait_name(config->wait));
}

static void every_schedule(const struct exec_config *config, const struct problem *problem)
{
	static const char *const schedules[] = {"static", "strided", "dynamic:2"};
	unsigned schedules_n = config->transport ? 1 : 3;
	for (unsigned i = 0; i < schedules_n; i++) {
		struct schedule schedule;
		assert_int_equal(schedule_parse(schedules[i], &schedule), 0);
		dispatch_and_check(config, problem, schedule);
	}
}

static void every_wait_and_caller(const struct model *model, const struct problem *problem, unsigned workers_n,
                                  const struct channel_type *transport)
{
	for (int wait = 0; wait < WAIT_N; wait++)
		for (int caller = CALLER_WAITS; caller <= CALLER_WORKS; caller++) {
			if ((!model->resident && wait != WAIT_ADAPTIVE) || (workers_n == 5 && wait == WAIT_SPIN))
				continue;
			struct placement *placement;
			assert_int_equal(placement_plan(topology, PIN_COMPACT, workers_n, &placement), 0);
			struct exec_config config = {
				.model = model,
				.workers_n = workers_n,
				.wait = wait,
				.caller = caller,
				.placement = placement,
				.transport = transport,
				.pages = PAGES_4K,
			};
			const char *why_not = exec_unsupported(&config);
			alarm(DEADLINE_S);
			if (why_not)
				ran_leave_out(transport ? transport->name : problem->kernel->name, why_not);
			else
				every_schedule(&config, problem);
			placement_free(placement);
		}
}

static void test_model(void **state)
{
	const struct model *model = *state;
	static const unsigned workers[] = {1, 2, 5};
	if (UNDER_TSAN && model->processes)
		skip_test("%s: %s", model->name, TSAN_LIMITS);
	for (const struct kernel *const *kernel = kernels; *kernel; kernel++)
		for (unsigned which = 0; which < 3; which++) {
			struct prepared prepared;
			prepare(&prepared, *kernel, which);
			for (unsigned i = 0; i < 3; i++)
				if (workers[i] == 1 || strcmp(model->name, "serial") != 0)
					every_wait_and_caller(model, &prepared.problem, workers[i], NULL);
			arena_close(&prepared.arena);
		}
	for (const struct kernel *const *kernel = kernels; *kernel; kernel++)
		for (int wait = 0; wait < WAIT_N; wait++)
			if (model->resident || wait == WAIT_ADAPTIVE)
				ran_require("%s %s", (*kernel)->name, wait_name(wait));
	ran_end(__func__);
}

// Every kernel over one channel; over every channel one that sends back nothing, and one that sends back as much as it
// gets.
static bool travels(const struct kernel *kernel, const struct channel_type *type)
{
	bool chosen = strcmp(kernel->name, "sum") == 0 || strcmp(kernel->name, "square") == 0;
	return kernel->span_bytes && (chosen || strcmp(type->name, "pipe") == 0);
}

// Even in a pool of one worker, since its caller spins, too.
static bool has_cpus(const struct channel_type *type)
{
	return !type->spins || topology_cpus_n(topology) > 1;
}

static void test_transport(void **state)
{
	const struct model *model = *state;
	unsigned joins = joins_of(model);
	if (UNDER_TSAN && model->processes)
		skip_test("%s: %s", model->name, TSAN_LIMITS);
	for (const struct channel_type *const *type = channels; *type; type++)
		for (const struct kernel *const *kernel = kernels; *kernel; kernel++) {
			struct prepared prepared;
			if (!channel_is_case(*type, joins) || !travels(*kernel, *type))
				continue;
			prepare(&prepared, *kernel, 1);
			every_wait_and_caller(model, &prepared.problem, 1, *type);
			every_wait_and_caller(model, &prepared.problem, 2, *type);
			arena_close(&prepared.arena);
		}
	channels_require(joins, has_cpus);
	ran_end(__func__);
}

// Two parked workers on one CPU cannot answer each other without sleeping: a round trip without a context switch is
// wrong.
static void test_parked_sleeps(void **state)
{
	const struct model *model = *state;
	if (UNDER_TSAN && model->processes)
		skip_test("%s: %s", model->name, TSAN_LIMITS);
	enum { DISPATCHES_N = 200 };
	struct prepared prepared;
	struct placement *placement;
	struct exec exec;
	struct usage before, after;
	prepare(&prepared, kernel_find("null"), 0);
	struct job job = {.problem = &prepared.problem, .schedule = {.kind = SCHEDULE_STATIC}};
	assert_int_equal(placement_plan(topology, PIN_SAME, 2, &placement), 0);
	struct exec_config config = {
		.model = model,
		.workers_n = 2,
		.wait = WAIT_PARK,
		.caller = CALLER_WORKS,
		.placement = placement,
		.pages = PAGES_4K,
	};
	alarm(DEADLINE_S);
	assert_int_equal(exec_open(&exec, &config), 0);
	assert_int_equal(exec_usage(&exec, &before), 0);
	for (int i = 0; i < DISPATCHES_N; i++)
		assert_int_equal(exec_dispatch(&exec, &job), 0);
	assert_int_equal(exec_usage(&exec, &after), 0);
	exec_close(&exec);
	placement_free(placement);
	assert_true(after.switches_voluntary_n - before.switches_voluntary_n >= DISPATCHES_N * 9 / 10);
}

static void test_static_spans_cover(void **state)
{
	(void)state;
	static const uint64_t items[] = {0, 1, 2, 7, 1024, 1000003, UINT64_C(1) << 61};
	for (unsigned i = 0; i < sizeof items / sizeof *items; i++)
		for (unsigned workers_n = 1; workers_n <= 9; workers_n++) {
			uint64_t next = 0;
			for (unsigned worker = 0; worker < workers_n; worker++) {
				struct span span = exec_static_span(items[i], worker, workers_n);
				assert_int_equal(span.begin, next);
				assert_true(span.end >= span.begin);
				next = span.end;
			}
			assert_int_equal(next, items[i]);
		}
}

// Who may spin: workers within the plan's CPUs, a waiting caller while any allowed CPU is left for it.
static void test_effective_waits(void **state)
{
	(void)state;
	static const struct {
		const char *machine;
		enum pin pin;
		unsigned workers_n;
		enum caller caller;
		enum wait workers_wait, caller_wait;
	} cases[] = {
		{"pu:2", PIN_COMPACT, 1, CALLER_WAITS, WAIT_SPIN, WAIT_SPIN},
		{"pu:2", PIN_COMPACT, 2, CALLER_WAITS, WAIT_SPIN, WAIT_PARK},
		{"pu:2", PIN_COMPACT, 2, CALLER_WORKS, WAIT_SPIN, WAIT_SPIN},
		{"pu:2", PIN_COMPACT, 3, CALLER_WAITS, WAIT_PARK, WAIT_PARK},
		{"pu:64", PIN_COMPACT, 2, CALLER_WAITS, WAIT_SPIN, WAIT_SPIN},
		{"pu:64", PIN_SAME, 2, CALLER_WORKS, WAIT_PARK, WAIT_PARK},
		{"pu:2", PIN_NONE, 2, CALLER_WAITS, WAIT_SPIN, WAIT_PARK},
	};
	for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct topology *machine;
		struct placement *placement;
		enum wait workers_wait, caller_wait;
		assert_int_equal(topology_open(&machine, cases[i].machine), 0);
		assert_int_equal(placement_plan(machine, cases[i].pin, cases[i].workers_n, &placement), 0);
		struct exec_config config = {
			.workers_n = cases[i].workers_n, .wait = WAIT_SPIN, .caller = cases[i].caller, .placement = placement};
		exec_effective_waits(&config, &workers_wait, &caller_wait);
		assert_int_equal(workers_wait, cases[i].workers_wait);
		assert_int_equal(caller_wait, cases[i].caller_wait);
		placement_free(placement);
		topology_close(machine);
	}
}

static void test_schedule_text(void **state)
{
	(void)state;
	static const char *const good[] = {"static", "strided", "dynamic:1", "dynamic:4096"};
	static const char *const bad[] = {"", "dynamic", "dynamic:", "dynamic:0", "dynamic:-1", "dynamic:x", "guided"};
	struct schedule schedule;
	char text[32];
	for (unsigned i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(schedule_parse(good[i], &schedule), 0);
		assert_string_equal(schedule_format(text, sizeof text, &schedule), good[i]);
	}
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(schedule_parse(bad[i], &schedule), -EINVAL);
}

// A thousand workers, many more than CPUs: opened, dispatched to, closed.
static void test_many_workers(void **state)
{
	const struct model *model = *state;
	if (UNDER_TSAN && model->processes)
		skip_test("%s: %s", model->name, TSAN_LIMITS);
	struct prepared prepared;
	struct placement *placement;
	prepare(&prepared, kernel_find("sum"), 2);
	unsigned workers_n = MANY_WORKERS_N;
	assert_int_equal(placement_plan(topology, PIN_COMPACT, workers_n, &placement), 0);
	struct exec_config config = {
		.model = model,
		.workers_n = workers_n,
		.wait = WAIT_ADAPTIVE,
		.caller = CALLER_WAITS,
		.placement = placement,
		.pages = PAGES_4K,
	};
	alarm(DEADLINE_S);
	dispatch_and_check(&config, &prepared.problem, (struct schedule){.kind = SCHEDULE_STATIC});
	ran_require("sum %s", wait_name(WAIT_ADAPTIVE));
	ran_end(__func__);
	placement_free(placement);
	arena_close(&prepared.arena);
}

// The tests of each model come from the registry, so a missing entry must be noticed here.
static void test_registries(void **state)
{
	(void)state;
	static const char *const kernels_here[] = {"null", "sum",  "square",      "convolve", "sleep",    "busy",
	                                           "read", "copy", "copy_stream", "fma",      "synthetic"},
							 *const models_here[] = {"serial", "threads", "thread_pool", "fork", "process_pool"};
	for (size_t i = 0; i < sizeof kernels_here / sizeof *kernels_here; i++)
		assert_non_null(kernel_find(kernels_here[i]));
	for (size_t i = 0; i < sizeof models_here / sizeof *models_here; i++)
		assert_non_null(model_find(models_here[i]));
}

static int setup(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	return topology_open(&topology, NULL);
}

static int teardown(void **state)
{
	(void)state;
	topology_close(topology);
	return 0;
}

static bool has_workers(const struct model *model)
{
	return strcmp(model->name, "serial") != 0;
}

static bool is_resident(const struct model *model)
{
	return model->resident;
}

static const struct model_test {
	const char *name;
	CMUnitTestFunction function;
	bool (*of)(const struct model *model); ///< NULL: of every model
} model_tests[] = {{"matrix", test_model, NULL},
                   {"transport", test_transport, is_resident},
                   {"many_workers", test_many_workers, has_workers},
                   {"parked_sleeps", test_parked_sleeps, is_resident}};
enum { MODEL_TESTS_N = sizeof model_tests / sizeof *model_tests, TESTS_MAX = 128 };

int main(void)
{
	static struct CMUnitTest tests[TESTS_MAX] = {
		cmocka_unit_test(test_registries), cmocka_unit_test(test_static_spans_cover),
		cmocka_unit_test(test_schedule_text), cmocka_unit_test(test_effective_waits)};
	static char names[TESTS_MAX][64];
	size_t n = 4;
	for (const struct model *const *model = models; *model; model++)
		for (const struct model_test *test = model_tests; test < model_tests + MODEL_TESTS_N; test++)
			if (!test->of || test->of(*model)) {
				if (n == TESTS_MAX)
					return EXIT_FAILURE;
				snprintf(names[n], sizeof names[n], "test_%s_%s", test->name, (*model)->name);
				tests[n] = (struct CMUnitTest){names[n], test->function, NULL, NULL, (void *)*model};
				n++;
			}
	return ran_group("matrix", tests, n, setup, teardown);
}
