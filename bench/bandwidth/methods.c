// The methods of a stream: through a channel, by vmsplice of the writer's pages into a pipe, by process_vm_readv from
// the writer's memory, or in place in shared memory.
#include "bench/bandwidth/bandwidth.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>

#include "base/status.h"
#include "channel/refuse.h"

static unsigned char *slot_at(const struct stream_end *end, unsigned char *memory)
{
	return memory + end->number % end->stream->slots_n * end->stream->stride;
}

static unsigned char *rotating_slot(struct stream_end *writer)
{
	return slot_at(writer, writer->memory);
}

static int channel_push(struct stream_end *writer, unsigned char *message)
{
	struct channel *channel = &writer->stream->channel;
	return channel->type->send(channel, 1, message, writer->stream->bytes);
}

static int channel_pull(struct stream_end *reader, unsigned char **message)
{
	struct channel *channel = &reader->stream->channel;
	*message = reader->memory;
	return channel->type->recv(channel, 0, reader->memory, reader->stream->bytes);
}

static int vmsplice_push(struct stream_end *writer, unsigned char *message)
{
	struct iovec left = {message, writer->stream->bytes};
	while (left.iov_len > 0) {
		ssize_t pushed = vmsplice(writer->stream->channel.fd[1][1], &left, 1, 0);
		if (pushed < 0)
			return -errno;
		left.iov_base = (unsigned char *)left.iov_base + pushed;
		left.iov_len -= (size_t)pushed;
	}
	return 0;
}

static int vmsplice_probe(const struct stream *stream)
{
	return vmsplice(stream->channel.fd[1][1], NULL, 0, 0) < 0 ? channel_refuse(errno, "vmsplice") : 0;
}

// Message `number` takes the slot of message `number - slots_n`, which must have been read. Acquire order: the reader's
// last access to the slot came before.
static void wait_for_slot(const struct stream_end *writer)
{
	struct stream *stream = writer->stream;
	uint32_t number = (uint32_t)writer->number,
			 read_n = atomic_load_explicit(&stream->shared->tail.word, memory_order_acquire);
	while (number - read_n > stream->slots_n)
		read_n = eventcount_wait(&stream->shared->tail, read_n, stream->wait);
}

// Acquire order: what the writer put there is visible.
static void wait_for_message(const struct stream_end *reader)
{
	struct stream *stream = reader->stream;
	uint32_t number = (uint32_t)reader->number,
			 written_n = atomic_load_explicit(&stream->shared->head.word, memory_order_acquire);
	while ((int32_t)(written_n - number) < 0)
		written_n = eventcount_wait(&stream->shared->head, written_n, stream->wait);
}

static unsigned char *remote_slot(struct stream_end *writer)
{
	struct stream_shared *shared = writer->stream->shared;
	wait_for_slot(writer);
	if (writer->number == 1) { // ordered by the head
		atomic_store_explicit(&shared->writer_memory, (uintptr_t)writer->memory, memory_order_relaxed);
		atomic_store_explicit(&shared->writer_pid, getpid(), memory_order_relaxed);
	}
	return rotating_slot(writer);
}

static int publish_slot(struct stream_end *writer, unsigned char *message)
{
	(void)message;
	eventcount_set(&writer->stream->shared->head, (uint32_t)writer->number, writer->stream->wait);
	return 0;
}

static void release_slot(struct stream_end *reader)
{
	eventcount_set(&reader->stream->shared->tail, (uint32_t)reader->number, reader->stream->wait);
}

static int remote_read(struct stream_end *reader, unsigned char **message)
{
	struct stream_shared *shared = reader->stream->shared;
	wait_for_message(reader);
	unsigned char *remote =
		slot_at(reader, (unsigned char *)atomic_load_explicit(&shared->writer_memory, memory_order_relaxed));
	int pid = atomic_load_explicit(&shared->writer_pid, memory_order_relaxed);
	*message = reader->memory;
	for (size_t got = 0; got < reader->stream->bytes;) {
		struct iovec to = {reader->memory + got, reader->stream->bytes - got}, from = {remote + got, to.iov_len};
		ssize_t more = process_vm_readv(pid, &to, 1, &from, 1, 0);
		if (more < 0 && (errno == EPERM || errno == ENOSYS))
			return status_say(ENOTSUP, "Yama's ptrace_scope or a sandbox forbids reading another process's memory");
		if (more <= 0)
			return more < 0 ? -errno : -EIO;
		got += (size_t)more;
	}
	return 0;
}

static unsigned char *shared_slot(struct stream_end *writer)
{
	wait_for_slot(writer);
	return slot_at(writer, writer->stream->shared_slots);
}

static int read_in_place(struct stream_end *reader, unsigned char **message)
{
	wait_for_message(reader);
	*message = slot_at(reader, reader->stream->shared_slots);
	return 0;
}

// A burst begins with a wake-up, whose CPU time is part of it: the faster the method, the longer its bursts.
enum { BURST_BYTES = 1 << 20, FAST_BURST_BYTES = 4 << 20 };

static const struct stream_method channel_method = {
	.slots_n = 1,
	.burst_bytes = BURST_BYTES,
	.slot = rotating_slot,
	.push = channel_push,
	.pull = channel_pull,
};

// Channels in shared memory whose ends spin.
static const struct stream_method spinning_channel_method = {
	.slots_n = 1,
	.burst_bytes = FAST_BURST_BYTES,
	.slot = rotating_slot,
	.push = channel_push,
	.pull = channel_pull,
};

// A pipe has 16 buffers of at most a page, and every message takes at least one: when message n + 16 is in the pipe, n
// has left it. One more is being written.
static const struct stream_method vmsplice_method = {
	.name = "vmsplice",
	.channel = "pipe",
	.slots_n = 17,
	.held_bytes = 65536,
	.burst_bytes = BURST_BYTES,
	.probe = vmsplice_probe,
	.slot = rotating_slot,
	.push = vmsplice_push,
	.pull = channel_pull,
};

static const struct stream_method process_vm_readv_method = {
	.name = "process_vm_readv",
	.slots_n = 4,
	.burst_bytes = FAST_BURST_BYTES,
	.slot = remote_slot,
	.push = publish_slot,
	.pull = remote_read,
	.done = release_slot,
};

static const struct stream_method shared_memory_method = {
	.name = "shared_memory",
	.slots_n = 4,
	.in_place = true,
	.burst_bytes = FAST_BURST_BYTES,
	.slot = shared_slot,
	.push = publish_slot,
	.pull = read_in_place,
	.done = release_slot,
};

const struct stream_method *stream_method_find(const char *name)
{
	static const struct stream_method *const methods[] = {&vmsplice_method, &process_vm_readv_method,
	                                                      &shared_memory_method};
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (strcmp(name, methods[i]->name) == 0)
			return methods[i];
	const struct channel_type *type = channel_find(name);
	if (type && (type->spins || type->spins_first))
		return &spinning_channel_method;
	return type ? &channel_method : NULL;
}
