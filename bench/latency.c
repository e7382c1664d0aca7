// Round trips of a message over every channel: there and back is one operation, never halved. The partner answers each
// message with the same bytes; both sides check its number at both ends, and, untimed, every byte.
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/status.h"
#include "bench/plan/axis_product.h"
#include "bench/team/message.h"
#include "bench/team/team.h"
#include "bench/twin/twin.h"
#include "channel/channel.h"
#include "host/place.h"

enum { VERIFIED_TRIPS_N = 3 };

// In shared memory: what the caller says of the message under way.
struct notes {
	_Atomic bool over;   ///< it is the last
	_Atomic bool verify; ///< it is to be checked byte by byte
};

// Each process has its own: it drops the other's end of the channel.
struct talk {
	struct channel channel;
	size_t bytes;
	struct notes *notes;
};

// One side of it.
struct side {
	struct talk *talk;
	struct team *team;
	unsigned char *message;
	unsigned char *reply; ///< what comes back: elsewhere, or a message that never arrived would be found right
	uint64_t number;      ///< of the last message
};

static int verify(const struct side *side, unsigned char *wanted)
{
	const struct talk *talk = side->talk;
	message_fill(wanted, talk->bytes, side->number);
	if (memcmp(wanted, side->reply, talk->bytes) == 0)
		return 0;
	return status_say(EBADMSG, "message %llu of %zu bytes arrived changed over %s", (unsigned long long)side->number,
	                  talk->bytes, talk->channel.type->name);
}

static int check(const struct side *side)
{
	if (message_stamped(side->reply, side->talk->bytes, side->number))
		return 0;
	return status_say(EBADMSG, "what arrived over %s is not message %llu", side->talk->channel.type->name,
	                  (unsigned long long)side->number);
}

static int answer(struct team_member *member)
{
	struct talk *talk = member->context;
	const struct channel_type *type = talk->channel.type;
	unsigned char *buffers = calloc(2, talk->bytes);
	struct side side = {.talk = talk, .message = buffers, .reply = buffers};
	int status = buffers ? 0 : status_fail(ENOMEM, "messages of %zu bytes", talk->bytes);
	for (bool over = false; status == 0 && !over;) {
		side.number++;
		status = type->recv(&talk->channel, 1, side.message, talk->bytes);
		if (status < 0) {
			status = status_fail(-status, "receiving over %s", type->name);
			break;
		}
		over = atomic_load_explicit(&talk->notes->over, memory_order_relaxed); // ordered by the message
		status = check(&side);
		if (status == 0 && atomic_load_explicit(&talk->notes->verify, memory_order_relaxed))
			status = verify(&side, buffers + talk->bytes);
		if (status == 0 && (status = type->send(&talk->channel, 1, side.message, talk->bytes)) < 0)
			status = status_fail(-status, "answering over %s", type->name);
	}
	free(buffers);
	return status;
}

static int round_trip(void *context)
{
	struct side *side = context;
	struct channel *channel = &side->talk->channel;
	size_t bytes = side->talk->bytes;
	message_stamp(side->message, bytes, ++side->number);
	int status = channel->type->send(channel, 0, side->message, bytes);
	if (status == 0)
		status = channel->type->recv(channel, 0, side->reply, bytes);
	return status < 0 ? status_fail(-status, "a round trip over %s", channel->type->name) : check(side);
}

static int usage(void *context, struct usage *usage)
{
	const struct side *side = context;
	return team_usage(side->team, usage);
}

// Every byte, there and back, before and after what is timed.
static int verified_trips(struct side *side)
{
	struct talk *talk = side->talk;
	unsigned char *wanted = malloc(talk->bytes);
	int status = wanted ? 0 : status_fail(ENOMEM, "a message of %zu bytes", talk->bytes);
	atomic_store(&talk->notes->verify, true);
	for (int trip = 0; trip < VERIFIED_TRIPS_N && status == 0; trip++) {
		message_fill(side->message, talk->bytes, side->number + 1);
		status = round_trip(side);
		if (status == 0)
			status = verify(side, wanted);
	}
	atomic_store(&talk->notes->verify, false);
	free(wanted);
	return status;
}

static int talk_and_time(struct side *side, struct trial *trial)
{
	int status = verified_trips(side);
	if (status == 0)
		status = trial_run(trial, &(struct operation){side, round_trip, .usage = side->team ? usage : NULL});
	if (status == 0)
		status = verified_trips(side);
	if (status < 0)
		return status; // the runner ends now, and the partner with it
	atomic_store(&side->talk->notes->over, true);
	return round_trip(side);
}

static void own(struct team_member *member)
{
	struct talk *talk = member->context;
	channel_own(&talk->channel, 1);
}

static void own_caller(void *context)
{
	struct talk *talk = context;
	channel_own(&talk->channel, 0);
}

static int with_partner(struct side *side, enum between between, const struct placement *placement, struct trial *trial)
{
	struct team_config config = {.between = between,
	                             .members_n = 1,
	                             .placement = placement,
	                             .context = side->talk,
	                             .own = own,
	                             .own_caller = own_caller,
	                             .body = answer,
	                             .spins = side->talk->channel.type->spins || side->talk->channel.type->spins_first};
	int status = team_open(&side->team, &config, trial);
	if (status < 0)
		return status;
	status = talk_and_time(side, trial);
	return status < 0 ? team_failed(side->team, status) : team_close(side->team);
}

static int run_talk(const struct spec *spec, struct talk *talk, struct trial *trial)
{
	enum between between;
	enum place place;
	struct placement *placement = NULL;
	struct side side = {.talk = talk, .message = calloc(2, talk->bytes)};
	int status =
		side.message ? team_between(spec, &between) : status_fail(ENOMEM, "messages of %zu bytes", talk->bytes);
	if (status == 0) // where nobody is there, nothing comes
		side.reply = talk->channel.type->bare ? side.message : side.message + talk->bytes;
	if (status == 0)
		status = place_parse(spec_get(spec, "place"), &place);
	if (status == 0)
		status = place_plan(trial->topology, place, &placement);
	if (status == 0 && talk->channel.type->bare)
		status = placement_apply(placement, 0) < 0 ? -EXDEV : talk_and_time(&side, trial);
	else if (status == 0)
		status = with_partner(&side, between, placement, trial);
	placement_free(placement);
	free(side.message);
	return status;
}

static int trial(const struct spec *spec, struct trial *trial)
{
	uint64_t bytes;
	const char *name = spec_get(spec, "channel");
	const struct channel_type *type = name ? channel_find(name) : NULL;
	int status = type && spec_get(spec, "place")
	                 ? spec_axis_bytes(spec, "bytes", &bytes)
	                 : status_say(EINVAL, "a row of latency needs channel, bytes and place");
	if (status < 0)
		return status;
	struct talk talk = {.bytes = bytes, .notes = shared_map(sizeof *talk.notes)};
	if (!talk.notes)
		return -ENOMEM;
	status = channel_open(&talk.channel, type, bytes);
	talk.channel.never_abandoned = true; // a team ends with its members
	if (status == 0) {
		status = run_talk(spec, &talk, trial);
		type->close(&talk.channel);
	}
	munmap(talk.notes, sizeof *talk.notes);
	return status;
}

// What a quick look can do without: nothing learnt from a second size, and two who spin a while before they park in
// turns.
static bool left_to_full(const struct plan_options *options, const struct spec *spec, const struct channel_type *type)
{
	bool sized = !type->bare && type->joins == (JOINS_THREADS | JOINS_PROCESSES);
	if (options->full || plan_axis_given(options, "channel"))
		return false;
	return (!sized && !spec_axis_is(spec, "bytes", "1")) ||
	       (type->spins_first && spec_axis_is(spec, "place", "same_cpu"));
}

static const char *why_not(const struct plan_options *options, const struct spec *spec)
{
	const struct channel_type *type = channel_find(spec_get(spec, "channel"));
	bool processes = spec_axis_is(spec, "between", "processes"), same_cpu = spec_axis_is(spec, "place", "same_cpu");
	uint64_t bytes;
	enum place place;
	int cpu[2];
	if (!type)
		return "";
	if (type->bare)
		return processes || !same_cpu || left_to_full(options, spec, type) ? "" : NULL; // nobody is there to be placed
	if (!(type->joins & (processes ? JOINS_PROCESSES : JOINS_THREADS)))
		return type->apart;
	if (type->spins && same_cpu)
		return "two spinning ends on one CPU only use up each other's time slices";
	if (left_to_full(options, spec, type))
		return "";
	if (spec_axis_bytes(spec, "bytes", &bytes) < 0 || bytes == 0)
		return "a message has at least one byte";
	if (place_parse(spec_get(spec, "place"), &place) == 0 && !place_find(options->topology, place, cpu))
		return "this machine has no CPU pair in that position";
	return NULL;
}

// Rows on one CPU, where a round trip is steady, have a bare loop of the same calls beside them.
static int attach_twins(const struct plan_options *options, struct record *record)
{
	int status = 0;
	for (uint32_t i = 0; i < record->rows_n && status == 0; i++) {
		const struct spec *spec = &record->rows[i].spec;
		if (strcmp(spec->experiment, "latency") != 0 || !spec_axis_is(spec, "place", "same_cpu") ||
		    !spec_axis_is(spec, "bytes", "1"))
			continue;
		struct twin_row twin = {
			.call = spec_get(spec, "channel"), .between = spec_get(spec, "between"), .workers_n = 2, .pin = PIN_SAME};
		status = twin_attach(record, options->topology, (int)i, &twin);
	}
	return status;
}

static int plan(const struct plan_options *options, struct record *record)
{
	int status = axis_product_plan("latency", options, record);
	return status < 0 ? status : attach_twins(options, record);
}

static const struct experiment_axis axes[] = {
	{"channel",
     "null,pipe,socketpair,tcp,mq,eventfd,semaphore,condvar,futex,futex_private,spin,ring_spin,ring_adaptive,ring_park",
     "channels", "how the two talk: `tvp list channels`", check_channel},
	{"bytes", "1,4KiB", "1,64,512,4KiB,16KiB,64KiB", "bytes of a message or of a working set: 1, 4KiB", check_bytes},
	{"place", "places", NULL,
     "position of the two workers' CPUs: same_cpu, smt, same_cache, same_package, other_package", check_place},
	{"between", "threads,processes", NULL, "threads or processes", NULL},
	{0},
};

static const struct experiment_plot plots[] = {
	{"channels", "dots", "channel", "between place", METRIC_wall_ns, DRAW_METRIC, "Round trip", "channel", "round trip",
     NULL},
	{"size", "lines", "bytes", "channel", METRIC_wall_ns, DRAW_METRIC, "Round trip", "bytes of the message, each way",
     "round trip", "channel:null"},
	{0},
};

const struct experiment experiment_latency = {
	.name = "latency",
	.summary = "round trips of a message over every channel",
	.axes = "channel bytes place between",
	.suites = "ipc full",
	.own_axes = axes,
	.figures = "wall_p99_ns wall_p999_ns wall_max_ns cpu_ns",
	.plots = plots,
	.why_not = why_not,
	.plan = plan,
	.visit = {.trial = trial, .visit_ns = 5000000},
};
