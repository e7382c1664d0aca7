// Both ends of a stream: the worker writes a burst whenever the caller asks for one, the caller reads it and checks it.
#include "bench/bandwidth/bandwidth.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/team/message.h"

enum { MESSAGES_LEAST = 4, MESSAGES_MOST = 1024, VERIFIED_MOST = 32 };

struct reading {
	struct end end;
	struct team *team;   ///< NULL: nobody is there
	uint32_t messages_n; ///< of a burst
};

uint32_t stream_messages(const struct way *way, uint64_t bytes)
{
	uint64_t messages_n = way->burst_bytes / bytes;
	if (messages_n < MESSAGES_LEAST)
		return MESSAGES_LEAST;
	return messages_n < MESSAGES_MOST ? (uint32_t)messages_n : MESSAGES_MOST;
}

static int end_open(struct end *end, struct stream *stream, unsigned slots_n)
{
	*end = (struct end){.stream = stream,
	                    .memory = aligned_alloc(STREAM_PAGE_BYTES, slots_n * stream->stride),
	                    .wanted = malloc(stream->bytes)};
	if (!end->memory || !end->wanted)
		return status_fail(ENOMEM, "messages of %zu bytes", stream->bytes);
	memset(end->memory, 0, slots_n * stream->stride);
	return 0;
}

static void end_close(struct end *end)
{
	free(end->memory);
	free(end->wanted);
}

// Whole words say the number; the last may be cut, and message_stamp() writes it.
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

static int message_send(struct end *writer, bool verify)
{
	const struct stream *stream = writer->stream;
	uint64_t number = ++writer->number;
	unsigned char *message = stream->way->slot(writer);
	if (verify)
		message_fill(message, stream->bytes, number);
	else if (stream->way->in_place)
		write_payload(message, stream->bytes, number);
	message_stamp(message, stream->bytes, number);
	int status = stream->way->push(writer, message);
	return status < 0 ? status_fail(-status, "sending message %llu", (unsigned long long)number) : 0;
}

static bool is_right(const struct end *reader, const unsigned char *message, bool verify)
{
	const struct stream *stream = reader->stream;
	if (verify) {
		message_fill(reader->wanted, stream->bytes, reader->number);
		return memcmp(reader->wanted, message, stream->bytes) == 0;
	}
	return message_stamped(message, stream->bytes, reader->number) &&
	       (!stream->way->in_place || read_payload(message, stream->bytes, reader->number));
}

static int message_receive(struct end *reader, bool verify)
{
	const struct stream *stream = reader->stream;
	unsigned char *message;
	unsigned long long number = ++reader->number;
	int status = stream->way->pull(reader, &message);
	if (status == -ENOTSUP)
		return status; // with its reason
	if (status < 0)
		return status_fail(-status, "receiving message %llu", number);
	if (!is_right(reader, message, verify))
		return status_say(EBADMSG, "what arrived is not message %llu of %zu bytes, or changed", number, stream->bytes);
	if (stream->way->done)
		stream->way->done(reader);
	return 0;
}

// The worker: a burst whenever it is asked for one.
static int write_bursts(struct team_member *member)
{
	struct stream *stream = member->context;
	struct notes *notes = stream->notes;
	struct end writer;
	int status = end_open(&writer, stream, stream->way->in_place ? 1 : stream->slots_n);
	for (uint32_t asked_n = 0; status == 0;) {
		asked_n = eventcount_wait(&notes->go, asked_n, WAIT_PARK);
		uint32_t messages_n =
			atomic_load_explicit(&notes->messages_n, memory_order_relaxed); // ordered by the eventcount
		if (messages_n == 0)
			break;
		bool verify = atomic_load_explicit(&notes->verify, memory_order_relaxed);      // ordered by the eventcount
		atomic_store_explicit(&notes->begin_ns, clock_now_ns(), memory_order_relaxed); // ordered by the messages
		for (uint32_t i = 0; i < messages_n && status == 0; i++)
			status = message_send(&writer, verify);
	}
	end_close(&writer);
	return status;
}

// The writer looked at the last burst's number before it sent the last of its messages, so that can be written again.
static void ask(struct notes *notes, uint32_t messages_n)
{
	atomic_store_explicit(&notes->messages_n, messages_n, memory_order_relaxed); // ordered by the eventcount
	eventcount_set(&notes->go, atomic_load_explicit(&notes->go.word, memory_order_relaxed) + 1, WAIT_PARK);
}

static int receive_burst(struct reading *reading, uint32_t messages_n, bool verify)
{
	int status = 0;
	atomic_store_explicit(&reading->end.stream->notes->verify, verify,
	                      memory_order_relaxed); // ordered by the eventcount
	ask(reading->end.stream->notes, messages_n);
	for (uint32_t i = 0; i < messages_n && status == 0; i++)
		status = message_receive(&reading->end, verify);
	reading->end.end_ns = clock_now_ns();
	return status;
}

static int burst(void *context)
{
	struct reading *reading = context;
	return receive_burst(reading, reading->messages_n, false);
}

static uint64_t took_ns(void *context)
{
	const struct reading *reading = context;
	return reading->end.end_ns - atomic_load_explicit(&reading->end.stream->notes->begin_ns, memory_order_relaxed);
}

static int usage(void *context, struct usage *usage)
{
	const struct reading *reading = context;
	return team_usage(reading->team, usage);
}

// Nobody is there: both sides' steps, in turns, on the same message.
static int bare_burst(void *context)
{
	struct reading *reading = context;
	int status = 0;
	for (uint32_t i = 0; i < reading->messages_n && status == 0; i++) {
		status = message_send(&reading->end, false);
		reading->end.number--;
		if (status == 0)
			status = message_receive(&reading->end, false);
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

static int time_bursts(struct reading *reading, struct trial *trial)
{
	uint32_t verified_n = reading->messages_n < VERIFIED_MOST ? reading->messages_n : VERIFIED_MOST;
	int status = receive_burst(reading, verified_n, true);
	if (status == 0)
		status =
			trial_run(trial, &(struct operation){.context = reading, .run = burst, .took_ns = took_ns, .usage = usage});
	if (status == 0)
		status = receive_burst(reading, verified_n, true);
	return status;
}

static int with_writer(struct reading *reading, enum between between, const struct placement *placement,
                       struct trial *trial)
{
	struct team_config config = {.between = between,
	                             .members_n = 1,
	                             .placement = placement,
	                             .context = reading->end.stream,
	                             .own = own,
	                             .own_caller = own_caller,
	                             .body = write_bursts};
	int status = team_open(&reading->team, &config, trial);
	if (status < 0)
		return status;
	status = time_bursts(reading, trial);
	if (status < 0)
		return team_failed(reading->team, status); // the runner ends now, and the writer with it
	ask(reading->end.stream->notes, 0);
	return team_close(reading->team);
}

int stream_run(struct stream *stream, enum between between, const struct placement *placement, struct trial *trial)
{
	struct reading reading = {.messages_n = stream_messages(stream->way, stream->bytes)};
	int status = stream->way->try_out ? stream->way->try_out(stream) : 0;
	if (status == 0)
		status = end_open(&reading.end, stream, 1);
	if (status == 0 && stream->channel.type && stream->channel.type->bare)
		status = placement_apply(placement, 0) < 0
		             ? -EXDEV
		             : trial_run(trial, &(struct operation){.context = &reading, .run = bare_burst});
	else if (status == 0)
		status = with_writer(&reading, between, placement, trial);
	end_close(&reading.end);
	return status;
}
