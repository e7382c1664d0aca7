// Two System V message queues, one each way. Longer messages are cut, where both ends agree; the copy beside the
// message's type, which the interface wants in front of it, is part of its cost. Nothing shows that nobody reads
// a queue any more.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/status.h"
#include "channel/channel.h"
#include "channel/refuse.h"
#include "channel/leftovers.h"

static const char what[] = "System V message queues";

struct text {
	long type;
	char bytes[];
};

enum { LINES_BYTES = 128 };

struct queues {
	size_t bytes; ///< of the mapping
	int id[2];    ///< [end] leads to it; -1: none
	pid_t opener; ///< only it removes them
	size_t piece_bytes;
	struct text *out[2], *in[2]; ///< per end, behind this, on cache lines of their own
};

static int queue_get(key_t key, int flags)
{
	int id = msgget(key, flags);
	return id < 0 ? -errno : id;
}

static int limit_read(const char *path, size_t *limit)
{
	FILE *file = fopen(path, "re");
	if (!file)
		return errno == ENOENT ? channel_refuse(ENOSYS, what) : channel_refuse(errno, path);
	int read_n = fscanf(file, "%zu", limit);
	fclose(file);
	return read_n == 1 && *limit > 0 ? 0 : status_say(ENOTSUP, "%s: %s does not contain a positive number", what, path);
}

// Called in our own namespace, which has limits of its own.
static int piece_plan(const struct channel *channel, size_t *piece_bytes)
{
	size_t message_most = 0, queue_most = 0;
	int status = limit_read("/proc/sys/kernel/msgmax", &message_most);
	if (status == 0)
		status = limit_read("/proc/sys/kernel/msgmnb", &queue_most);
	*piece_bytes = channel->message_bytes;
	if (*piece_bytes > message_most)
		*piece_bytes = message_most;
	if (*piece_bytes > queue_most)
		*piece_bytes = queue_most;
	return status;
}

// A message to ourselves: the kernel records who used the queue last, by which channel_remove_leftovers() knows whose
// it is.
static int queue_mark(int id)
{
	struct text mark = {.type = 1};
	if (msgsnd(id, &mark, 0, IPC_NOWAIT) < 0 || msgrcv(id, &mark, 0, 1, IPC_NOWAIT) < 0)
		return channel_refuse(errno, what);
	return 0;
}

static void close_queues(struct channel *channel)
{
	struct queues *queues = channel->state;
	if (!queues)
		return;
	for (int end = 0; end < 2; end++)
		if (queues->id[end] >= 0 && queues->opener == getpid())
			msgctl(queues->id[end], IPC_RMID, NULL);
	munmap(queues, queues->bytes);
	channel->state = NULL;
}

static struct queues *queues_map(size_t piece_bytes)
{
	size_t head_bytes = round_up(sizeof(struct queues), LINES_BYTES);
	size_t text_bytes = round_up(sizeof(struct text) + piece_bytes, LINES_BYTES);
	char *map = shared_map(head_bytes + 4 * text_bytes), *texts = map + head_bytes;
	struct queues *queues = (struct queues *)map;
	if (!map)
		return NULL;
	*queues = (struct queues){
		.bytes = head_bytes + 4 * text_bytes, .id = {-1, -1}, .opener = getpid(), .piece_bytes = piece_bytes};
	for (int end = 0; end < 2; end++) {
		queues->out[end] = (struct text *)(texts + (size_t)end * 2 * text_bytes);
		queues->in[end] = (struct text *)(texts + ((size_t)end * 2 + 1) * text_bytes);
		queues->out[end]->type = 1;
	}
	return queues;
}

static int end_make(struct queues *queues, int end)
{
	queues->id[end] = channel_ipc_make(queue_get);
	return queues->id[end] < 0 ? channel_refuse(-queues->id[end], what) : queue_mark(queues->id[end]);
}

static int open_queues(struct channel *channel)
{
	size_t piece_bytes;
	channel_private_ipc();
	int status = piece_plan(channel, &piece_bytes);
	struct queues *queues = channel->state = status < 0 ? NULL : queues_map(piece_bytes);
	if (!queues)
		return status < 0 ? status : -ENOMEM;
	for (int end = 0; end < 2 && status == 0; end++)
		status = end_make(queues, end);
	if (status < 0)
		close_queues(channel);
	return status;
}

// EIDRM: the opener closed it.
static int failure(int error)
{
	return error == EIDRM || error == EINVAL ? -EPIPE : -error;
}

static int queue_send(struct channel *channel, int end, const void *data, size_t bytes)
{
	const struct queues *queues = channel->state;
	struct text *text = queues->out[end];
	const char *from = data;
	while (bytes > 0) {
		size_t piece = bytes < queues->piece_bytes ? bytes : queues->piece_bytes;
		memcpy(text->bytes, from, piece);
		int sent = msgsnd(queues->id[!end], text, piece, 0);
		if (sent < 0 && channel_resumes())
			continue;
		if (sent < 0)
			return failure(errno);
		from += piece;
		bytes -= piece;
	}
	return 0;
}

static int queue_recv(struct channel *channel, int end, void *data, size_t bytes)
{
	const struct queues *queues = channel->state;
	struct text *text = queues->in[end];
	char *to = data;
	while (bytes > 0) {
		size_t piece = bytes < queues->piece_bytes ? bytes : queues->piece_bytes;
		ssize_t got = msgrcv(queues->id[end], text, piece, 0, 0);
		if (got < 0 && channel_resumes())
			continue;
		if (got < 0)
			return failure(errno);
		if ((size_t)got != piece)
			return -EPROTO;
		memcpy(to, text->bytes, piece);
		to += piece;
		bytes -= piece;
	}
	return 0;
}

const struct channel_type channel_sysv_msg = {
	.name = "sysv_msg",
	.summary = "two System V message queues, one each way (pieces of up to 8 KiB)",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.open = open_queues,
	.send = queue_send,
	.recv = queue_recv,
	.close = close_queues,
};
