// The kernel `synthetic`: its items vary as described, its lock is one for threads and processes and outlives whoever
// was killed while holding it, and its waits add up.
// links: bench
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/status.h"
#include "bench/plan/point.h"
#include "kernel/spread.h"
#include "tests/fixtures/visits.h"

struct job_text {
	uint64_t items_n, item_ns, cv_pct, in_bytes, out_bytes, wait_pct, lock_pct;
};

// In an arena that all tests share, mapped before any runner.
static struct arena arena;
enum { ARENA_BYTES = 8 << 20 };

static void open_job(struct problem *problem, const struct job_text *job)
{
	const struct kernel *kernel = kernel_find("synthetic");
	struct size size = {.form = SIZE_ITEMS, .items_n = job->items_n};
	struct kernel_options options = {
		{job->item_ns, job->cv_pct, job->in_bytes, job->out_bytes, job->wait_pct, job->lock_pct}};
	assert_int_equal(problem_plan(problem, kernel, &size, &options), 0);
	arena.used_bytes = 0;
	problem->in = arena_alloc(&arena, problem->in_bytes, 64);
	problem->out = problem->out_bytes > 0 ? arena_alloc(&arena, problem->out_bytes, 64) : NULL;
	assert_non_null(problem->in);
	assert_int_equal(kernel->prepare(problem), 0);
}

static double run_all(const struct problem *problem)
{
	double total = 0;
	problem->kernel->run(problem, span_whole(problem), &total);
	return total;
}

static void assert_exact(const struct problem *problem, double total)
{
	if (problem->kernel->check(problem, span_whole(problem), total) < 0)
		fail_msg("%s", status_message());
}

static void variation_is(uint64_t items_n, double cv)
{
	struct spread spread;
	double sum = 0, square = 0;
	spread_make(&spread, items_n, cv);
	for (uint64_t i = 0; i < items_n; i++) {
		double work = spread.work[spread_class(&spread, i)];
		assert_true(work >= 0);
		sum += work;
		square += work * work;
	}
	double mean = sum / (double)items_n;
	assert_true(fabs(mean - 1) < 1e-9);
	assert_true(fabs(sqrt(fmax(square / (double)items_n - 1, 0)) - cv) < 1e-6);
}

static void test_variation_is_exact(void **state)
{
	(void)state;
	static const uint64_t items_n[] = {3, 10, 255, 256, 257, 300, 1000, 100003};
	for (unsigned i = 0; i < sizeof items_n / sizeof *items_n; i++)
		for (int cv_pct = 0; cv_pct <= 100; cv_pct += 20)
			variation_is(items_n[i], cv_pct / 100.0);
	struct spread spread;
	spread_make(&spread, 1, 1);
	assert_true(fabs(spread.work[0] - 1) < 1e-12);
}

// Of the waits, which add up by the clock: a job's total is what was asked for whatever its items' variation.
static void test_waits_add_up(void **state)
{
	(void)state;
	enum { WAITED_NS = 5000000, SHORT_NS = 100000, SLEEPS_MOST = 60 };
	static const struct job_text jobs[] = {{.items_n = 1000, .item_ns = 10000, .wait_pct = 50},
	                                       {.items_n = 1000, .item_ns = 10000, .cv_pct = 100, .wait_pct = 50},
	                                       {.items_n = 10, .item_ns = 1000000, .cv_pct = 50, .wait_pct = 50}};
	for (unsigned i = 0; i < sizeof jobs / sizeof *jobs; i++) {
		struct problem problem;
		struct rusage before, after;
		open_job(&problem, &jobs[i]);
		getrusage(RUSAGE_SELF, &before);
		uint64_t begin_ns = clock_now_ns();
		double total = run_all(&problem);
		assert_true(clock_now_ns() - begin_ns > WAITED_NS - SHORT_NS);
		getrusage(RUSAGE_SELF, &after);
		assert_true(after.ru_nvcsw - before.ru_nvcsw < SLEEPS_MOST); // short waits were put together
		assert_exact(&problem, total);
		total = 0;
		begin_ns = clock_now_ns();
		for (uint64_t item = 0; item < problem.items_n; item++)
			problem.kernel->run(&problem, (struct span){item, item + 1, 1}, &total);
		assert_true(clock_now_ns() - begin_ns > WAITED_NS - SHORT_NS); // also of spans of one item each
		assert_exact(&problem, total);
	}
}

static void test_refused(void **state)
{
	(void)state;
	static const struct {
		struct kernel_options options;
		uint64_t items_n;
		int status;
	} refused[] = {{{{1000000001}}, 1, -EINVAL},           {{{1, 101}}, 1, -EINVAL},
	               {{{1, 0, (64 << 20) + 1}}, 1, -EINVAL}, {{{1, 0, 0, 0, 100}}, 1, -EINVAL},
	               {{{1, 0, 0, 0, 0, 51}}, 1, -EINVAL},    {{{1, 0, 64 << 20}}, UINT64_C(1) << 32, -ERANGE}};
	for (unsigned i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct problem problem;
		struct size size = {.form = SIZE_ITEMS, .items_n = refused[i].items_n};
		assert_int_equal(problem_plan(&problem, kernel_find("synthetic"), &size, &refused[i].options),
		                 refused[i].status);
	}
}

static pthread_mutex_t *lock_of(const struct problem *problem)
{
	return (pthread_mutex_t *)(uintptr_t)problem->number[0];
}

struct other {
	const struct problem *problem;
	_Atomic int finished;
};

static void *run_other(void *argument)
{
	struct other *other = argument;
	double total = run_all(other->problem);
	atomic_store(&other->finished, total == other->problem->expected ? 1 : -1);
	return NULL;
}

// Whoever works while the test holds the lock waits for it, and goes on when it is given back.
static void lock_holds_back(bool process)
{
	struct problem problem;
	struct other *other = mmap(NULL, sizeof *other, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_t thread;
	pid_t pid = 0;
	assert_true(other != MAP_FAILED);
	open_job(&problem, &(struct job_text){.items_n = 10, .item_ns = 1000, .lock_pct = 10});
	other->problem = &problem;
	pthread_mutex_lock(lock_of(&problem));
	if (process)
		pid = fork();
	else
		assert_int_equal(pthread_create(&thread, NULL, run_other, other), 0);
	if (process && pid == 0) {
		run_other(other);
		_exit(0);
	}
	usleep(50000);
	assert_int_equal(atomic_load(&other->finished), 0);
	pthread_mutex_unlock(lock_of(&problem));
	assert_int_equal(process ? waitpid(pid, NULL, 0) : pthread_join(thread, NULL), pid);
	assert_int_equal(atomic_load(&other->finished), 1);
	munmap(other, sizeof *other);
}

static void test_lock_is_one_for_all(void **state)
{
	(void)state;
	alarm(TEST_DEADLINE_S);
	lock_holds_back(false);
	lock_holds_back(true);
}

static struct problem contended;
static unsigned victim;

static void *kill_soon(void *argument)
{
	usleep(50000);
	kill(*(int *)argument, SIGKILL);
	return NULL;
}

// Two processes of which one computes under the lock, the other waits for it, and one of the two is killed.
static int trial_kill(const struct spec *spec, struct trial *trial)
{
	(void)spec;
	struct placement *placement = NULL;
	struct exec exec;
	struct job job = {.problem = &contended, .schedule = {.kind = SCHEDULE_STATIC}};
	pthread_t killer;
	int status = placement_plan(trial->topology, PIN_COMPACT, 2, &placement);
	struct exec_config config = {.model = model_find("process_pool"),
	                             .workers_n = 2,
	                             .wait = WAIT_PARK,
	                             .placement = placement,
	                             .pages = PAGES_4K};
	status = status < 0 ? status : exec_open(&exec, &config);
	if (status < 0)
		return status;
	pthread_create(&killer, NULL, kill_soon, &exec.slots[victim].pid);
	return exec_dispatch(&exec, &job);
}

static bool left_locked(void)
{
	bool locked = pthread_mutex_trylock(lock_of(&contended)) == EBUSY;
	if (!locked)
		pthread_mutex_unlock(lock_of(&contended));
	return locked;
}

static void test_killed_while_locked(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip_test(TSAN_LIMITS);
	enum { VISITS_N = 2 };
	const uint64_t second_ns = NS_PER_S;
	unsigned locked_n = 0;
	for (victim = 0; victim < VISITS_N; victim++) {
		open_job(&contended, &(struct job_text){.items_n = 2, .item_ns = second_ns, .lock_pct = 50});
		uint64_t begin_ns = clock_now_ns();
		assert_int_equal(visit(trial_kill, 20000), -ECHILD);
		assert_non_null(strstr(status_message(), victim == 0 ? "worker 0" : "worker 1"));
		assert_true(clock_now_ns() - begin_ns < 5 * second_ns);
		locked_n += left_locked();
		problem_poison(&contended, (struct span){0, 1, 1});
		assert_false(left_locked()); // as every visit begins
		assert_no_children();
	}
	assert_true(locked_n > 0);
}

static int begin(void **state)
{
	assert_int_equal(arena_open(&arena, ARENA_BYTES, MEMORY_SHARED, PAGES_4K), 0);
	return setup(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_variation_is_exact),
		cmocka_unit_test(test_waits_add_up),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_lock_is_one_for_all),
		cmocka_unit_test(test_killed_while_locked),
	};
	return ran_group("synthetic", tests, sizeof tests / sizeof *tests, begin, visitor_end);
}
