// Twins that make round trips over descriptors: one byte each way (eventfd: a number of eight bytes), by read() and
// write() alone.
#include <errno.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/status.h"
#include "bench/twin/twin.h"
#include "channel/refuse.h"

enum { END_CALLER, END_PARTNER };
static const uint64_t ordinary = 1, last = 2; // an eventfd delivers the number that was written

// Each process has its own copy, because it closes the other's descriptors.
struct descriptor_pair {
	struct twin_pair pair;
	size_t bytes;
	int fd[2][2]; // [end][0: read, 1: write]
};

static void end_close(struct descriptor_pair *descriptors, int end)
{
	int *fd = descriptors->fd[end];
	if (fd[0] >= 0)
		close(fd[0]);
	if (fd[1] >= 0 && fd[1] != fd[0])
		close(fd[1]);
	fd[0] = fd[1] = -1;
}

static void own(struct team_member *member)
{
	end_close(member->context, END_CALLER);
}

static void own_caller(void *context)
{
	end_close(context, END_PARTNER);
}

static int answer(struct team_member *member)
{
	const struct descriptor_pair *descriptors = member->context;
	const int from = descriptors->fd[END_PARTNER][0], to = descriptors->fd[END_PARTNER][1];
	const ssize_t bytes = (ssize_t)descriptors->bytes;
	uint64_t message = 0;
	while (read(from, &message, (size_t)bytes) == bytes && write(to, &message, (size_t)bytes) == bytes)
		if (message == last)
			return 0;
	return status_fail(errno, "answering");
}

static int trip(const struct descriptor_pair *descriptors, uint64_t message)
{
	const ssize_t bytes = (ssize_t)descriptors->bytes;
	ssize_t got = -1;
	if (write(descriptors->fd[END_CALLER][1], &message, (size_t)bytes) == bytes &&
	    (got = read(descriptors->fd[END_CALLER][0], &message, (size_t)bytes)) == bytes)
		return 0;
	return status_fail(got == 0 ? EPIPE : errno, "a round trip");
}

static int round_trip(void *context)
{
	return trip(context, ordinary);
}

static int stop(void *context)
{
	return trip(context, last);
}

static int time_descriptors(struct descriptor_pair *descriptors, size_t bytes, const struct twin_setup *setup,
                            struct trial *trial)
{
	descriptors->bytes = bytes;
	descriptors->pair = (struct twin_pair){round_trip, answer, own, own_caller, stop, NULL};
	int status = twin_time_pair(setup, &descriptors->pair, trial);
	end_close(descriptors, END_CALLER);
	end_close(descriptors, END_PARTNER);
	return status;
}

static int pipe_trial(const struct twin_setup *setup, struct trial *trial)
{
	int request[2], reply[2];
	if (pipe(request) < 0)
		return channel_refuse(errno, "pipe");
	if (pipe(reply) < 0) {
		int status = channel_refuse(errno, "pipe");
		close(request[0]);
		close(request[1]);
		return status;
	}
	return time_descriptors(&(struct descriptor_pair){.fd = {{reply[0], request[1]}, {request[0], reply[1]}}}, 1, setup,
	                        trial);
}

static int socketpair_trial(const struct twin_setup *setup, struct trial *trial)
{
	int end[2];
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, end) < 0)
		return channel_refuse(errno, "socketpair");
	return time_descriptors(&(struct descriptor_pair){.fd = {{end[0], end[0]}, {end[1], end[1]}}}, 1, setup, trial);
}

static int eventfd_trial(const struct twin_setup *setup, struct trial *trial)
{
	int request[2] = {eventfd(0, 0), -1}, reply[2] = {eventfd(0, 0), -1};
	request[1] = request[0] < 0 ? -1 : dup(request[0]);
	reply[1] = reply[0] < 0 ? -1 : dup(reply[0]);
	struct descriptor_pair descriptors = {.fd = {{reply[0], request[1]}, {request[0], reply[1]}}};
	if (request[1] >= 0 && reply[1] >= 0)
		return time_descriptors(&descriptors, sizeof ordinary, setup, trial);
	int status = channel_refuse(errno, "eventfd");
	end_close(&descriptors, END_CALLER);
	end_close(&descriptors, END_PARTNER);
	return status;
}

const struct twin twin_pipe = {
	.call = "pipe",
	.summary = "one byte each way over two pipes",
	.trial = pipe_trial,
	.workers_least = 2,
	.workers_most = 2,
};

const struct twin twin_socketpair = {
	.call = "socketpair",
	.summary = "one byte each way over a pair of AF_UNIX stream sockets",
	.trial = socketpair_trial,
	.workers_least = 2,
	.workers_most = 2,
};

const struct twin twin_eventfd = {
	.call = "eventfd",
	.summary = "one number each way over two eventfds",
	.trial = eventfd_trial,
	.workers_least = 2,
	.workers_most = 2,
};
