// `bandwidth`: one-way streams of messages from the worker to the caller; stream.c times bursts of them, methods.c
// moves the messages. A parent may read its child even with Yama's ptrace_scope=1: hence that direction. Every message
// is checked by its number at both ends, and by every byte untimed. shared_memory writes, reads and checks the payload
// in the timed bursts, too: that is its transfer.
#include "bench/bandwidth/bandwidth.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/status.h"
#include "bench/plan/axis_product.h"
#include "host/place.h"

static const uint64_t message_most_bytes = 64 << 20;

static int run_placed(const struct spec *spec, struct stream *stream, struct trial *trial)
{
	enum between between;
	enum place place;
	struct placement *placement = NULL;
	int status = team_between(spec, &between);
	if (status == 0)
		status = place_parse(spec_get(spec, "place"), &place);
	if (status == 0)
		status = place_plan(trial->topology, place, &placement);
	if (status < 0)
		return status;
	// On one CPU a spinning end keeps the other from doing what is waited for.
	stream->wait = place == PLACE_SAME_CPU ? WAIT_PARK : WAIT_ADAPTIVE;
	status = stream_time(stream, between, placement, trial);
	placement_free(placement);
	return status;
}

static void stream_plan(struct stream *stream, const struct stream_method *method, size_t bytes)
{
	*stream = (struct stream){.method = method, .bytes = bytes, .slots_n = method->slots_n};
	stream->stride = (bytes + STREAM_PAGE_BYTES - 1) / STREAM_PAGE_BYTES * STREAM_PAGE_BYTES;
	size_t needed_n = (method->held_bytes + stream->stride - 1) / stream->stride + 1;
	if (method->held_bytes && needed_n < method->slots_n)
		stream->slots_n = (unsigned)needed_n;
}

static int run_mapped(const struct spec *spec, struct stream *stream, struct trial *trial)
{
	_Static_assert(sizeof *stream->shared <= STREAM_PAGE_BYTES, "the slots begin on the next page");
	size_t shared_bytes = STREAM_PAGE_BYTES + (stream->method->in_place ? stream->slots_n * stream->stride : 0);
	const char *channel = stream->method->name ? stream->method->channel : spec_get(spec, "channel");
	stream->shared = shared_map(shared_bytes);
	if (!stream->shared)
		return -ENOMEM;
	stream->shared_slots = (unsigned char *)stream->shared + STREAM_PAGE_BYTES;
	int status = channel ? channel_open(&stream->channel, channel_find(channel), stream->bytes) : 0;
	stream->channel.never_abandoned = true; // where an end dies, the team ends the runner
	if (status == 0) {
		status = run_placed(spec, stream, trial);
		if (channel)
			stream->channel.type->close(&stream->channel);
	}
	munmap(stream->shared, shared_bytes);
	return status;
}

static int trial(const struct spec *spec, struct trial *trial)
{
	struct stream stream;
	const char *name = spec_get(spec, "channel");
	const struct stream_method *method = name ? stream_method_find(name) : NULL;
	uint64_t bytes = 0;
	if (!method || !spec_get(spec, "place") || spec_axis_bytes(spec, "bytes", &bytes) < 0 || bytes == 0 ||
	    bytes > message_most_bytes)
		return status_say(EINVAL, "a row of bandwidth needs channel, place and bytes (1 to 64MiB)");
	stream_plan(&stream, method, bytes);
	return run_mapped(spec, &stream, trial);
}

// Where the user chose no place: the nearest two CPUs; in the full set one CPU for both, too.
static bool place_wanted(const struct plan_options *options, const struct spec *spec, bool bare)
{
	bool nearest = spec_axis_is(spec, "place", place_name(place_nearest(options->topology)));
	if (bare)
		return nearest && spec_axis_is(spec, "between", "threads"); // there is no second worker to place
	return nearest || plan_axis_given(options, "place") || (options->full && spec_axis_is(spec, "place", "same_cpu"));
}

// Unless the user asked for the channel, one row with the reason stands for all of them.
static const char *no_stream(const struct plan_options *options, const struct spec *spec)
{
	bool first = spec_axis_is(spec, "bytes", "64KiB") && spec_axis_is(spec, "between", "threads") &&
	             spec_axis_is(spec, "place", place_name(place_nearest(options->topology)));
	if (!first && !plan_axis_given(options, "channel"))
		return "";
	return "this channel holds one message at a time: each send waits for an answer, so there is no stream";
}

static const char *channel_why_not(const struct plan_options *options, const struct channel_type *type,
                                   const struct spec *spec)
{
	bool processes = spec_axis_is(spec, "between", "processes");
	if (type->alternates)
		return no_stream(options, spec);
	if (!(type->joins & (processes ? JOINS_PROCESSES : JOINS_THREADS)))
		return type->apart;
	if (type->spins && spec_axis_is(spec, "place", "same_cpu"))
		return "two spinning ends on one CPU only use up each other's time slices";
	return NULL;
}

static const char *why_not(const struct plan_options *options, const struct spec *spec)
{
	const struct channel_type *type = channel_find(spec_get(spec, "channel"));
	uint64_t bytes;
	enum place place;
	int cpu[2];
	if (!stream_method_find(spec_get(spec, "channel")) || !place_wanted(options, spec, type && type->bare))
		return "";
	if (spec_axis_bytes(spec, "bytes", &bytes) < 0 || bytes == 0 || bytes > message_most_bytes)
		return "a message of bandwidth has 1 byte to 64 MiB";
	if (place_parse(spec_get(spec, "place"), &place) == 0 && !place_find(options->topology, place, cpu))
		return "this machine has no CPU pair in that position";
	return type && !type->bare ? channel_why_not(options, type, spec) : NULL;
}

static int plan(const struct plan_options *options, struct record *record)
{
	int status = axis_product_plan("bandwidth", options, record);
	for (uint32_t i = 0; i < record->rows_n && status == 0; i++) {
		struct row *row = &record->rows[i];
		uint64_t bytes;
		if (strcmp(row->spec.experiment, "bandwidth") != 0 || spec_axis_bytes(&row->spec, "bytes", &bytes) < 0 ||
		    bytes == 0)
			continue;
		const char *name = spec_get(&row->spec, "channel");
		const struct channel_type *type = channel_find(name);
		if (!type || !type->bare) // a bare channel moves nothing
			row->bytes = bytes * stream_messages_n(stream_method_find(name), bytes);
	}
	return status;
}

static int check_channel_or_method(const char *value)
{
	return stream_method_find(value) ? 0 : check_channel(value);
}

static const struct experiment_axis axes[] = {
	{"channel", "null,pipe,socketpair,tcp,process_vm_readv,shared_memory",
     "channels,vmsplice,process_vm_readv,shared_memory", "bandwidth: also vmsplice, process_vm_readv, shared_memory",
     check_channel_or_method},
	{"bytes", "4KiB,64KiB", "64,4KiB,64KiB,1MiB,4MiB", "bytes of a message or of a working set: 1, 4KiB", check_bytes},
	{"place", "places", NULL,
     "position of the two workers' CPUs: same_cpu, smt, same_cache, same_package, other_package", check_place},
	{"between", "threads,processes", NULL, "threads or processes", NULL},
	{0},
};

static const struct experiment_plot plots[] = {
	{"size", "lines", "bytes", "channel between", METRIC_wall_ns, DRAW_BYTES_PER_S,
     "Streams from one worker to another", "bytes of a message", "throughput", NULL},
	{0},
};

const struct experiment experiment_bandwidth = {
	.name = "bandwidth",
	.summary = "one-way streams of messages: GB/s, CPU time per byte on both sides; wall: of a burst of 1 or 4 MiB",
	.suites = "ipc full",
	.own_axes = axes,
	.answer = "bytes_rate",
	.figures = "bytes_rate cpu_per_byte cpu_other_ns",
	.plots = plots,
	.why_not = why_not,
	.plan = plan,
	.visit = {.trial = trial, .visit_ns = 4000000},
};
