// One pipe that all producers write to and all consumers read from. Python's multiprocessing.Queue is built on one,
// with a lock on either side; for items of at most PIPE_BUF the kernel's own lock is enough.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/status.h"
#include "bench/queue/queue.h"

// POSIX: a write of up to PIPE_BUF bytes is not mixed with other writes.
static int put(struct queue *queue, const void *item)
{
	ssize_t wrote;
	do
		wrote = write(queue->fd[1], item, queue->item_bytes);
	while (wrote < 0 && errno == EINTR);
	return wrote < 0 ? -errno : wrote == (ssize_t)queue->item_bytes ? 0 : -EBADMSG;
}

// POSIX leaves open what each of several readers gets. Linux copies all of a read under the pipe's lock, and puts a
// write of up to PIPE_BUF (which is at most a page) into one buffer of the pipe: so a buffer holds whole items, and a
// read of one item's size gets one item, never a part. A short read is an error here, not a measurement.
static int take(struct queue *queue, void *item)
{
	ssize_t got;
	do
		got = read(queue->fd[0], item, queue->item_bytes);
	while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got == 0 ? -EPIPE : got == (ssize_t)queue->item_bytes ? 0 : -EBADMSG;
}

static void close_pipe(struct queue *queue)
{
	for (int end = 0; end < 2; end++) {
		if (queue->fd[end] >= 0)
			close(queue->fd[end]);
		queue->fd[end] = -1;
	}
}

// Beyond a user's soft limit the kernel creates pipes of one or two pages without an error: smaller than the row says.
static int open_pipe(struct queue *queue)
{
	if (pipe2(queue->fd, O_CLOEXEC) < 0)
		return status_fail(errno, "pipe");
	int holds_bytes = fcntl(queue->fd[0], F_GETPIPE_SZ);
	if (holds_bytes < 0 || (size_t)holds_bytes >= queue->capacity_n * queue->item_bytes)
		return 0;
	close_pipe(queue);
	return status_say(ENOTSUP, "a pipe holds only %d KiB here (/proc/sys/fs/pipe-user-pages-soft)", holds_bytes >> 10);
}

const struct queue_type queue_pipe = {
	.name = "pipe",
	.item_most_bytes = PIPE_BUF,
	.open = open_pipe,
	.put = put,
	.take = take,
	.close = close_pipe,
};

const struct queue_type *queue_type_find(const char *name)
{
	static const struct queue_type *const types[] = {&queue_ring, &queue_pipe};
	for (size_t i = 0; name && i < sizeof types / sizeof *types; i++)
		if (strcmp(types[i]->name, name) == 0)
			return types[i];
	return NULL;
}

int queue_open(struct queue *queue, const struct queue_type *type, size_t item_bytes, unsigned capacity_n,
               enum wait wait)
{
	*queue =
		(struct queue){.type = type, .item_bytes = item_bytes, .capacity_n = capacity_n, .wait = wait, .fd = {-1, -1}};
	return type->open(queue);
}
