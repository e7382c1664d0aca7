// The queues alone, of odd sizes, between threads and between processes; the rows of queue and manager; and workers
// killed.
// links: bench
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "bench/queue/queue.h"
#include "exec/exec.h"
#include "tests/fixtures/experiment_rows.h"

enum { ITEMS_N = 2000, PRODUCERS_N = 3, CONSUMERS_N = 2 };

// In shared memory. Each item is put once; whoever takes it counts it.
struct item_counts {
	_Atomic uint32_t next, taken_n, wrong_n;
	_Atomic uint32_t times[ITEMS_N];
};

struct queue_user {
	struct queue queue;
	struct item_counts *counts;
};

static void fill_item(unsigned char *item, size_t bytes, uint32_t number)
{
	for (size_t i = 0; i < bytes; i++)
		item[i] = (unsigned char)(number * 7 + i);
	memcpy(item, &number, bytes < sizeof number ? bytes : sizeof number);
}

static void *put_all(void *argument)
{
	struct queue_user *user = argument;
	unsigned char item[512];
	for (uint32_t number; (number = atomic_fetch_add(&user->counts->next, 1)) < ITEMS_N;) {
		fill_item(item, user->queue.item_bytes, number);
		if (user->queue.type->put(&user->queue, item) < 0)
			atomic_fetch_add(&user->counts->wrong_n, 1);
	}
	return NULL;
}

static void *take_all(void *argument)
{
	struct queue_user *user = argument;
	unsigned char item[512], wanted[512];
	while (atomic_fetch_add(&user->counts->taken_n, 1) < ITEMS_N) {
		uint32_t number = 0;
		bool wrong = user->queue.type->take(&user->queue, item) < 0;
		memcpy(&number, item, sizeof number);
		fill_item(wanted, user->queue.item_bytes, number);
		wrong = wrong || number >= ITEMS_N || memcmp(wanted, item, user->queue.item_bytes) != 0;
		atomic_fetch_add(wrong ? &user->counts->wrong_n : &user->counts->times[number], 1);
	}
	return NULL;
}

static void between_threads(struct queue_user *user)
{
	pthread_t threads[PRODUCERS_N + CONSUMERS_N];
	for (int i = 0; i < PRODUCERS_N + CONSUMERS_N; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, i < PRODUCERS_N ? put_all : take_all, user), 0);
	for (int i = 0; i < PRODUCERS_N + CONSUMERS_N; i++)
		pthread_join(threads[i], NULL);
}

static void between_processes(struct queue_user *user)
{
	int pids[PRODUCERS_N + CONSUMERS_N], wait_status;
	for (int i = 0; i < PRODUCERS_N + CONSUMERS_N; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			alarm(TEST_DEADLINE_S);
			(i < PRODUCERS_N ? put_all : take_all)(user);
			_exit(0);
		}
	}
	for (int i = 0; i < PRODUCERS_N + CONSUMERS_N; i++) {
		assert_int_equal(waitpid(pids[i], &wait_status, 0), pids[i]);
		assert_int_equal(wait_status, 0);
	}
}

static void expect_each_once(const struct queue_type *type, size_t bytes, unsigned capacity_n, enum wait wait,
                             bool processes)
{
	struct queue_user user = {.counts = shared_map(sizeof *user.counts)};
	assert_non_null(user.counts);
	assert_int_equal(queue_open(&user.queue, type, bytes, capacity_n, wait), 0);
	alarm(TEST_DEADLINE_S);
	(processes ? between_processes : between_threads)(&user);
	type->close(&user.queue);
	assert_int_equal(atomic_load(&user.counts->wrong_n), 0);
	for (int i = 0; i < ITEMS_N; i++)
		assert_int_equal(atomic_load(&user.counts->times[i]), 1);
	munmap(user.counts, sizeof *user.counts);
}

static void test_nothing_lost_nothing_twice(void **state)
{
	(void)state;
	static const size_t bytes[] = {4, 7, 61, 129, 512};
	static const unsigned capacities_n[] = {1, 2, 3, 17, 64};
	for (int processes = 0; processes < 2; processes++) {
		for (int i = 0; i < 5; i++) {
			expect_each_once(&queue_ring, bytes[i], capacities_n[i], WAIT_PARK, processes);
			expect_each_once(&queue_ring, bytes[i], capacities_n[4 - i], WAIT_ADAPTIVE, processes);
			expect_each_once(&queue_pipe, bytes[i], 0, WAIT_PARK, processes);
		}
	}
	assert_no_children();
}

// One thread alone: first in, first out, through many laps of the ring.
static void test_order(void **state)
{
	(void)state;
	struct queue queue;
	for (unsigned capacity_n = 1; capacity_n <= 5; capacity_n++) {
		uint64_t put = 0, taken = 0, item;
		assert_int_equal(queue_open(&queue, &queue_ring, sizeof item, capacity_n, WAIT_PARK), 0);
		while (taken < 1000) {
			for (unsigned i = 0; i < capacity_n; i++, put++)
				assert_int_equal(queue.type->put(&queue, &put), 0);
			for (unsigned i = 0; i < capacity_n; i++, taken++) {
				assert_int_equal(queue.type->take(&queue, &item), 0);
				assert_int_equal(item, taken);
			}
		}
		queue.type->close(&queue);
	}
}

static void test_quick_rows(void **state)
{
	(void)state;
	assert_int_equal(visit_quick_rows("queue", 16), 16);
	assert_int_equal(visit_quick_rows("manager", 10), 8);
}

// Queues with one fault each.
static int (*true_put)(struct queue *queue, const void *item);
static enum { LOSES, REPEATS, DOUBLES, CHANGES, FAULTS_N } fault;
static unsigned puts_n;

static int faulty_put(struct queue *queue, const void *item)
{
	static unsigned char last[64], changed[64];
	bool faulty = ++puts_n == 10;
	memcpy(changed, item, sizeof changed);
	changed[30]++;
	if (faulty && fault == LOSES)
		return 0;
	if (faulty && fault == DOUBLES)
		true_put(queue, item);
	int status = true_put(queue, !faulty ? item : fault == REPEATS ? last : fault == CHANGES ? changed : item);
	memcpy(last, item, sizeof last);
	return status;
}

static int faulty_trial(const struct spec *spec, struct trial *trial)
{
	(void)spec;
	struct queue_type faulty = queue_ring;
	struct queue_workers workers = {1, 1, 64, BETWEEN_THREADS};
	struct placement *placement;
	true_put = faulty.put;
	faulty.put = faulty_put;
	int status = placement_plan(trial->topology, PIN_NONE, 2, &placement);
	return status < 0 ? status : queue_trial(&faulty, &workers, placement, trial);
}

static void test_faults_fail_the_row(void **state)
{
	(void)state;
	static const char *const said[FAULTS_N] = {"99 of 100 items", "twice", "more items than", "changed"};
	struct visit_hooks faulty = {.trial = faulty_trial};
	struct spec spec;
	spec_init(&spec, "faulty");
	alarm(TEST_DEADLINE_S);
	for (int i = 0; i < FAULTS_N; i++) {
		fault = i;
		assert_int_equal(visit_spec(&faulty, &spec, 1, 1, VISIT_DEADLINE_S * NS_PER_S),
		                 i < DOUBLES ? -EBADMSG : -ECHILD); // some are detected by a consumer
		if (!strstr(status_message(), said[i]))
			fail_msg("'%s' does not say '%s'", status_message(), said[i]);
	}
	assert_no_children();
}

// One producer or consumer against many, and shares that do not divide.
static void test_uneven_numbers(void **state)
{
	(void)state;
	static const char *const names[] = {
		"queue/queue:ring/producers:3/consumers:1/bytes:8/pin:same/between:threads",
		"queue/queue:ring/producers:1/consumers:5/bytes:1001/pin:none/between:processes",
		"queue/queue:pipe/producers:5/consumers:3/bytes:77/pin:none/between:threads",
		"queue/queue:pipe/producers:3/consumers:3/bytes:4095/pin:same/between:processes",
		"manager/list:manager/channel:pipe/workers:3/pin:none/between:threads",
		"manager/list:manager/channel:socketpair/workers:5/pin:same/between:processes",
		"manager/list:locked/channel:none/workers:3/pin:none/between:processes",
	};
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		if (visit_row(names[i], 3) < 0)
			fail_msg("%s: %s", names[i], status_message());
	assert_no_children();
}

static void test_pipe_too_small(void **state)
{
	(void)state;
	struct queue queue;
	assert_int_equal(queue_open(&queue, &queue_pipe, 4096, 1 << 20, WAIT_PARK), -ENOTSUP);
	assert_non_null(strstr(status_message(), "a pipe holds only"));
	assert_int_equal(queue.fd[0], -1);
	assert_int_equal(queue.fd[1], -1);
}

// Channels that a server cannot poll: one without a descriptor, and one whose descriptor does not become readable.
static void test_channels_that_poll_refuses(void **state)
{
	(void)state;
	static const char *const channels[] = {"futex", "signal"};
	char name[SPEC_NAME_BYTES];
	for (int i = 0; i < 2; i++) {
		snprintf(name, sizeof name, "manager/list:manager/channel:%s/workers:2/pin:none/between:processes",
		         channels[i]);
		assert_int_equal(visit_row(name, 1), -ENOTSUP);
		assert_non_null(strstr(status_message(), channels[i]));
	}
	assert_no_children();
}

static void test_worker_dies(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip_test(TSAN_LIMITS);
	static const char *const names[] = {
		"queue/queue:ring/producers:1/consumers:1/bytes:64/pin:compact/between:processes",
		"queue/queue:ring/producers:2/consumers:2/bytes:4KiB/pin:compact/between:processes",
		"queue/queue:pipe/producers:1/consumers:1/bytes:4KiB/pin:compact/between:processes",
		"manager/list:manager/channel:socketpair/workers:2/pin:compact/between:processes",
		"manager/list:locked/channel:none/workers:2/pin:compact/between:processes",
	};
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		for (int wanted = 1; wanted <= 2; wanted++)
			expect_member_death(names[i], wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_lost_nothing_twice),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_quick_rows),
		cmocka_unit_test(test_faults_fail_the_row),
		cmocka_unit_test(test_uneven_numbers),
		cmocka_unit_test(test_pipe_too_small),
		cmocka_unit_test(test_channels_that_poll_refuses),
		cmocka_unit_test(test_worker_dies),
	};
	return ran_tests(tests, rows_setup, visitor_end);
}
