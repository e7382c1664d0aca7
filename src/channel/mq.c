// Two POSIX message queues, one each way, of ten messages, the kernel's default. Longer messages are cut; both ends
// know a message's length, so they agree on the cuts. Both ends keep both queues, so nothing shows that
// nobody reads one any more.
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/status.h"
#include "channel/refuse.h"
#include "channel/stream.h"
#include "channel/leftovers.h"

enum { QUEUE_MESSAGES_N = 10 };
static const char what[] = "POSIX message queues";

enum { LINES_BYTES = 128 };

// channel->fd[0][end] is the queue that leads to `end`. An mqd_t is a file descriptor on Linux.
struct cuts {
	size_t bytes;       ///< of the mapping
	size_t piece_bytes; ///< the queues' message size
	char *rest[2]; ///< per end, behind this: mq_receive() needs room for a whole piece; a message's last one may be
	               ///< shorter
};

static int limit_read(const char *path, long *limit)
{
	FILE *file = fopen(path, "re");
	if (!file)
		return errno == ENOENT ? channel_refuse(ENOSYS, what) : channel_refuse(errno, path);
	int read_n = fscanf(file, "%ld", limit);
	fclose(file);
	return read_n == 1 && *limit > 0 ? 0 : status_say(ENOTSUP, "%s: %s does not contain a positive number", what, path);
}

static int shape(const struct channel *channel, struct mq_attr *attributes)
{
	int status = limit_read("/proc/sys/fs/mqueue/msg_max", &attributes->mq_maxmsg);
	if (status == 0)
		status = limit_read("/proc/sys/fs/mqueue/msgsize_max", &attributes->mq_msgsize);
	if (attributes->mq_maxmsg > QUEUE_MESSAGES_N)
		attributes->mq_maxmsg = QUEUE_MESSAGES_N;
	if ((size_t)attributes->mq_msgsize > channel->message_bytes)
		attributes->mq_msgsize = (long)channel->message_bytes;
	return status;
}

// EMFILE means either descriptors or RLIMIT_MSGQUEUE.
static int refuse(int error, const struct mq_attr *attributes)
{
	int fd = error == EMFILE ? open("/", O_PATH | O_CLOEXEC) : -1;
	if (fd < 0 && error == ENOSPC)
		return status_say(ENOTSUP, "%s: all queues of this machine are in use (fs.mqueue.queues_max)", what);
	if (fd < 0)
		return channel_refuse(error, what);
	close(fd);
	struct rlimit limit = {0};
	getrlimit(RLIMIT_MSGQUEUE, &limit);
	return status_say(
		ENOTSUP,
		"%s: the limit of this user is reached (RLIMIT_MSGQUEUE is %llu bytes; a queue here holds %ld messages of %ld bytes)",
		what, (unsigned long long)limit.rlim_cur, attributes->mq_maxmsg, attributes->mq_msgsize);
}

static int queue_make(int *queue, struct mq_attr *attributes)
{
	char name[CHANNEL_MQ_NAME_BYTES];
	channel_mq_name(name);
	do
		*queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, attributes);
	while (*queue < 0 && errno == EEXIST && (mq_unlink(name) == 0 || errno == ENOENT));
	if (*queue < 0)
		return refuse(errno, attributes);
	mq_unlink(name);
	return 0;
}

static void close_queues(struct channel *channel)
{
	struct cuts *cuts = channel->state;
	stream_close_end(channel, 0);
	if (cuts)
		munmap(cuts, cuts->bytes);
	channel->state = NULL;
}

static struct cuts *cuts_map(size_t piece_bytes)
{
	size_t head_bytes = round_up(sizeof(struct cuts), LINES_BYTES), rest_bytes = round_up(piece_bytes, LINES_BYTES);
	struct cuts *cuts = shared_map(head_bytes + 2 * rest_bytes);
	if (!cuts)
		return NULL;
	char *rests = (char *)cuts + head_bytes;
	*cuts = (struct cuts){head_bytes + 2 * rest_bytes, piece_bytes, {rests, rests + rest_bytes}};
	return cuts;
}

static int open_queues(struct channel *channel)
{
	struct mq_attr attributes = {0};
	int status = shape(channel, &attributes);
	channel->state = status < 0 ? NULL : cuts_map((size_t)attributes.mq_msgsize);
	if (!channel->state)
		return status < 0 ? status : -ENOMEM;
	for (int end = 0; end < 2 && status == 0; end++)
		status = queue_make(&channel->fd[0][end], &attributes);
	if (status < 0)
		close_queues(channel);
	return status;
}

static void own(struct channel *channel, int end)
{
	if (end < 0)
		stream_close_end(channel, 0);
}

static int queue_send(struct channel *channel, int end, const void *data, size_t bytes)
{
	const struct cuts *cuts = channel->state;
	const char *from = data;
	while (bytes > 0) {
		size_t piece = bytes < cuts->piece_bytes ? bytes : cuts->piece_bytes;
		int sent = mq_send(channel->fd[0][!end], from, piece, 0);
		if (sent < 0 && channel_resumes())
			continue;
		if (sent < 0)
			return -errno;
		from += piece;
		bytes -= piece;
	}
	return 0;
}

static int queue_recv(struct channel *channel, int end, void *data, size_t bytes)
{
	const struct cuts *cuts = channel->state;
	char *to = data;
	while (bytes > 0) {
		size_t piece = bytes < cuts->piece_bytes ? bytes : cuts->piece_bytes;
		char *into = piece < cuts->piece_bytes ? cuts->rest[end] : to;
		ssize_t got = mq_receive(channel->fd[0][end], into, cuts->piece_bytes, NULL);
		if (got < 0 && channel_resumes())
			continue;
		if (got < 0)
			return -errno;
		if ((size_t)got != piece)
			return -EPROTO;
		if (into != to)
			memcpy(to, into, piece);
		to += piece;
		bytes -= piece;
	}
	return 0;
}

const struct channel_type channel_mq = {
	.name = "mq",
	.summary = "two POSIX message queues, one each way (ten messages of up to 8 KiB)",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.open = open_queues,
	.own = own,
	.send = queue_send,
	.recv = queue_recv,
	.close = close_queues,
};
