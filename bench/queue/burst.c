// Bursts of items through one queue: all producers put items in, all consumers take them out. Every item holds its
// producer and number; after each burst each item must have been taken exactly once, in its producer's order.
#include "bench/queue/queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/status.h"
#include "bench/team/message.h"
#include "bench/team/team.h"
#include "bench/team/turn_counts.h"

enum { NUMBER_BITS = 48, PIPE_HOLDS_BYTES = 65536 };
enum { BURST_ITEMS_N = 2048, BURST_LARGE_ITEMS_N = 512, LARGE_BYTES = 1024, VERIFIED_ITEMS_N = 100 };

// The tag of the item that tells a consumer that a burst is over.
static const uint64_t end_tag = UINT64_MAX;

// In shared memory.
struct queue_shared {
	_Alignas(128) _Atomic uint32_t producing_n; ///< producers that have not put their last item
	_Alignas(128) uint32_t items_n;             ///< of this burst
	bool verify;                                ///< check every byte
	struct turn_counts counts[];                ///< producers, then consumers
};

struct queue_run {
	struct queue queue;
	unsigned producers_n, consumers_n;
	struct queue_shared *shared;
	size_t shared_bytes;
	uint64_t *log; ///< in shared memory: BURST_ITEMS_N tags per consumer, in the order in which it took the items
	size_t log_bytes;
	bool *seen;     ///< per item of the burst
	uint64_t first; ///< number of each producer's first item in this burst
	struct team *team;
};

static uint64_t tag_of(unsigned producer, uint64_t number)
{
	return (uint64_t)producer << NUMBER_BITS | number;
}

// How many of the burst's items a producer puts: the first ones put one more where the number does not divide.
static uint32_t share_of(const struct queue_run *run, unsigned producer)
{
	uint32_t items_n = run->shared->items_n;
	return items_n / run->producers_n + (producer < items_n % run->producers_n);
}

static int put(struct queue_run *run, unsigned char *item, uint64_t tag)
{
	struct queue *queue = &run->queue;
	if (run->shared->verify)
		message_fill(item, queue->item_bytes, tag);
	else
		message_stamp(item, queue->item_bytes, tag);
	int status = queue->type->put(queue, item);
	return status < 0 ? status_fail(-status, "putting into a %s", queue->type->name) : 0;
}

static int produce(struct queue_run *run, unsigned producer, uint64_t first, unsigned char *item)
{
	struct turn_counts *counts = &run->shared->counts[producer];
	uint32_t share_n = share_of(run, producer);
	int status = 0;
	turn_counts_begin(counts);
	for (uint32_t i = 0; i < share_n && status == 0; i++)
		status = put(run, item, tag_of(producer, first + i));
	// Acquire and release: the producer that counts down last puts the end tags after all items, whose puts came before
	// the other producers counted down.
	if (status == 0 && atomic_fetch_sub_explicit(&run->shared->producing_n, 1, memory_order_acq_rel) == 1)
		for (unsigned i = 0; i < run->consumers_n && status == 0; i++)
			status = put(run, item, end_tag);
	turn_counts_end(counts);
	counts->operations_n = share_n;
	return status;
}

static int check_item(const struct queue_run *run, const unsigned char *item, uint64_t tag, unsigned char *expected)
{
	size_t bytes = run->queue.item_bytes;
	if (!message_stamped(item, bytes, tag))
		return status_say(EBADMSG, "an item's first and last bytes differ after the %s", run->queue.type->name);
	if (!run->shared->verify)
		return 0;
	message_fill(expected, bytes, tag);
	if (memcmp(expected, item, bytes) == 0)
		return 0;
	return status_say(EBADMSG, "an item was changed by the %s", run->queue.type->name);
}

static int consume(struct queue_run *run, unsigned consumer, unsigned char *item)
{
	struct queue *queue = &run->queue;
	struct turn_counts *counts = &run->shared->counts[run->producers_n + consumer];
	uint64_t *log = run->log + (size_t)consumer * BURST_ITEMS_N, tag, taken_n = 0;
	turn_counts_begin(counts);
	for (;; taken_n++) {
		int status = queue->type->take(queue, item);
		if (status < 0)
			return status_fail(-status, "taking from a %s", queue->type->name);
		if (taken_n == 0)
			counts->begin_ns = clock_now_ns(); // before that it waited, which counts only as CPU time where it spun
		memcpy(&tag, item, sizeof tag);
		status = check_item(run, item, tag, item + queue->item_bytes);
		if (status < 0)
			return status;
		if (tag == end_tag)
			break;
		if (taken_n == run->shared->items_n)
			return status_say(EBADMSG, "the %s gave more items than were put in", queue->type->name);
		log[taken_n] = tag;
	}
	turn_counts_end(counts);
	counts->operations_n = taken_n;
	return 0;
}

static int member_body(struct team_member *member)
{
	struct queue_run *run = member->context;
	unsigned char *item = calloc(2, run->queue.item_bytes); // the item, and one to compare it with
	uint64_t number = 0;
	int status = item ? 0 : status_fail(ENOMEM, "an item of %zu bytes", run->queue.item_bytes);
	while (status == 0 && team_turn_next(member)) {
		if (member->index >= run->producers_n) {
			status = consume(run, member->index - run->producers_n, item);
			continue;
		}
		status = produce(run, member->index, number, item);
		number += share_of(run, 0); // the same for all producers: the largest share
	}
	free(item);
	return status;
}

// One consumer's items must be of existing producers, of this burst, not seen before, and in each producer's order.
static int check_log(struct queue_run *run, unsigned consumer, uint64_t taken_n)
{
	const uint64_t *log = run->log + (size_t)consumer * BURST_ITEMS_N;
	uint64_t next[QUEUE_WORKERS_MOST] = {0};
	uint32_t most_n = share_of(run, 0);
	for (uint64_t i = 0; i < taken_n; i++) {
		uint64_t producer = log[i] >> NUMBER_BITS, number = (log[i] & ((1ull << NUMBER_BITS) - 1)) - run->first;
		if (producer >= run->producers_n || number >= share_of(run, (unsigned)producer))
			return status_say(EBADMSG, "an item that was not put in this burst came out of the %s",
			                  run->queue.type->name);
		bool *seen = &run->seen[producer * most_n + number];
		if (*seen)
			return status_say(EBADMSG, "an item came out of the %s twice", run->queue.type->name);
		if (number < next[producer])
			return status_say(EBADMSG, "items of one producer changed their order in the %s", run->queue.type->name);
		*seen = true;
		next[producer] = number + 1;
	}
	return 0;
}

static int check_burst(struct queue_run *run)
{
	const struct queue_shared *shared = run->shared;
	uint64_t taken_n = turn_counts_operations_n(shared->counts + run->producers_n, run->consumers_n);
	int status = 0;
	memset(run->seen, 0, ((size_t)shared->items_n + run->producers_n) * sizeof *run->seen);
	for (unsigned i = 0; i < run->consumers_n && status == 0; i++)
		status = check_log(run, i, shared->counts[run->producers_n + i].operations_n);
	if (status == 0 && taken_n != shared->items_n)
		status = status_say(EBADMSG, "%llu of %u items came out of the %s", (unsigned long long)taken_n,
		                    shared->items_n, run->queue.type->name);
	run->first += share_of(run, 0);
	return status;
}

static int burst(void *context)
{
	struct queue_run *run = context;
	atomic_store_explicit(&run->shared->producing_n, run->producers_n,
	                      memory_order_relaxed); // ordered by the turn
	team_turn_run(run->team);
	return check_burst(run);
}

// Own clock: took_ns() returns first begin to last end, because wake-ups and the check of the items do not count.
static uint64_t took_ns(void *context)
{
	const struct queue_run *run = context;
	return turn_counts_took_ns(run->shared->counts, run->producers_n + run->consumers_n);
}

static uint64_t items_n(void *context)
{
	return ((const struct queue_run *)context)->shared->items_n;
}

static int usage(void *context, struct usage *usage)
{
	const struct queue_run *run = context;
	int status = team_usage(run->team, usage);
	usage->cpu_ns = turn_counts_cpu_ns(run->shared->counts, run->producers_n + run->consumers_n);
	usage->other_cpu_ns = 0;
	return status;
}

static int verified_burst(struct queue_run *run)
{
	struct queue_shared *shared = run->shared;
	uint32_t items_n = shared->items_n;
	shared->verify = true;
	shared->items_n = VERIFIED_ITEMS_N;
	int status = burst(run);
	shared->verify = false;
	shared->items_n = items_n;
	return status;
}

static int time_bursts(struct queue_run *run, enum between between, const struct placement *placement,
                       struct trial *trial)
{
	struct team_config config = {.between = between,
	                             .members_n = run->producers_n + run->consumers_n,
	                             .placement = placement,
	                             .caller_apart = true,
	                             .context = run,
	                             .body = member_body};
	struct operation operation = {run, burst, .took_ns = took_ns, .operations_n = items_n, .usage = usage};
	int status = team_open(&run->team, &config, trial);
	if (status == 0)
		status = verified_burst(run);
	if (status == 0)
		status = trial_run(trial, &operation);
	if (status == 0)
		status = verified_burst(run);
	return status < 0 ? status : team_close(run->team); // after a failure the runner ends, and the workers with it
}

static int run_open(struct queue_run *run, const struct queue_type *type, size_t item_bytes,
                    const struct placement *placement)
{
	unsigned members_n = run->producers_n + run->consumers_n;
	size_t holds_n = PIPE_HOLDS_BYTES / item_bytes;
	// With more workers than CPUs a spinning worker only delays the others.
	enum wait wait = members_n > placement_cpus_n(placement) ? WAIT_PARK : WAIT_ADAPTIVE;
	run->shared_bytes = sizeof *run->shared + members_n * sizeof run->shared->counts[0];
	run->log_bytes = (size_t)run->consumers_n * BURST_ITEMS_N * sizeof *run->log;
	run->shared = shared_map(run->shared_bytes);
	run->log = shared_map(run->log_bytes);
	run->seen = calloc(BURST_ITEMS_N + QUEUE_WORKERS_MOST, sizeof *run->seen);
	if (!run->shared || !run->log || !run->seen)
		return status_fail(ENOMEM, "a queue of %u workers", members_n);
	run->shared->items_n = item_bytes < LARGE_BYTES ? BURST_ITEMS_N : BURST_LARGE_ITEMS_N;
	return queue_open(&run->queue, type, item_bytes, holds_n < 2 ? 2 : (unsigned)holds_n, wait);
}

int queue_trial(const struct queue_type *type, const struct queue_workers *workers, const struct placement *placement,
                struct trial *trial)
{
	struct queue_run run = {.producers_n = workers->producers_n, .consumers_n = workers->consumers_n};
	int status = run_open(&run, type, workers->item_bytes, placement);
	if (status == 0) {
		status = time_bursts(&run, workers->between, placement, trial);
		if (status == 0)
			type->close(&run.queue);
	}
	if (status < 0)
		return status; // the workers may still use the memory; the runner ends now
	free(run.seen);
	munmap(run.log, run.log_bytes);
	munmap(run.shared, run.shared_bytes);
	return 0;
}
