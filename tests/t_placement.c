// A plan's bounds, and its application on this machine by threads and forked children.
// links: host
#include "base/status.h"
#include "host/placement.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/fixtures/ran.h"

static struct topology *topology_of(const char *source)
{
	struct topology *topology;
	if (topology_open(&topology, source))
		fail_msg("%s", status_message());
	return topology;
}

static void test_plan_bounds(void **state)
{
	(void)state;
	struct topology *topology = topology_of("core:2 pu:1");
	struct placement *plan;
	assert_int_equal(placement_plan(topology, PIN_COMPACT, 0, &plan), -EINVAL);
	assert_null(plan);
	assert_int_equal(placement_plan(topology, PIN_COMPACT, 1025, &plan), -EINVAL);
	assert_non_null(strstr(status_message(), "1025"));
	assert_int_equal(placement_plan(topology, PIN_COMPACT, 1024, &plan), 0);
	assert_int_equal(placement_cpus_n(plan), 2);
	assert_int_equal(placement_cpu(plan, 1023), 1);
	assert_int_equal(placement_apply(plan, 0), -ENOTSUP);
	assert_int_equal(placement_release(plan), -ENOTSUP);
	placement_free(plan);
	placement_free(NULL);
	assert_int_equal(placement_plan(topology, PIN_NONE, 7, &plan), 0);
	assert_int_equal(placement_cpus_n(plan), 2);
	placement_free(plan);
	assert_int_equal(placement_on(topology, (int[]){1, 1}, 2, &plan), 0);
	assert_int_equal(placement_cpus_n(plan), 1);
	assert_int_equal(placement_cpu(plan, 1), 1);
	placement_free(plan);
	assert_int_equal(placement_on(topology, (int[]){0, 2}, 2, &plan), -EINVAL);
	assert_null(plan);
	topology_close(topology);
	enum pin pin;
	assert_int_equal(pin_parse("spread", &pin), 0);
	assert_int_equal(pin, PIN_SPREAD);
	assert_int_equal(pin_parse("Spread", &pin), -EINVAL);
	assert_int_equal(pin_parse("", &pin), -EINVAL);
}

struct visitor {
	const struct placement *plan;
	unsigned worker;
	int status, cpu;
};

static void *placement_visit(void *argument)
{
	struct visitor *visitor = argument;
	visitor->status = placement_apply(visitor->plan, visitor->worker);
	visitor->cpu = sched_getcpu();
	return NULL;
}

static void test_apply_in_threads_and_children(void **state)
{
	(void)state;
	enum { WORKERS_N = 8 };
	struct topology *topology = topology_of(NULL);
	struct placement *plan;
	assert_int_equal(placement_plan(topology, PIN_SPREAD, WORKERS_N, &plan), 0);
	struct visitor visitors[WORKERS_N];
	pthread_t threads[WORKERS_N];
	pid_t children[WORKERS_N];
	for (unsigned i = 0; i < WORKERS_N; i++) {
		visitors[i] = (struct visitor){.plan = plan, .worker = i};
		assert_int_equal(pthread_create(&threads[i], NULL, placement_visit, &visitors[i]), 0);
		// Forked while threads are inside hwloc: nothing it holds may be needed.
		children[i] = fork();
		if (children[i] == 0) {
			struct visitor child = {.plan = plan, .worker = i};
			alarm(20);
			placement_visit(&child);
			// Not _exit: ThreadSanitizer would report the parent's threads as the child's leak.
			syscall(SYS_exit_group, child.status || child.cpu != placement_cpu(plan, i));
		}
		assert_true(children[i] > 0);
	}
	for (unsigned i = 0; i < WORKERS_N; i++) {
		int wait_status;
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(visitors[i].status, 0);
		assert_int_equal(visitors[i].cpu, placement_cpu(plan, i));
		assert_int_equal(waitpid(children[i], &wait_status, 0), children[i]);
		assert_int_equal(wait_status, 0);
	}
	placement_free(plan);
	topology_close(topology);
}

static void test_release(void **state)
{
	(void)state;
	struct topology *topology = topology_of(NULL);
	if (topology_cpus_n(topology) < 2) {
		topology_close(topology);
		skip_test("only one CPU is allowed");
	}
	struct placement *plan;
	cpu_set_t before, bound, after;
	assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
	assert_int_equal(placement_plan(topology, PIN_COMPACT, 2, &plan), 0);
	assert_int_equal(placement_apply(plan, 1), 0);
	assert_int_equal(sched_getcpu(), placement_cpu(plan, 1));
	assert_int_equal(sched_getaffinity(0, sizeof bound, &bound), 0);
	assert_int_equal(CPU_COUNT(&bound), 1);
	assert_int_equal(placement_release(plan), 0);
	assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
	assert_true(CPU_EQUAL(&before, &after));
	placement_free(plan);
	topology_close(topology);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plan_bounds),
		cmocka_unit_test(test_apply_in_threads_and_children),
		cmocka_unit_test(test_release),
	};
	return ran_tests(tests, NULL, NULL);
}
