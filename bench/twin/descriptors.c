// Bare round trips over descriptors: one byte there and one back (eventfd knows only eight), by the system calls alone.
#include <errno.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/status.h"
#include "bench/twin/twin.h"
#include "channel/refuse.h"

enum { SIDE_CALLER, SIDE_PARTNER };
static const uint64_t plain = 1, last = 2; // an eventfd delivers the number as it was written

// Each process has its own, and drops the other's descriptors.
struct court {
	struct twin_pair pair;
	size_t bytes;
	int fd[2][2]; // [side][0: read, 1: write]
};

static void court_close(struct court *court, int side)
{
	int *fd = court->fd[side];
	if (fd[0] >= 0)
		close(fd[0]);
	if (fd[1] >= 0 && fd[1] != fd[0])
		close(fd[1]);
	fd[0] = fd[1] = -1;
}

static void own(struct team_member *member)
{
	court_close(member->context, SIDE_CALLER);
}

static void own_caller(void *context)
{
	court_close(context, SIDE_PARTNER);
}

static int answer(struct team_member *member)
{
	const struct court *court = member->context;
	const int from = court->fd[SIDE_PARTNER][0], to = court->fd[SIDE_PARTNER][1];
	const ssize_t bytes = (ssize_t)court->bytes;
	uint64_t message = 0;
	while (read(from, &message, (size_t)bytes) == bytes && write(to, &message, (size_t)bytes) == bytes)
		if (message == last)
			return 0;
	return status_fail(errno, "answering");
}

static int trip(const struct court *court, uint64_t message)
{
	const ssize_t bytes = (ssize_t)court->bytes;
	ssize_t got = -1;
	if (write(court->fd[SIDE_CALLER][1], &message, (size_t)bytes) == bytes &&
	    (got = read(court->fd[SIDE_CALLER][0], &message, (size_t)bytes)) == bytes)
		return 0;
	return status_fail(got == 0 ? EPIPE : errno, "a round trip");
}

static int round_trip(void *context)
{
	return trip(context, plain);
}

static int dismiss(void *context)
{
	return trip(context, last);
}

static int talk(struct court *court, size_t bytes, const struct twin_setup *setup, struct trial *trial)
{
	court->bytes = bytes;
	court->pair = (struct twin_pair){round_trip, answer, own, own_caller, dismiss, NULL};
	int status = twin_time_pair(setup, &court->pair, trial);
	court_close(court, SIDE_CALLER);
	court_close(court, SIDE_PARTNER);
	return status;
}

static int pipe_trial(const struct twin_setup *setup, struct trial *trial)
{
	int there[2], back[2];
	if (pipe(there) < 0)
		return channel_refuse(errno, "pipe");
	if (pipe(back) < 0) {
		int status = channel_refuse(errno, "pipe");
		close(there[0]);
		close(there[1]);
		return status;
	}
	return talk(&(struct court){.fd = {{back[0], there[1]}, {there[0], back[1]}}}, 1, setup, trial);
}

static int socketpair_trial(const struct twin_setup *setup, struct trial *trial)
{
	int end[2];
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, end) < 0)
		return channel_refuse(errno, "socketpair");
	return talk(&(struct court){.fd = {{end[0], end[0]}, {end[1], end[1]}}}, 1, setup, trial);
}

static int eventfd_trial(const struct twin_setup *setup, struct trial *trial)
{
	int there[2] = {eventfd(0, 0), -1}, back[2] = {eventfd(0, 0), -1};
	there[1] = there[0] < 0 ? -1 : dup(there[0]);
	back[1] = back[0] < 0 ? -1 : dup(back[0]);
	struct court court = {.fd = {{back[0], there[1]}, {there[0], back[1]}}};
	if (there[1] >= 0 && back[1] >= 0)
		return talk(&court, sizeof plain, setup, trial);
	int status = channel_refuse(errno, "eventfd");
	court_close(&court, SIDE_CALLER);
	court_close(&court, SIDE_PARTNER);
	return status;
}

const struct twin twin_pipe = {
	.call = "pipe",
	.summary = "a byte there and a byte back over two pipes",
	.trial = pipe_trial,
};

const struct twin twin_socketpair = {
	.call = "socketpair",
	.summary = "a byte there and a byte back over a pair of AF_UNIX stream sockets",
	.trial = socketpair_trial,
};

const struct twin twin_eventfd = {
	.call = "eventfd",
	.summary = "a number there and a number back over two eventfds",
	.trial = eventfd_trial,
};
