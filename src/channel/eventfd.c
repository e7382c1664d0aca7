// An eventfd each way: a counter in the kernel, read and written as a file.
#include <sys/eventfd.h>
#include <unistd.h>

#include "channel/mailbox.h"
#include "channel/refuse.h"

static int ring(struct channel *channel, int end)
{
	uint64_t one = 1;
	ssize_t wrote;
	do
		wrote = write(channel->fd[end][1], &one, sizeof one);
	while (wrote < 0 && channel_resumes());
	return wrote < 0 ? -errno : 0;
}

static int wait(struct channel *channel, int end)
{
	uint64_t rung;
	ssize_t got;
	do
		got = read(channel->fd[end][0], &rung, sizeof rung);
	while (got < 0 && channel_resumes());
	return got < 0 ? -errno : 0;
}

// Both ends hold both descriptors, one to read and one to write, so no end has any to drop.
static void close_counters(struct channel *channel)
{
	for (int i = 0; i < 2; i++)
		if (channel->fd[0][i] >= 0)
			close(channel->fd[0][i]);
	memset(channel->fd, -1, sizeof channel->fd);
	mailbox_close(channel);
}

static int open_counters(struct channel *channel)
{
	int status = mailbox_open(channel, 0);
	if (status < 0)
		return status;
	for (int i = 0; i < 2; i++) {
		channel->fd[0][i] = channel->fd[1][!i] = eventfd(0, EFD_CLOEXEC);
		if (channel->fd[0][i] < 0) {
			status = channel_refuse(errno, "eventfd");
			close_counters(channel);
			return status;
		}
	}
	return 0;
}

#include "channel/mailbox_messages.h"

const struct channel_type channel_eventfd = {
	.name = "eventfd",
	.summary = "shared memory, parked in read() of an eventfd each way",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.alternates = true,
	.open = open_counters,
	.send = mailbox_send,
	.recv = mailbox_recv,
	.close = close_counters,
};
