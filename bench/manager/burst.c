// Bursts of appends to the two kinds of list: one that only the server accesses and the workers send messages for, and
// one that the workers lock. After each burst every entry of the list is checked.
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/status.h"
#include "bench/manager/manager.h"
#include "bench/team/turn_counts.h"

enum { SERVED_N = 24, LOCKED_N = 8192 }; // appends of one worker in a burst
enum { NUMBER_BITS = 48, POLL_TRIAL_MS = 100 };

// In shared memory.
struct manager_shared {
	_Alignas(128) pthread_mutex_t mutex;
	uint64_t length; ///< of the list without a server
	uint64_t *entry; ///< of that list, in shared memory, too
	/// The workers', then the server's, of which only the CPU time counts.
	_Alignas(128) struct turn_counts counts[MANAGER_WORKERS_MOST + 1];
};

struct manager_run {
	const struct channel_type *type; ///< NULL: no server
	/// One per worker; end 0 is the server's. Every process keeps both ends of all, so that a death is reported as such
	/// and not as a broken channel of another process.
	struct channel channel[MANAGER_WORKERS_MOST];
	unsigned workers_n, opened_n;
	uint64_t burst_n;  ///< appends of each worker in a burst
	uint64_t bursts_n; ///< checked so far, without a server
	struct manager_shared *shared;
	size_t entries_bytes;
	struct team *team;
};

// All entries of a burst must be there exactly once, those of one worker in order.
static int check_list(const struct manager_run *run, const uint64_t *entry, uint64_t length, uint64_t burst)
{
	uint64_t next[MANAGER_WORKERS_MOST], all_n = run->burst_n * run->workers_n;
	for (unsigned i = 0; i < run->workers_n; i++)
		next[i] = burst * run->burst_n;
	if (length != all_n)
		return status_say(EBADMSG, "the list has %llu entries after %llu appends", (unsigned long long)length,
		                  (unsigned long long)all_n);
	for (uint64_t i = 0; i < length; i++) {
		uint64_t worker = entry[i] >> NUMBER_BITS;
		if (worker >= run->workers_n || (entry[i] & ((1ull << NUMBER_BITS) - 1)) != next[worker]++)
			return status_say(EBADMSG, "entry %llu of the list is not what was appended", (unsigned long long)i);
	}
	return 0;
}

// Receive one request and answer with the length of the list.
static int serve_one(struct channel *channel, uint64_t *entry, uint64_t *length)
{
	int status = channel->type->recv(channel, 0, &entry[*length], sizeof *entry);
	if (status == 0) {
		++*length;
		status = channel->type->send(channel, 0, length, sizeof *length);
	}
	return status < 0 ? status_fail(-status, "serving over %s", channel->type->name) : 0;
}

static int serve_burst(struct manager_run *run, struct pollfd *polled, uint64_t *entry, uint64_t *length)
{
	uint64_t all_n = run->burst_n * run->workers_n;
	int status = 0;
	for (*length = 0; *length < all_n && status == 0;) {
		if (poll(polled, run->workers_n, -1) < 0) {
			if (errno == EINTR)
				continue; // revents are undefined then
			return status_fail(errno, "poll");
		}
		for (unsigned i = 0; i < run->workers_n && status == 0; i++)
			if (polled[i].revents && *length < all_n)
				status = serve_one(&run->channel[i], entry, length);
	}
	return status;
}

static int serve(struct team_member *member)
{
	struct manager_run *run = member->context;
	struct turn_counts *counts = &run->shared->counts[run->workers_n];
	struct pollfd polled[MANAGER_WORKERS_MOST];
	uint64_t *entry = calloc(run->burst_n * run->workers_n, sizeof *entry), length;
	int status = entry ? 0 : status_fail(ENOMEM, "a list");
	for (unsigned i = 0; i < run->workers_n; i++)
		polled[i] = (struct pollfd){.fd = run->channel[i].fd[0][0], .events = POLLIN};
	for (uint64_t burst = 0; status == 0 && team_turn_next(member); burst++) {
		turn_counts_begin(counts);
		status = serve_burst(run, polled, entry, &length);
		turn_counts_end(counts);
		if (status == 0)
			status = check_list(run, entry, length, burst);
	}
	free(entry);
	return status;
}

static int append_by_message(struct channel *channel, uint64_t value, uint64_t *length)
{
	uint64_t answer;
	int status = channel->type->send(channel, 1, &value, sizeof value);
	if (status == 0)
		status = channel->type->recv(channel, 1, &answer, sizeof answer);
	if (status < 0)
		return status_fail(-status, "appending over %s", channel->type->name);
	if (answer <= *length)
		return status_say(EBADMSG, "the list did not become longer by an append");
	*length = answer;
	return 0;
}

static int append_locked(struct manager_shared *shared, uint64_t value)
{
	int error = pthread_mutex_lock(&shared->mutex);
	shared->entry[shared->length++] = value;
	error |= pthread_mutex_unlock(&shared->mutex);
	return error ? status_fail(error, "a mutex") : 0;
}

static int append_bursts(struct team_member *member, unsigned worker)
{
	struct manager_run *run = member->context;
	struct turn_counts *counts = &run->shared->counts[worker];
	uint64_t value = (uint64_t)worker << NUMBER_BITS;
	int status = 0;
	while (status == 0 && team_turn_next(member)) {
		uint64_t length = 0;
		turn_counts_begin(counts);
		if (run->type)
			for (uint64_t i = 0; i < run->burst_n && status == 0; i++)
				status = append_by_message(&run->channel[worker], value++, &length);
		else
			for (uint64_t i = 0; i < run->burst_n && status == 0; i++)
				status = append_locked(run->shared, value++);
		turn_counts_end(counts);
		counts->operations_n = run->burst_n;
	}
	return status;
}

// Member 0 is the server, where there is one.
static int member_body(struct team_member *member)
{
	const struct manager_run *run = member->context;
	if (run->type && member->index == 0)
		return serve(member);
	return append_bursts(member, member->index - (run->type ? 1 : 0));
}

static int burst(void *context)
{
	struct manager_run *run = context;
	struct manager_shared *shared = run->shared;
	shared->length = 0;
	team_turn_run(run->team);
	return run->type ? 0 : check_list(run, shared->entry, shared->length, run->bursts_n++);
}

// Own clock: took_ns() returns first begin to last end, because wake-ups and the check of the list do not count.
static uint64_t took_ns(void *context)
{
	const struct manager_run *run = context;
	return turn_counts_took_ns(run->shared->counts, run->workers_n);
}

static uint64_t operations_n(void *context)
{
	const struct manager_run *run = context;
	return turn_counts_operations_n(run->shared->counts, run->workers_n);
}

static int usage(void *context, struct usage *usage)
{
	const struct manager_run *run = context;
	int status = team_usage(run->team, usage);
	usage->cpu_ns = turn_counts_cpu_ns(run->shared->counts, run->workers_n + 1);
	usage->other_cpu_ns = 0;
	return status;
}

// Not every channel's descriptor becomes readable as soon as there is a message: tried on a channel of its own.
static int check_poll(const struct channel_type *type)
{
	struct channel channel;
	uint64_t message = 1;
	int status = channel_open(&channel, type, sizeof message), ready_n = 0;
	if (status < 0)
		return status;
	struct pollfd polled = {.fd = channel.fd[0][0], .events = POLLIN};
	if (polled.fd >= 0)
		status = type->send(&channel, 1, &message, sizeof message);
	if (polled.fd >= 0 && status == 0)
		ready_n = poll(&polled, 1, POLL_TRIAL_MS);
	type->close(&channel);
	if (status < 0)
		return status_fail(-status, "sending over %s", type->name);
	if (ready_n == 1)
		return 0;
	return status_say(ENOTSUP,
	                  "a server waits for all its clients with poll(), which does not report the messages of %s",
	                  type->name);
}

static int channels_open(struct manager_run *run)
{
	int status = run->type ? check_poll(run->type) : 0;
	for (; run->type && run->opened_n < run->workers_n && status == 0; run->opened_n += status == 0)
		status = channel_open(&run->channel[run->opened_n], run->type, sizeof(uint64_t));
	return status;
}

static int shared_open(struct manager_run *run)
{
	pthread_mutexattr_t attributes;
	run->entries_bytes = run->burst_n * run->workers_n * sizeof *run->shared->entry;
	run->shared = shared_map(sizeof *run->shared);
	if (!run->shared || !(run->shared->entry = shared_map(run->entries_bytes)))
		return -ENOMEM;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	int error = pthread_mutex_init(&run->shared->mutex, &attributes);
	pthread_mutexattr_destroy(&attributes);
	return error ? status_fail(error, "a mutex") : 0;
}

static void run_close(struct manager_run *run)
{
	for (unsigned i = 0; i < run->opened_n; i++)
		run->type->close(&run->channel[i]);
	pthread_mutex_destroy(&run->shared->mutex);
	munmap(run->shared->entry, run->entries_bytes);
	munmap(run->shared, sizeof *run->shared);
}

static int time_bursts(struct manager_run *run, enum between between, const struct placement *placement,
                       struct trial *trial)
{
	struct team_config config = {.between = between,
	                             .members_n = run->workers_n + (run->type ? 1 : 0),
	                             .placement = placement,
	                             .caller_apart = true,
	                             .context = run,
	                             .body = member_body};
	struct operation operation = {run, burst, .took_ns = took_ns, .operations_n = operations_n, .usage = usage};
	int status = team_open(&run->team, &config, trial);
	if (status == 0)
		status = trial_run(trial, &operation);
	return status < 0 ? status : team_close(run->team); // after a failure the runner ends, and the workers with it
}

int manager_trial(const struct channel_type *type, unsigned workers_n, enum between between,
                  const struct placement *placement, struct trial *trial)
{
	struct manager_run run = {.type = type, .workers_n = workers_n, .burst_n = type ? SERVED_N : LOCKED_N};
	int status = shared_open(&run);
	if (status == 0)
		status = channels_open(&run);
	if (status == 0)
		status = time_bursts(&run, between, placement, trial);
	if (status == 0)
		run_close(&run); // after a failure workers may still use the memory; the runner ends
	return status;
}
