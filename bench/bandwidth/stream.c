// Both ends of a stream: the worker writes a burst when the caller requests one, the caller reads and checks it.
#include "bench/bandwidth/bandwidth.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/team/message.h"

enum { MESSAGES_LEAST = 4, MESSAGES_MOST = 1024, VERIFIED_MOST = 32 };

// What the caller, which reads, keeps.
struct bandwidth_run {
	struct stream_end end;
	struct team *team;   ///< NULL with a bare channel
	uint32_t messages_n; ///< per burst
};

uint32_t stream_messages_n(const struct stream_method *method, uint64_t bytes)
{
	uint64_t messages_n = method->burst_bytes / bytes;
	if (messages_n < MESSAGES_LEAST)
		return MESSAGES_LEAST;
	return messages_n < MESSAGES_MOST ? (uint32_t)messages_n : MESSAGES_MOST;
}

static int end_open(struct stream_end *end, struct stream *stream, unsigned slots_n)
{
	*end = (struct stream_end){.stream = stream,
	                           .memory = aligned_alloc(STREAM_PAGE_BYTES, slots_n * stream->stride),
	                           .expected = malloc(stream->bytes)};
	if (!end->memory || !end->expected)
		return status_fail(ENOMEM, "messages of %zu bytes", stream->bytes);
	memset(end->memory, 0, slots_n * stream->stride);
	return 0;
}

static void end_close(struct stream_end *end)
{
	free(end->memory);
	free(end->expected);
}

// Every whole word holds the number but the last, which may be cut off: message_stamp() writes that end.
static void write_payload(unsigned char *message, size_t bytes, uint64_t number)
{
	uint64_t *words = (uint64_t *)message;
	for (size_t i = 0; i + 1 < bytes / sizeof number; i++)
		words[i] = number;
}

static bool read_payload(const unsigned char *message, size_t bytes, uint64_t number)
{
	const uint64_t *words = (const uint64_t *)message;
	uint64_t differing = 0;
	for (size_t i = 0; i + 1 < bytes / sizeof number; i++)
		differing |= words[i] ^ number;
	return differing == 0;
}

static int message_send(struct stream_end *writer, bool verify)
{
	const struct stream *stream = writer->stream;
	uint64_t number = ++writer->number;
	unsigned char *message = stream->method->slot(writer);
	if (verify)
		message_fill(message, stream->bytes, number);
	else if (stream->method->in_place)
		write_payload(message, stream->bytes, number);
	message_stamp(message, stream->bytes, number);
	int status = stream->method->push(writer, message);
	return status < 0 ? status_fail(-status, "sending message %llu", (unsigned long long)number) : 0;
}

static bool message_is_right(const struct stream_end *reader, const unsigned char *message, bool verify)
{
	const struct stream *stream = reader->stream;
	if (verify) {
		message_fill(reader->expected, stream->bytes, reader->number);
		return memcmp(reader->expected, message, stream->bytes) == 0;
	}
	return message_stamped(message, stream->bytes, reader->number) &&
	       (!stream->method->in_place || read_payload(message, stream->bytes, reader->number));
}

static int message_receive(struct stream_end *reader, bool verify)
{
	const struct stream *stream = reader->stream;
	unsigned char *message;
	unsigned long long number = ++reader->number;
	int status = stream->method->pull(reader, &message);
	if (status == -ENOTSUP)
		return status; // with its reason
	if (status < 0)
		return status_fail(-status, "receiving message %llu", number);
	if (!message_is_right(reader, message, verify))
		return status_say(EBADMSG, "what arrived is not message %llu of %zu bytes, or changed", number, stream->bytes);
	if (stream->method->done)
		stream->method->done(reader);
	return 0;
}

// The worker writes a burst for each request.
static int write_bursts(struct team_member *member)
{
	struct stream *stream = member->context;
	struct stream_shared *shared = stream->shared;
	struct stream_end writer;
	int status = end_open(&writer, stream, stream->method->in_place ? 1 : stream->slots_n);
	for (uint32_t requested_n = 0; status == 0;) {
		requested_n = eventcount_wait(&shared->go, requested_n, WAIT_PARK);
		uint32_t messages_n =
			atomic_load_explicit(&shared->messages_n, memory_order_relaxed); // ordered by the eventcount
		if (messages_n == 0)
			break;
		bool verify = atomic_load_explicit(&shared->verify, memory_order_relaxed);      // ordered by the eventcount
		atomic_store_explicit(&shared->begin_ns, clock_now_ns(), memory_order_relaxed); // ordered by the messages
		for (uint32_t i = 0; i < messages_n && status == 0; i++)
			status = message_send(&writer, verify);
	}
	end_close(&writer);
	return status;
}

// The writer read the last request before it sent the burst's last message, so the request can be overwritten.
static void request_burst(struct stream_shared *shared, uint32_t messages_n)
{
	atomic_store_explicit(&shared->messages_n, messages_n, memory_order_relaxed); // ordered by the eventcount
	eventcount_set(&shared->go, atomic_load_explicit(&shared->go.word, memory_order_relaxed) + 1, WAIT_PARK);
}

static int receive_burst(struct bandwidth_run *run, uint32_t messages_n, bool verify)
{
	int status = 0;
	atomic_store_explicit(&run->end.stream->shared->verify, verify,
	                      memory_order_relaxed); // ordered by the eventcount
	request_burst(run->end.stream->shared, messages_n);
	for (uint32_t i = 0; i < messages_n && status == 0; i++)
		status = message_receive(&run->end, verify);
	run->end.end_ns = clock_now_ns();
	return status;
}

static int burst(void *context)
{
	struct bandwidth_run *run = context;
	return receive_burst(run, run->messages_n, false);
}

// Own clock: took_ns() returns the writer's begin to the reader's end, because the writer's wake-up does not count.
static uint64_t took_ns(void *context)
{
	const struct bandwidth_run *run = context;
	return run->end.end_ns - atomic_load_explicit(&run->end.stream->shared->begin_ns, memory_order_relaxed);
}

static int usage(void *context, struct usage *usage)
{
	const struct bandwidth_run *run = context;
	return team_usage(run->team, usage);
}

// With a bare channel there is no second worker: the caller does both sides' steps alternately on the same message.
static int bare_burst(void *context)
{
	struct bandwidth_run *run = context;
	int status = 0;
	for (uint32_t i = 0; i < run->messages_n && status == 0; i++) {
		status = message_send(&run->end, false);
		run->end.number--;
		if (status == 0)
			status = message_receive(&run->end, false);
	}
	return status;
}

static void own(struct team_member *member)
{
	struct stream *stream = member->context;
	if (stream->channel.type)
		channel_own(&stream->channel, 1);
}

static void own_caller(void *context)
{
	struct stream *stream = context;
	if (stream->channel.type)
		channel_own(&stream->channel, 0);
}

static int time_bursts(struct bandwidth_run *run, struct trial *trial)
{
	uint32_t verified_n = run->messages_n < VERIFIED_MOST ? run->messages_n : VERIFIED_MOST;
	int status = receive_burst(run, verified_n, true);
	if (status == 0)
		status =
			trial_run(trial, &(struct operation){.context = run, .run = burst, .took_ns = took_ns, .usage = usage});
	if (status == 0)
		status = receive_burst(run, verified_n, true);
	return status;
}

static int time_with_writer(struct bandwidth_run *run, enum between between, const struct placement *placement,
                            struct trial *trial)
{
	struct team_config config = {.between = between,
	                             .members_n = 1,
	                             .placement = placement,
	                             .context = run->end.stream,
	                             .own = own,
	                             .own_caller = own_caller,
	                             .body = write_bursts};
	int status = team_open(&run->team, &config, trial);
	if (status < 0)
		return status;
	status = time_bursts(run, trial);
	if (status < 0)
		return team_failed(run->team, status); // the runner ends now, and the writer with it
	request_burst(run->end.stream->shared, 0);
	return team_close(run->team);
}

int stream_time(struct stream *stream, enum between between, const struct placement *placement, struct trial *trial)
{
	struct bandwidth_run run = {.messages_n = stream_messages_n(stream->method, stream->bytes)};
	int status = stream->method->probe ? stream->method->probe(stream) : 0;
	if (status == 0)
		status = end_open(&run.end, stream, 1);
	if (status == 0 && stream->channel.type && stream->channel.type->bare)
		status = placement_apply(placement, 0) < 0
		             ? -EXDEV
		             : trial_run(trial, &(struct operation){.context = &run, .run = bare_burst});
	else if (status == 0)
		status = time_with_writer(&run, between, placement, trial);
	end_close(&run.end);
	return status;
}
