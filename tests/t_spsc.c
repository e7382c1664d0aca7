// The ring of bytes, between threads and between processes, in every wait: what comes out is what went in, across the
// seam and for messages larger than the ring; and a wait that is abandoned ends.
// links: sync
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/clock.h"
#include "sync/spsc.h"
#include "tests/fixtures/ran.h"
#include "tests/fixtures/sanitizers.h"

enum { DEADLINE_S = 60, BYTES_MOST = 200 * 1024 };

// An odd size after another, so that the seam falls everywhere.
static const size_t sizes[] = {1, 7, 64, 1000, 4096, 16384, 16385, 65535, 65536, 65537, 131072, BYTES_MOST};
enum { SIZES_N = sizeof sizes / sizeof *sizes, LAPS_N = 12, SMALL_N = 3000 };

struct run {
	struct spsc *ring;
	enum wait wait;
	volatile sig_atomic_t *abandoned;
	int status; ///< of the producer
};

static unsigned char byte_of(uint32_t message, size_t at)
{
	return (unsigned char)(message * 31 + at * 7 + (at >> 8));
}

static int write_message(const struct run *run, unsigned char *buffer, uint32_t number, size_t bytes)
{
	for (size_t at = 0; at < bytes; at++)
		buffer[at] = byte_of(number, at);
	return spsc_write(run->ring, buffer, bytes, run->wait, run->abandoned);
}

static void read_message(const struct run *run, unsigned char *buffer, uint32_t number, size_t bytes)
{
	memset(buffer, 0, bytes);
	assert_int_equal(spsc_read(run->ring, buffer, bytes, run->wait, run->abandoned), 0);
	for (size_t at = 0; at < bytes; at++)
		if (buffer[at] != byte_of(number, at))
			fail_msg("byte %zu of message %u (%zu bytes, %s) is wrong", at, number, bytes, wait_name(run->wait));
}

static size_t size_of(uint32_t number)
{
	return number < LAPS_N * SIZES_N ? sizes[number % SIZES_N] : number % 97 + 1;
}

static void *produce(void *argument)
{
	struct run *run = argument;
	unsigned char *buffer = malloc(BYTES_MOST);
	for (uint32_t number = 0; number < LAPS_N * SIZES_N + SMALL_N && run->status == 0; number++)
		run->status = write_message(run, buffer, number, size_of(number));
	free(buffer);
	return NULL;
}

static void consume(const struct run *run)
{
	unsigned char *buffer = malloc(BYTES_MOST);
	uint64_t bytes = 0;
	for (uint32_t number = 0; number < LAPS_N * SIZES_N + SMALL_N; number++) {
		read_message(run, buffer, number, size_of(number));
		bytes += size_of(number);
	}
	free(buffer);
	assert_int_equal(atomic_load(&run->ring->head.word), (uint32_t)bytes);
	assert_int_equal(atomic_load(&run->ring->tail.word), (uint32_t)bytes);
}

static struct run run_open(enum wait wait)
{
	static volatile sig_atomic_t never;
	struct run run = {.ring = shared_map(sizeof *run.ring), .wait = wait, .abandoned = &never};
	assert_non_null(run.ring);
	alarm(DEADLINE_S);
	return run;
}

static void test_threads(void **state)
{
	(void)state;
	for (int wait = 0; wait < WAIT_N; wait++) {
		struct run run = run_open(wait);
		pthread_t producer;
		assert_int_equal(pthread_create(&producer, NULL, produce, &run), 0);
		consume(&run);
		pthread_join(producer, NULL);
		assert_int_equal(run.status, 0);
		munmap(run.ring, sizeof *run.ring);
	}
}

static void test_processes(void **state)
{
	(void)state;
	if (UNDER_TSAN)
		skip_test(TSAN_LIMITS);
	for (int wait = 0; wait < WAIT_N; wait++) {
		struct run run = run_open(wait);
		int wait_status, pid = fork();
		if (pid == 0) {
			produce(&run);
			_exit(run.status ? 1 : 0);
		}
		consume(&run);
		assert_int_equal(waitpid(pid, &wait_status, 0), pid);
		assert_int_equal(wait_status, 0);
		munmap(run.ring, sizeof *run.ring);
	}
}

// Both counters pass 2^32 with bytes in the ring.
static void test_counters_wrap(void **state)
{
	(void)state;
	struct run run = run_open(WAIT_PARK);
	struct spsc *ring = run.ring;
	unsigned char buffer[5000];
	ring->head_seen = ring->tail_seen = UINT32_MAX - 7000;
	atomic_store(&ring->head.word, ring->head_seen);
	atomic_store(&ring->tail.word, ring->tail_seen);
	assert_int_equal(write_message(&run, buffer, 1, 5000), 0);
	for (uint32_t number = 2; number < 20; number++) {
		assert_int_equal(write_message(&run, buffer, number, 5000), 0);
		read_message(&run, buffer, number - 1, 5000);
	}
	assert_true(atomic_load(&ring->head.word) < 1000000);
	munmap(ring, sizeof *ring);
}

static volatile sig_atomic_t abandoned;

static void on_timer(int signal)
{
	(void)signal;
	abandoned = 1;
}

// The signal is repeated, as who abandons must: the first may come before the sleep.
static void test_abandoned(void **state)
{
	(void)state;
	unsigned char *buffer = calloc(1, BYTES_MOST);
	struct itimerspec soon = {{.tv_nsec = 10000000}, {.tv_nsec = 10000000}};
	struct sigevent tell = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	timer_t timer;
	sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_timer}, NULL);
	assert_int_equal(timer_create(CLOCK_MONOTONIC, &tell, &timer), 0);
	timer_settime(timer, 0, &soon, NULL);
	for (int wait = 0; wait < WAIT_N; wait++) {
		struct run run = run_open(wait);
		run.abandoned = &abandoned;
		abandoned = 0;
		assert_int_equal(spsc_read(run.ring, buffer, 1, wait, &abandoned), -EINTR);
		abandoned = 0;
		assert_int_equal(spsc_write(run.ring, buffer, SPSC_BYTES + 1, wait, &abandoned), -EINTR);
		// Nothing waits to be taken back: an abandoned sleeper has left.
		assert_int_equal(atomic_load(&run.ring->head.sleepers_n), 0);
		assert_int_equal(atomic_load(&run.ring->tail.sleepers_n), 0);
		munmap(run.ring, sizeof *run.ring);
	}
	timer_delete(timer);
	free(buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_counters_wrap),
		cmocka_unit_test(test_abandoned),
	};
	return ran_tests(tests, NULL, NULL);
}
