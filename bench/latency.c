// `latency`: round trips of a message over every channel. A message and its reply are one operation, never halved. The
// worker answers each message with the same bytes; it and the caller check the number at both ends of the message, and,
// untimed, every byte.
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

// In shared memory, set by the caller before it sends a message.
struct latency_shared {
	_Atomic bool over;   ///< the message is the last
	_Atomic bool verify; ///< every byte of it is checked
};

// Each process has its own copy, because it drops the other process's end of the channel.
struct latency_run {
	struct channel channel;
	size_t bytes;
	struct latency_shared *shared;
};

// What the caller or the worker uses.
struct latency_worker {
	struct latency_run *run;
	struct team *team;
	unsigned char *message;
	unsigned char *reply; ///< in other memory, or a message that never arrived would look right
	uint64_t number;      ///< of the last message
};

static int verify(const struct latency_worker *worker, unsigned char *expected)
{
	const struct latency_run *run = worker->run;
	message_fill(expected, run->bytes, worker->number);
	if (memcmp(expected, worker->reply, run->bytes) == 0)
		return 0;
	return status_say(EBADMSG, "message %llu of %zu bytes was changed by %s", (unsigned long long)worker->number,
	                  run->bytes, run->channel.type->name);
}

static int check_number(const struct latency_worker *worker)
{
	if (message_stamped(worker->reply, worker->run->bytes, worker->number))
		return 0;
	return status_say(EBADMSG, "what arrived over %s is not message %llu", worker->run->channel.type->name,
	                  (unsigned long long)worker->number);
}

static int answer(struct team_member *member)
{
	struct latency_run *run = member->context;
	const struct channel_type *type = run->channel.type;
	unsigned char *buffers = calloc(2, run->bytes);
	struct latency_worker worker = {.run = run, .message = buffers, .reply = buffers};
	int status = buffers ? 0 : status_fail(ENOMEM, "messages of %zu bytes", run->bytes);
	for (bool over = false; status == 0 && !over;) {
		worker.number++;
		status = type->recv(&run->channel, 1, worker.message, run->bytes);
		if (status < 0) {
			status = status_fail(-status, "receiving over %s", type->name);
			break;
		}
		over = atomic_load_explicit(&run->shared->over, memory_order_relaxed); // ordered by the message
		status = check_number(&worker);
		if (status == 0 && atomic_load_explicit(&run->shared->verify, memory_order_relaxed))
			status = verify(&worker, buffers + run->bytes);
		if (status == 0 && (status = type->send(&run->channel, 1, worker.message, run->bytes)) < 0)
			status = status_fail(-status, "answering over %s", type->name);
	}
	free(buffers);
	return status;
}

static int round_trip(void *context)
{
	struct latency_worker *worker = context;
	struct channel *channel = &worker->run->channel;
	size_t bytes = worker->run->bytes;
	message_stamp(worker->message, bytes, ++worker->number);
	int status = channel->type->send(channel, 0, worker->message, bytes);
	if (status == 0)
		status = channel->type->recv(channel, 0, worker->reply, bytes);
	return status < 0 ? status_fail(-status, "a round trip over %s", channel->type->name) : check_number(worker);
}

static int usage(void *context, struct usage *usage)
{
	const struct latency_worker *worker = context;
	return team_usage(worker->team, usage);
}

// Checks every byte of some messages and replies, before and after the timed ones.
static int verified_trips(struct latency_worker *worker)
{
	struct latency_run *run = worker->run;
	unsigned char *expected = malloc(run->bytes);
	int status = expected ? 0 : status_fail(ENOMEM, "a message of %zu bytes", run->bytes);
	atomic_store(&run->shared->verify, true);
	for (int trip = 0; trip < VERIFIED_TRIPS_N && status == 0; trip++) {
		message_fill(worker->message, run->bytes, worker->number + 1);
		status = round_trip(worker);
		if (status == 0)
			status = verify(worker, expected);
	}
	atomic_store(&run->shared->verify, false);
	free(expected);
	return status;
}

static int time_round_trips(struct latency_worker *worker, struct trial *trial)
{
	int status = verified_trips(worker);
	if (status == 0)
		status = trial_run(trial, &(struct operation){worker, round_trip, .usage = worker->team ? usage : NULL});
	if (status == 0)
		status = verified_trips(worker);
	if (status < 0)
		return status; // the runner ends now, and the worker with it
	atomic_store(&worker->run->shared->over, true);
	return round_trip(worker);
}

static void own(struct team_member *member)
{
	struct latency_run *run = member->context;
	channel_own(&run->channel, 1);
}

static void own_caller(void *context)
{
	struct latency_run *run = context;
	channel_own(&run->channel, 0);
}

static int time_with_worker(struct latency_worker *worker, enum between between, const struct placement *placement,
                            struct trial *trial)
{
	struct team_config config = {.between = between,
	                             .members_n = 1,
	                             .placement = placement,
	                             .context = worker->run,
	                             .own = own,
	                             .own_caller = own_caller,
	                             .body = answer,
	                             .spins = worker->run->channel.type->spins || worker->run->channel.type->spins_first};
	int status = team_open(&worker->team, &config, trial);
	if (status < 0)
		return status;
	status = time_round_trips(worker, trial);
	return status < 0 ? team_failed(worker->team, status) : team_close(worker->team);
}

static int time_placed(const struct spec *spec, struct latency_run *run, struct trial *trial)
{
	enum between between;
	enum place place;
	struct placement *placement = NULL;
	struct latency_worker worker = {.run = run, .message = calloc(2, run->bytes)};
	int status =
		worker.message ? team_between(spec, &between) : status_fail(ENOMEM, "messages of %zu bytes", run->bytes);
	if (status == 0) // over a bare channel nothing arrives
		worker.reply = run->channel.type->bare ? worker.message : worker.message + run->bytes;
	if (status == 0)
		status = place_parse(spec_get(spec, "place"), &place);
	if (status == 0)
		status = place_plan(trial->topology, place, &placement);
	if (status == 0 && run->channel.type->bare)
		status = placement_apply(placement, 0) < 0 ? -EXDEV : time_round_trips(&worker, trial);
	else if (status == 0)
		status = time_with_worker(&worker, between, placement, trial);
	placement_free(placement);
	free(worker.message);
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
	struct latency_run run = {.bytes = bytes, .shared = shared_map(sizeof *run.shared)};
	if (!run.shared)
		return -ENOMEM;
	status = channel_open(&run.channel, type, bytes);
	run.channel.never_abandoned = true; // where an end dies, the team ends the runner
	if (status == 0) {
		status = time_placed(spec, &run, trial);
		type->close(&run.channel);
	}
	munmap(run.shared, sizeof *run.shared);
	return status;
}

// Rows left out of the quick set: second sizes that show nothing new, and on one CPU channels whose ends spin before
// they park.
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
		// There is no second worker to place.
		return processes || !same_cpu || left_to_full(options, spec, type) ? "" : NULL;
	if (!(type->joins & (processes ? JOINS_PROCESSES : JOINS_THREADS)))
		return type->apart;
	if (type->spins && same_cpu)
		return "two spinning ends on one CPU only use up each other's time slices";
	if (left_to_full(options, spec, type))
		return "";
	if (spec_axis_bytes(spec, "bytes", &bytes) < 0 || bytes == 0)
		return "a message of latency has at least one byte";
	if (place_parse(spec_get(spec, "place"), &place) == 0 && !place_find(options->topology, place, cpu))
		return "this machine has no CPU pair in that position";
	return NULL;
}

// Rows on one CPU, where the times of round trips vary little, get a twin: a bare loop of the same calls.
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
     "channels", "channel between the two workers: see `tvp list channels`", check_channel},
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
	.suites = "ipc full",
	.own_axes = axes,
	.figures = "wall_p99_ns wall_p999_ns wall_max_ns cpu_ns",
	.plots = plots,
	.why_not = why_not,
	.plan = plan,
	.visit = {.trial = trial, .visit_ns = 5000000},
};
