// The two lists: one that its server alone can touch and everybody else asks for, one that everybody locks. After each
// burst the list is checked, entry by entry.
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/status.h"
#include "bench/manager/manager.h"
#include "bench/team/turn_counts.h"

enum { NUMBER_BITS = 48, ASKED_N = 24, LOCKED_N = 8192 }; // appends of one worker in a burst
enum { POLLED_MS = 100 };

// In shared memory.
struct office {
	_Alignas(128) pthread_mutex_t mutex;
	uint64_t length; ///< of the list under the mutex
	uint64_t *entry; ///< its entries, in shared memory
	_Alignas(128) struct turn_counts
		counts[MANAGER_WORKERS_MOST + 1]; ///< the workers', then the server's, of its CPU time only
};

struct firm {
	const struct channel_type *type; ///< NULL: no server
	/// One per worker: end 0 the server's. Every process keeps both ends of all: one that dies is to be named by its
	/// death, not by the others' broken channels.
	struct channel channel[MANAGER_WORKERS_MOST];
	unsigned workers_n, opened_n;
	uint64_t burst_n; ///< appends of each worker in a burst
	uint64_t bursts_n;
	struct office *office;
	size_t entries_bytes;
	struct team *team;
};

// The workers' entries, each one's in order, none missing and none twice.
static int check_list(const struct firm *firm, const uint64_t *entry, uint64_t length, uint64_t burst)
{
	uint64_t next[MANAGER_WORKERS_MOST], all_n = firm->burst_n * firm->workers_n;
	for (unsigned i = 0; i < firm->workers_n; i++)
		next[i] = burst * firm->burst_n;
	if (length != all_n)
		return status_say(EBADMSG, "the list has %llu entries after %llu appends", (unsigned long long)length,
		                  (unsigned long long)all_n);
	for (uint64_t i = 0; i < length; i++) {
		uint64_t worker = entry[i] >> NUMBER_BITS;
		if (worker >= firm->workers_n || (entry[i] & ((1ull << NUMBER_BITS) - 1)) != next[worker]++)
			return status_say(EBADMSG, "entry %llu of the list is not what was appended", (unsigned long long)i);
	}
	return 0;
}

// One request there is taken, whole, and answered with the length.
static int serve_one(struct channel *channel, uint64_t *entry, uint64_t *length)
{
	int status = channel->type->recv(channel, 0, &entry[*length], sizeof *entry);
	if (status == 0) {
		++*length;
		status = channel->type->send(channel, 0, length, sizeof *length);
	}
	return status < 0 ? status_fail(-status, "serving over %s", channel->type->name) : 0;
}

static int serve_burst(struct firm *firm, struct pollfd *polled, uint64_t *entry, uint64_t *length)
{
	uint64_t all_n = firm->burst_n * firm->workers_n;
	int status = 0;
	for (*length = 0; *length < all_n && status == 0;) {
		if (poll(polled, firm->workers_n, -1) < 0) {
			if (errno == EINTR)
				continue; // what it said of the channels counts for nothing then
			return status_fail(errno, "poll");
		}
		for (unsigned i = 0; i < firm->workers_n && status == 0; i++)
			if (polled[i].revents && *length < all_n)
				status = serve_one(&firm->channel[i], entry, length);
	}
	return status;
}

static int serve(struct team_member *member)
{
	struct firm *firm = member->context;
	struct turn_counts *counts = &firm->office->counts[firm->workers_n];
	struct pollfd polled[MANAGER_WORKERS_MOST];
	uint64_t *entry = calloc(firm->burst_n * firm->workers_n, sizeof *entry), length;
	int status = entry ? 0 : status_fail(ENOMEM, "a list");
	for (unsigned i = 0; i < firm->workers_n; i++)
		polled[i] = (struct pollfd){.fd = firm->channel[i].fd[0][0], .events = POLLIN};
	for (uint64_t burst = 0; status == 0 && team_turn_next(member); burst++) {
		turn_counts_begin(counts);
		status = serve_burst(firm, polled, entry, &length);
		turn_counts_end(counts);
		if (status == 0)
			status = check_list(firm, entry, length, burst);
	}
	free(entry);
	return status;
}

static int ask(struct channel *channel, uint64_t value, uint64_t *length)
{
	uint64_t answer;
	int status = channel->type->send(channel, 1, &value, sizeof value);
	if (status == 0)
		status = channel->type->recv(channel, 1, &answer, sizeof answer);
	if (status < 0)
		return status_fail(-status, "asking over %s", channel->type->name);
	if (answer <= *length)
		return status_say(EBADMSG, "the list did not grow by an append");
	*length = answer;
	return 0;
}

static int append(struct office *office, uint64_t value)
{
	int error = pthread_mutex_lock(&office->mutex);
	office->entry[office->length++] = value;
	error |= pthread_mutex_unlock(&office->mutex);
	return error ? status_fail(error, "a mutex") : 0;
}

static int work(struct team_member *member, unsigned worker)
{
	struct firm *firm = member->context;
	struct turn_counts *counts = &firm->office->counts[worker];
	uint64_t value = (uint64_t)worker << NUMBER_BITS;
	int status = 0;
	while (status == 0 && team_turn_next(member)) {
		uint64_t length = 0;
		turn_counts_begin(counts);
		if (firm->type)
			for (uint64_t i = 0; i < firm->burst_n && status == 0; i++)
				status = ask(&firm->channel[worker], value++, &length);
		else
			for (uint64_t i = 0; i < firm->burst_n && status == 0; i++)
				status = append(firm->office, value++);
		turn_counts_end(counts);
		counts->operations_n = firm->burst_n;
	}
	return status;
}

// The first is the server, where there is one.
static int body(struct team_member *member)
{
	const struct firm *firm = member->context;
	if (firm->type && member->index == 0)
		return serve(member);
	return work(member, member->index - (firm->type ? 1 : 0));
}

static int burst(void *context)
{
	struct firm *firm = context;
	struct office *office = firm->office;
	office->length = 0;
	team_turn_run(firm->team);
	return firm->type ? 0 : check_list(firm, office->entry, office->length, firm->bursts_n++);
}

static uint64_t took_ns(void *context)
{
	const struct firm *firm = context;
	return turn_counts_took_ns(firm->office->counts, firm->workers_n);
}

static uint64_t operations_n(void *context)
{
	const struct firm *firm = context;
	return turn_counts_operations_n(firm->office->counts, firm->workers_n);
}

static int usage(void *context, struct usage *usage)
{
	const struct firm *firm = context;
	int status = team_usage(firm->team, usage);
	usage->cpu_ns = turn_counts_cpu_ns(firm->office->counts, firm->workers_n + 1);
	usage->other_cpu_ns = 0;
	return status;
}

// Not every descriptor of a channel is readable as soon as a message is there: tried on a channel that nobody else has.
static int polled_check(const struct channel_type *type)
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
		ready_n = poll(&polled, 1, POLLED_MS);
	type->close(&channel);
	if (status < 0)
		return status_fail(-status, "sending over %s", type->name);
	if (ready_n == 1)
		return 0;
	return status_say(
		ENOTSUP, "a server waits for all its clients with poll(), which cannot tell when %s has a message", type->name);
}

static int channels_open(struct firm *firm)
{
	int status = firm->type ? polled_check(firm->type) : 0;
	for (; firm->type && firm->opened_n < firm->workers_n && status == 0; firm->opened_n += status == 0)
		status = channel_open(&firm->channel[firm->opened_n], firm->type, sizeof(uint64_t));
	return status;
}

static int office_open(struct firm *firm)
{
	pthread_mutexattr_t attributes;
	firm->entries_bytes = firm->burst_n * firm->workers_n * sizeof *firm->office->entry;
	firm->office = shared_map(sizeof *firm->office);
	if (!firm->office || !(firm->office->entry = shared_map(firm->entries_bytes)))
		return -ENOMEM;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	int error = pthread_mutex_init(&firm->office->mutex, &attributes);
	pthread_mutexattr_destroy(&attributes);
	return error ? status_fail(error, "a mutex") : 0;
}

static void firm_close(struct firm *firm)
{
	for (unsigned i = 0; i < firm->opened_n; i++)
		firm->type->close(&firm->channel[i]);
	pthread_mutex_destroy(&firm->office->mutex);
	munmap(firm->office->entry, firm->entries_bytes);
	munmap(firm->office, sizeof *firm->office);
}

static int firm_run(struct firm *firm, enum between between, const struct placement *placement, struct trial *trial)
{
	struct team_config config = {.between = between,
	                             .members_n = firm->workers_n + (firm->type ? 1 : 0),
	                             .placement = placement,
	                             .caller_apart = true,
	                             .context = firm,
	                             .body = body};
	struct operation operation = {firm, burst, .took_ns = took_ns, .operations_n = operations_n, .usage = usage};
	int status = team_open(&firm->team, &config, trial);
	if (status == 0)
		status = trial_run(trial, &operation);
	return status < 0 ? status : team_close(firm->team); // else the runner ends now, and the workers with it
}

int manager_trial(const struct channel_type *type, unsigned workers_n, enum between between,
                  const struct placement *placement, struct trial *trial)
{
	struct firm firm = {.type = type, .workers_n = workers_n, .burst_n = type ? ASKED_N : LOCKED_N};
	int status = office_open(&firm);
	if (status == 0)
		status = channels_open(&firm);
	if (status == 0)
		status = firm_run(&firm, between, placement, trial);
	if (status == 0)
		firm_close(&firm); // else workers may still use it all; the runner ends now
	return status;
}
