// The ways a stream can take: through a channel, by pages lent to a pipe, fetched from the writer's memory, or not at
// all.
#include "bench/bandwidth/bandwidth.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>

#include "base/status.h"
#include "channel/refuse.h"

static unsigned char *slot_at(const struct end *end, unsigned char *memory)
{
	return memory + end->number % end->stream->slots_n * end->stream->stride;
}

static unsigned char *rotating_slot(struct end *writer)
{
	return slot_at(writer, writer->memory);
}

static int channel_push(struct end *writer, unsigned char *message)
{
	struct channel *channel = &writer->stream->channel;
	return channel->type->send(channel, 1, message, writer->stream->bytes);
}

static int channel_pull(struct end *reader, unsigned char **message)
{
	struct channel *channel = &reader->stream->channel;
	*message = reader->memory;
	return channel->type->recv(channel, 0, reader->memory, reader->stream->bytes);
}

static int lend_pages(struct end *writer, unsigned char *message)
{
	struct iovec left = {message, writer->stream->bytes};
	while (left.iov_len > 0) {
		ssize_t lent = vmsplice(writer->stream->channel.fd[1][1], &left, 1, 0);
		if (lent < 0)
			return -errno;
		left.iov_base = (unsigned char *)left.iov_base + lent;
		left.iov_len -= (size_t)lent;
	}
	return 0;
}

static int lend_nothing(const struct stream *stream)
{
	return vmsplice(stream->channel.fd[1][1], NULL, 0, 0) < 0 ? channel_refuse(errno, "vmsplice") : 0;
}

// Message `number` takes the slot of message `number - slots_n`, which must have been read. Acquire order: the reader's
// last look at the slot came before.
static void await_room(const struct end *writer)
{
	struct stream *stream = writer->stream;
	uint32_t number = (uint32_t)writer->number,
			 read_n = atomic_load_explicit(&stream->notes->tail.word, memory_order_acquire);
	while (number - read_n > stream->slots_n)
		read_n = eventcount_wait(&stream->notes->tail, read_n, stream->wait);
}

// Acquire order: what the writer put there is visible.
static void await_message(const struct end *reader)
{
	struct stream *stream = reader->stream;
	uint32_t number = (uint32_t)reader->number,
			 written_n = atomic_load_explicit(&stream->notes->head.word, memory_order_acquire);
	while ((int32_t)(written_n - number) < 0)
		written_n = eventcount_wait(&stream->notes->head, written_n, stream->wait);
}

static unsigned char *fetched_slot(struct end *writer)
{
	struct notes *notes = writer->stream->notes;
	await_room(writer);
	if (writer->number == 1) { // ordered by the head
		atomic_store_explicit(&notes->writer_memory, (uintptr_t)writer->memory, memory_order_relaxed);
		atomic_store_explicit(&notes->writer_pid, getpid(), memory_order_relaxed);
	}
	return rotating_slot(writer);
}

static int publish(struct end *writer, unsigned char *message)
{
	(void)message;
	eventcount_set(&writer->stream->notes->head, (uint32_t)writer->number, writer->stream->wait);
	return 0;
}

static void release(struct end *reader)
{
	eventcount_set(&reader->stream->notes->tail, (uint32_t)reader->number, reader->stream->wait);
}

static int fetch(struct end *reader, unsigned char **message)
{
	struct notes *notes = reader->stream->notes;
	await_message(reader);
	unsigned char *there =
		slot_at(reader, (unsigned char *)atomic_load_explicit(&notes->writer_memory, memory_order_relaxed));
	int pid = atomic_load_explicit(&notes->writer_pid, memory_order_relaxed);
	*message = reader->memory;
	for (size_t got = 0; got < reader->stream->bytes;) {
		struct iovec to = {reader->memory + got, reader->stream->bytes - got}, from = {there + got, to.iov_len};
		ssize_t more = process_vm_readv(pid, &to, 1, &from, 1, 0);
		if (more < 0 && (errno == EPERM || errno == ENOSYS))
			return status_say(ENOTSUP, "Yama's ptrace_scope or a sandbox forbids reading another process's memory");
		if (more <= 0)
			return more < 0 ? -errno : -EIO;
		got += (size_t)more;
	}
	return 0;
}

static unsigned char *shared_slot(struct end *writer)
{
	await_room(writer);
	return slot_at(writer, writer->stream->shared);
}

static int look(struct end *reader, unsigned char **message)
{
	await_message(reader);
	*message = slot_at(reader, reader->stream->shared);
	return 0;
}

// A burst begins with a wake-up, whose CPU time is booked to it: the faster the way, the longer its bursts.
enum { BURST_BYTES = 1 << 20, FAST_BURST_BYTES = 4 << 20 };

static const struct way through_channel = {
	.slots_n = 1,
	.burst_bytes = BURST_BYTES,
	.slot = rotating_slot,
	.push = channel_push,
	.pull = channel_pull,
};

// Rings in shared memory whose ends spin.
static const struct way through_ring = {
	.slots_n = 1,
	.burst_bytes = FAST_BURST_BYTES,
	.slot = rotating_slot,
	.push = channel_push,
	.pull = channel_pull,
};

// A pipe has 16 buffers of at most a page, and every message takes at least one: when message n + 16 has gone in, n has
// come out. One more is being composed.
static const struct way lent = {
	.name = "vmsplice",
	.channel = "pipe",
	.slots_n = 17,
	.held_bytes = 65536,
	.burst_bytes = BURST_BYTES,
	.try_out = lend_nothing,
	.slot = rotating_slot,
	.push = lend_pages,
	.pull = channel_pull,
};

static const struct way fetched = {
	.name = "process_vm_readv",
	.slots_n = 4,
	.burst_bytes = FAST_BURST_BYTES,
	.slot = fetched_slot,
	.push = publish,
	.pull = fetch,
	.done = release,
};

static const struct way in_place = {
	.name = "shared_memory",
	.slots_n = 4,
	.in_place = true,
	.burst_bytes = FAST_BURST_BYTES,
	.slot = shared_slot,
	.push = publish,
	.pull = look,
	.done = release,
};

const struct way *way_find(const char *name)
{
	static const struct way *const ways[] = {&lent, &fetched, &in_place};
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (strcmp(name, ways[i]->name) == 0)
			return ways[i];
	const struct channel_type *type = channel_find(name);
	if (type && (type->spins || type->spins_first))
		return &through_ring;
	return type ? &through_channel : NULL;
}
