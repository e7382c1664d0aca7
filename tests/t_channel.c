// Every channel of the registry between threads and between processes: each byte of each message, there and back and in
// streams, with messages of the size it was opened for and of others.
// links: channel
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/status.h"
#include "channel/channel.h"
#include "fixtures/everywhere.h"
#include "fixtures/message.h"

enum { TEST_DEADLINE_S = 100, MEBIBYTE = 1 << 20 };

struct talk {
	struct channel channel;
	size_t bytes;
	unsigned trips_n, stream_n;
	int (*partner_talks)(struct talk *talk, int end);
};

// Round trips, then a stream; its receiver answers with the number of the last message.
static int talk_side(struct talk *talk, int end)
{
	unsigned char *buffer = malloc(2 * talk->bytes);
	unsigned last = talk->trips_n + talk->stream_n;
	int status = 0;
	for (unsigned n = 1; n <= talk->trips_n && status == 0; n++)
		for (int turn = 0; turn < 2 && status == 0; turn++)
			status = (turn == 0) == (end == 0) ? message_send(&talk->channel, end, buffer, talk->bytes, n)
			                                   : message_recv(&talk->channel, end, buffer, talk->bytes, n);
	for (unsigned n = talk->trips_n + 1; n <= last && status == 0; n++)
		status = end == 0 ? message_send(&talk->channel, end, buffer, talk->bytes, n)
		                  : message_recv(&talk->channel, end, buffer, talk->bytes, n);
	if (status == 0 && talk->stream_n > 0)
		status = end == 1 ? message_send(&talk->channel, end, buffer, talk->bytes, last + 1)
		                  : message_recv(&talk->channel, end, buffer, talk->bytes, last + 1);
	free(buffer);
	return status;
}

// Both sides send at once, then both receive.
static int talk_at_once(struct talk *talk, int end)
{
	unsigned char *buffer = malloc(2 * talk->bytes);
	int status = 0;
	for (unsigned n = 1; n <= talk->trips_n && status == 0; n++) {
		status = message_send(&talk->channel, end, buffer, talk->bytes, n);
		if (status == 0)
			status = message_recv(&talk->channel, end, buffer, talk->bytes, n);
	}
	free(buffer);
	return status;
}

static void *partner_thread(void *argument)
{
	struct talk *talk = argument;
	return (void *)(intptr_t)talk->partner_talks(talk, 1);
}

static int between_threads(struct talk *talk)
{
	pthread_t thread;
	void *answer;
	if (pthread_create(&thread, NULL, partner_thread, talk) != 0)
		return -EAGAIN;
	int status = talk->partner_talks(talk, 0);
	if (status < 0)
		return status; // the partner may never return, so it is not joined
	pthread_join(thread, &answer);
	return (int)(intptr_t)answer;
}

static int between_processes(struct talk *talk)
{
	int wait_status, pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		channel_own(&talk->channel, 1);
		_exit(-talk->partner_talks(talk, 1));
	}
	channel_own(&talk->channel, 0);
	int status = talk->partner_talks(talk, 0);
	if (status < 0)
		kill(pid, SIGKILL);
	if (waitpid(pid, &wait_status, 0) != pid || status < 0)
		return status < 0 ? status : -ECHILD;
	return WIFEXITED(wait_status) ? -WEXITSTATUS(wait_status) : -ECHILD;
}

static void try(const struct channel_type *type, enum channel_joins joins, struct talk *talk, size_t message_bytes)
{
	if (!channel_is_case(type, joins))
		return;
	alarm(TEST_DEADLINE_S);
	if (!ran_possible(type->name, channel_open(&talk->channel, type, message_bytes)))
		return;
	int status = joins == JOINS_THREADS ? between_threads(talk) : between_processes(talk);
	if (status < 0)
		fail_msg("%s between %s, %zu bytes, opened for %zu: %s", type->name, joins_name(joins), talk->bytes,
		         message_bytes, strerror(-status));
	type->close(&talk->channel);
	type->close(&talk->channel); // closing twice is allowed
	channel_ran(type, joins);
}

static void try_sizes(enum channel_joins joins)
{
	static const size_t sizes[] = {1, 7, 64, 4096, 65536};
	for (const struct channel_type *const *type = channels; *type; type++)
		for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			unsigned messages_n = sizes[i] < 65536 ? 30 : 8;
			struct talk talk = {.bytes = sizes[i],
			                    .trips_n = messages_n,
			                    .stream_n = (*type)->alternates ? 0 : messages_n,
			                    .partner_talks = talk_side};
			try(*type, joins, &talk, sizes[i]);
			if (sizes[i] == 7 ||
			    sizes[i] == 65536) // less and more than the pieces into which some channels cut a message
				try(*type, joins, &talk, 0);
		}
}

static void test_threads(void **state)
{
	(void)state;
	try_sizes(JOINS_THREADS);
	channels_require(JOINS_THREADS, NULL);
	ran_end(__func__);
}

static void test_processes(void **state)
{
	(void)state;
	try_sizes(JOINS_PROCESSES);
	channels_require(JOINS_PROCESSES, NULL);
	ran_end(__func__);
}

// UDP alternates, but sends large messages in windows of its own, which must be right.
static bool takes_large(const struct channel_type *type)
{
	return !type->alternates || strcmp(type->name, "udp") == 0;
}

static bool takes_both_ways(const struct channel_type *type)
{
	return !type->alternates;
}

// As a transport sends them: far more than any buffer holds, over channels opened for messages of any size.
static void test_large_messages(void **state)
{
	(void)state;
	for (const struct channel_type *const *type = channels; *type; type++)
		for (int joins = JOINS_THREADS; joins <= JOINS_PROCESSES; joins++) {
			if (!takes_large(*type))
				continue;
			struct talk talk = {.bytes = MEBIBYTE + 1,
			                    .trips_n = 2,
			                    .stream_n = (*type)->alternates ? 0 : 2,
			                    .partner_talks = talk_side};
			try(*type, joins, &talk, 0);
		}
	channels_require(JOINS_THREADS, takes_large);
	channels_require(JOINS_PROCESSES, takes_large);
	ran_end(__func__);
}

// The two directions are separate: neither receives the other's message nor uses its buffer.
static void test_both_ways_at_once(void **state)
{
	(void)state;
	for (const struct channel_type *const *type = channels; *type; type++)
		for (int joins = JOINS_THREADS; joins <= JOINS_PROCESSES && takes_both_ways(*type); joins++) {
			struct talk talk = {.bytes = 512, .trips_n = 30, .partner_talks = talk_at_once};
			try(*type, joins, &talk, 512);
		}
	channels_require(JOINS_THREADS, takes_both_ways);
	channels_require(JOINS_PROCESSES, takes_both_ways);
	ran_end(__func__);
}

static void test_nothing_is_sent(void **state)
{
	(void)state;
	for (const struct channel_type *const *type = channels; *type; type++) {
		struct channel channel;
		char byte;
		alarm(TEST_DEADLINE_S);
		if ((*type)->bare || !ran_possible((*type)->name, channel_open(&channel, *type, 64)))
			continue;
		assert_int_equal((*type)->send(&channel, 0, &byte, 0), 0);
		assert_int_equal((*type)->recv(&channel, 1, &byte, 0), 0);
		(*type)->close(&channel);
		channel_ran(*type, JOINS_THREADS);
	}
	channels_require(JOINS_THREADS, NULL);
	ran_end(__func__);
}

static int setup(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads),         cmocka_unit_test(test_processes),
		cmocka_unit_test(test_large_messages),  cmocka_unit_test(test_both_ways_at_once),
		cmocka_unit_test(test_nothing_is_sent),
	};
	return ran_tests(tests, setup, NULL);
}
