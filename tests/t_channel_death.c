// The process at the other end of a channel is killed before, during and after an exchange of messages: the survivor's
// call fails or returns on the signal, and nothing is left behind.
// links: channel
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/status.h"
#include "channel/channel.h"
#include "fixtures/everywhere.h"
#include "fixtures/leftovers.h"
#include "fixtures/message.h"
#include "fixtures/sanitizers.h"

enum { TEST_DEADLINE_S = 60, BYTES = 4096, ATTEMPTS_N = 1000000, EXCHANGES_N = 3, TRIPS_N = 300, STORM_NS = 50 * 1000 };

struct death {
	const char *name;
	bool streams; ///< needs a channel that does not alternate
	void (*victim)(struct channel *channel, unsigned char *buffer);
	int (*survivor)(struct channel *channel, unsigned char *buffer);
};

static void dies_at_once(struct channel *channel, unsigned char *buffer)
{
	(void)channel;
	(void)buffer;
	raise(SIGKILL);
}

static void dies_before_answering(struct channel *channel, unsigned char *buffer)
{
	for (unsigned n = 1; n <= EXCHANGES_N; n++)
		if (message_recv(channel, 1, buffer, BYTES, n) < 0 ||
		    (n < EXCHANGES_N && message_send(channel, 1, buffer, BYTES, n) < 0))
			_exit(1);
	raise(SIGKILL);
}

static void dies_meanwhile(struct channel *channel, unsigned char *buffer)
{
	long delay_ns = 20000 + getpid() % 50 * 20000; // another moment each time
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};
	timer_t timer;
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) < 0 ||
	    timer_settime(timer, 0, &(struct itimerspec){.it_value.tv_nsec = delay_ns}, NULL) < 0)
		_exit(1);
	for (unsigned n = 1;; n++)
		if (message_recv(channel, 1, buffer, BYTES, n) < 0 || message_send(channel, 1, buffer, BYTES, n) < 0)
			_exit(1);
}

static int receives(struct channel *channel, unsigned char *buffer)
{
	return message_recv(channel, 0, buffer, BYTES, 1);
}

static int exchanges(struct channel *channel, unsigned char *buffer)
{
	int status = 0;
	for (unsigned n = 1; n <= ATTEMPTS_N && status == 0; n++) {
		status = message_send(channel, 0, buffer, BYTES, n);
		if (status == 0)
			status = message_recv(channel, 0, buffer, BYTES, n);
	}
	return status;
}

static int sends(struct channel *channel, unsigned char *buffer)
{
	int status = 0;
	for (unsigned n = 1; n <= ATTEMPTS_N && status == 0; n++)
		status = message_send(channel, 0, buffer, BYTES, n);
	return status;
}

static const struct death deaths[] = {
	{"death before any message, noticed by recv", false, dies_at_once, receives},
	{"death before any message, noticed by round trips", false, dies_at_once, exchanges},
	{"death before any message, noticed by send", true, dies_at_once, sends},
	{"death before an answer", false, dies_before_answering, exchanges},
	{"death during round trips", false, dies_meanwhile, exchanges},
	{"death after round trips, noticed by send", true, dies_before_answering, sends},
};

static void outlive(const struct channel_type *type, const struct death *death)
{
	static unsigned char buffer[2 * BYTES];
	struct channel channel;
	alarm(TEST_DEADLINE_S);
	channels_abandoned = 0;
	if (!ran_possible(type->name, channel_open(&channel, type, BYTES)))
		return;
	int victim = child_begin();
	if (victim == 0) {
		channel_own(&channel, 1);
		death->victim(&channel, buffer);
	}
	channel_own(&channel, 0);
	int status = death->survivor(&channel, buffer);
	type->close(&channel);
	int wait_status = child_wait(victim);
	if (status >= 0 || !WIFSIGNALED(wait_status))
		fail_msg("%s, %s: the survivor's call returned %d", type->name, death->name, status);
	assert_nothing_left(death->name);
	channel_ran(type, JOINS_PROCESSES);
}

static void test_other_side_dies(void **state)
{
	(void)state;
	if (UNDER_TSAN) // which knows neither mq_receive() nor msgrcv(): the handler would wait for the next call
		skip_test(TSAN_LIMITS);
	for (const struct channel_type *const *type = channels; *type; type++)
		for (unsigned i = 0; i < sizeof deaths / sizeof *deaths; i++)
			if (channel_is_case(*type, JOINS_PROCESSES) && !((*type)->alternates && deaths[i].streams))
				outlive(*type, &deaths[i]);
	channels_require(JOINS_PROCESSES, NULL);
	ran_end(__func__);
}

// Without a signal: mechanisms that can report the death of the other side do.
static void test_end_of_file(void **state)
{
	(void)state;
	static const char *const reporting[] = {"pipe", "socketpair", "seqpacket", "fifo", "unix_stream", "tcp"};
	static unsigned char buffer[2 * BYTES];
	signal(SIGCHLD, SIG_DFL);
	for (unsigned i = 0; i < sizeof reporting / sizeof *reporting; i++) {
		struct channel channel;
		alarm(TEST_DEADLINE_S);
		assert_true(channel_is_case(channel_find(reporting[i]), JOINS_PROCESSES));
		assert_int_equal(channel_open(&channel, channel_find(reporting[i]), BYTES), 0);
		int victim = child_begin();
		if (victim == 0) {
			channel_own(&channel, 1);
			dies_at_once(&channel, buffer);
		}
		channel_own(&channel, 0);
		assert_int_equal(receives(&channel, buffer), -EPIPE);
		assert_int_equal(sends(&channel, buffer), -EPIPE);
		channel.type->close(&channel);
		child_wait(victim);
	}
}

static void ignore(int signal)
{
	(void)signal;
}

static void answers(struct channel *channel, unsigned char *buffer)
{
	for (unsigned n = 1; n <= TRIPS_N; n++)
		if (message_recv(channel, 1, buffer, BYTES, n) < 0 || message_send(channel, 1, buffer, BYTES, n) < 0)
			_exit(1);
	_exit(0);
}

// Signals that have nothing to do with a channel interrupt a call that waits in it, and the call resumes.
static void test_signals_of_no_concern(void **state)
{
	(void)state;
	static unsigned char buffer[2 * BYTES];
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	timer_t timer;
	struct sigaction noticing;
	// Nor does the partner's own exit, just after its last answer, matter.
	assert_int_equal(sigaction(SIGCHLD, &(struct sigaction){.sa_handler = ignore}, &noticing), 0);
	assert_int_equal(sigaction(SIGUSR1, &(struct sigaction){.sa_handler = ignore}, NULL), 0); // no SA_RESTART
	assert_int_equal(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
	for (const struct channel_type *const *type = channels; *type; type++) {
		struct channel channel;
		alarm(TEST_DEADLINE_S);
		channels_abandoned = 0;
		if (!channel_is_case(*type, JOINS_PROCESSES) ||
		    !ran_possible((*type)->name, channel_open(&channel, *type, BYTES)))
			continue;
		int partner = child_begin();
		if (partner == 0) {
			channel_own(&channel, 1);
			answers(&channel, buffer);
		}
		channel_own(&channel, 0);
		timer_settime(timer, 0, &(struct itimerspec){{0, STORM_NS}, {0, STORM_NS}}, NULL);
		int status = 0;
		for (unsigned n = 1; n <= TRIPS_N && status == 0; n++) {
			status = message_send(&channel, 0, buffer, BYTES, n);
			if (status == 0)
				status = message_recv(&channel, 0, buffer, BYTES, n);
		}
		timer_settime(timer, 0, &(struct itimerspec){0}, NULL);
		(*type)->close(&channel);
		if (status < 0)
			fail_msg("%s: a round trip under signals returned %d", (*type)->name, status);
		assert_int_equal(child_wait(partner), 0);
		channel_ran(*type, JOINS_PROCESSES);
	}
	timer_delete(timer);
	sigaction(SIGCHLD, &noticing, NULL);
	channels_require(JOINS_PROCESSES, NULL);
	ran_end(__func__);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signals_of_no_concern),
		cmocka_unit_test(test_other_side_dies),
		cmocka_unit_test(test_end_of_file),
	};
	return ran_tests(tests, leftovers_setup, directory_remove);
}
