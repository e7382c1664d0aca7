// Producers and consumers at one queue: a burst of items put in by all producers and taken out by all consumers. Every
// item carries its producer and number; after each burst each must have been taken exactly once, in its producer's
// order.
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

// The tag of what tells a consumer that a burst is over.
static const uint64_t over_tag = UINT64_MAX;

// In shared memory.
struct plant {
	_Alignas(128) _Atomic uint32_t producing_n; ///< producers that have not put their last item
	_Alignas(128) uint32_t items_n;             ///< of this burst
	bool verify;                                ///< every byte
	struct turn_counts counts[];                ///< producers, then consumers
};

struct factory {
	struct queue queue;
	unsigned producers_n, consumers_n;
	struct plant *plant;
	size_t plant_bytes;
	uint64_t *log; ///< in shared memory: BURST_ITEMS_N tags per consumer, in the order they came
	size_t log_bytes;
	bool *seen;     ///< of the burst's items
	uint64_t first; ///< number of each producer's first item in this burst
	struct team *team;
};

static uint64_t tag_of(unsigned producer, uint64_t number)
{
	return (uint64_t)producer << NUMBER_BITS | number;
}

// Which of the burst's items a producer puts: the remainder goes to the first ones.
static uint32_t share_of(const struct factory *factory, unsigned producer)
{
	uint32_t items_n = factory->plant->items_n;
	return items_n / factory->producers_n + (producer < items_n % factory->producers_n);
}

static int put(struct factory *factory, unsigned char *item, uint64_t tag)
{
	struct queue *queue = &factory->queue;
	if (factory->plant->verify)
		message_fill(item, queue->item_bytes, tag);
	else
		message_stamp(item, queue->item_bytes, tag);
	int status = queue->type->put(queue, item);
	return status < 0 ? status_fail(-status, "putting into a %s", queue->type->name) : 0;
}

static int produce(struct factory *factory, unsigned producer, uint64_t first, unsigned char *item)
{
	struct turn_counts *counts = &factory->plant->counts[producer];
	uint32_t share_n = share_of(factory, producer);
	int status = 0;
	turn_counts_begin(counts);
	for (uint32_t i = 0; i < share_n && status == 0; i++)
		status = put(factory, item, tag_of(producer, first + i));
	// Acquire and release: the last one's words stand behind all items, whose puts came before the others' counting
	// down.
	if (status == 0 && atomic_fetch_sub_explicit(&factory->plant->producing_n, 1, memory_order_acq_rel) == 1)
		for (unsigned i = 0; i < factory->consumers_n && status == 0; i++)
			status = put(factory, item, over_tag);
	turn_counts_end(counts);
	counts->operations_n = share_n;
	return status;
}

static int check(const struct factory *factory, const unsigned char *item, uint64_t tag, unsigned char *wanted)
{
	size_t bytes = factory->queue.item_bytes;
	if (!message_stamped(item, bytes, tag))
		return status_say(EBADMSG, "an item's two ends differ after the %s", factory->queue.type->name);
	if (!factory->plant->verify)
		return 0;
	message_fill(wanted, bytes, tag);
	if (memcmp(wanted, item, bytes) == 0)
		return 0;
	return status_say(EBADMSG, "an item was changed by the %s", factory->queue.type->name);
}

static int consume(struct factory *factory, unsigned consumer, unsigned char *item)
{
	struct queue *queue = &factory->queue;
	struct turn_counts *counts = &factory->plant->counts[factory->producers_n + consumer];
	uint64_t *log = factory->log + (size_t)consumer * BURST_ITEMS_N, tag, taken_n = 0;
	turn_counts_begin(counts);
	for (;; taken_n++) {
		int status = queue->type->take(queue, item);
		if (status < 0)
			return status_fail(-status, "taking from a %s", queue->type->name);
		if (taken_n == 0)
			counts->begin_ns = clock_now_ns(); // until then it waited, and paid for it where it spun
		memcpy(&tag, item, sizeof tag);
		status = check(factory, item, tag, item + queue->item_bytes);
		if (status < 0)
			return status;
		if (tag == over_tag)
			break;
		if (taken_n == factory->plant->items_n)
			return status_say(EBADMSG, "the %s gave more items than were put in", queue->type->name);
		log[taken_n] = tag;
	}
	turn_counts_end(counts);
	counts->operations_n = taken_n;
	return 0;
}

static int body(struct team_member *member)
{
	struct factory *factory = member->context;
	unsigned char *item = calloc(2, factory->queue.item_bytes); // and one to compare with
	uint64_t number = 0;
	int status = item ? 0 : status_fail(ENOMEM, "an item of %zu bytes", factory->queue.item_bytes);
	while (status == 0 && team_turn_next(member)) {
		if (member->index >= factory->producers_n) {
			status = consume(factory, member->index - factory->producers_n, item);
			continue;
		}
		status = produce(factory, member->index, number, item);
		number += share_of(factory, 0); // all count alike, by the largest share
	}
	free(item);
	return status;
}

// One consumer's items: of producers that exist, of this burst, not seen before, each producer's in order.
static int check_log(struct factory *factory, unsigned consumer, uint64_t taken_n)
{
	const uint64_t *log = factory->log + (size_t)consumer * BURST_ITEMS_N;
	uint64_t next[QUEUE_SIDE_MOST] = {0};
	uint32_t most_n = share_of(factory, 0);
	for (uint64_t i = 0; i < taken_n; i++) {
		uint64_t producer = log[i] >> NUMBER_BITS, number = (log[i] & ((1ull << NUMBER_BITS) - 1)) - factory->first;
		if (producer >= factory->producers_n || number >= share_of(factory, (unsigned)producer))
			return status_say(EBADMSG, "an item that nobody put in this burst came out of the %s",
			                  factory->queue.type->name);
		bool *seen = &factory->seen[producer * most_n + number];
		if (*seen)
			return status_say(EBADMSG, "an item came out of the %s twice", factory->queue.type->name);
		if (number < next[producer])
			return status_say(EBADMSG, "items of one producer changed their order in the %s",
			                  factory->queue.type->name);
		*seen = true;
		next[producer] = number + 1;
	}
	return 0;
}

static int check_burst(struct factory *factory)
{
	const struct plant *plant = factory->plant;
	uint64_t taken_n = turn_counts_operations_n(plant->counts + factory->producers_n, factory->consumers_n);
	int status = 0;
	memset(factory->seen, 0, ((size_t)plant->items_n + factory->producers_n) * sizeof *factory->seen);
	for (unsigned i = 0; i < factory->consumers_n && status == 0; i++)
		status = check_log(factory, i, plant->counts[factory->producers_n + i].operations_n);
	if (status == 0 && taken_n != plant->items_n)
		status = status_say(EBADMSG, "%llu of %u items came out of the %s", (unsigned long long)taken_n, plant->items_n,
		                    factory->queue.type->name);
	factory->first += share_of(factory, 0);
	return status;
}

static int burst(void *context)
{
	struct factory *factory = context;
	atomic_store_explicit(&factory->plant->producing_n, factory->producers_n,
	                      memory_order_relaxed); // ordered by the turn
	team_turn_run(factory->team);
	return check_burst(factory);
}

static uint64_t took_ns(void *context)
{
	const struct factory *factory = context;
	return turn_counts_took_ns(factory->plant->counts, factory->producers_n + factory->consumers_n);
}

static uint64_t items_n(void *context)
{
	return ((const struct factory *)context)->plant->items_n;
}

static int usage(void *context, struct usage *usage)
{
	const struct factory *factory = context;
	int status = team_usage(factory->team, usage);
	usage->cpu_ns = turn_counts_cpu_ns(factory->plant->counts, factory->producers_n + factory->consumers_n);
	usage->other_cpu_ns = 0;
	return status;
}

static int verified_burst(struct factory *factory)
{
	struct plant *plant = factory->plant;
	uint32_t items_n = plant->items_n;
	plant->verify = true;
	plant->items_n = VERIFIED_ITEMS_N;
	int status = burst(factory);
	plant->verify = false;
	plant->items_n = items_n;
	return status;
}

static int factory_run(struct factory *factory, enum between between, const struct placement *placement,
                       struct trial *trial)
{
	struct team_config config = {.between = between,
	                             .members_n = factory->producers_n + factory->consumers_n,
	                             .placement = placement,
	                             .caller_apart = true,
	                             .context = factory,
	                             .body = body};
	struct operation operation = {factory, burst, .took_ns = took_ns, .operations_n = items_n, .usage = usage};
	int status = team_open(&factory->team, &config, trial);
	if (status == 0)
		status = verified_burst(factory);
	if (status == 0)
		status = trial_run(trial, &operation);
	if (status == 0)
		status = verified_burst(factory);
	return status < 0 ? status : team_close(factory->team); // else the runner ends now, and the workers with it
}

static int factory_open(struct factory *factory, const struct queue_type *type, size_t item_bytes,
                        const struct placement *placement)
{
	unsigned members_n = factory->producers_n + factory->consumers_n;
	size_t holds_n = PIPE_HOLDS_BYTES / item_bytes;
	// Who spins on a CPU that others need only delays them.
	enum wait wait = members_n > placement_cpus_n(placement) ? WAIT_PARK : WAIT_ADAPTIVE;
	factory->plant_bytes = sizeof *factory->plant + members_n * sizeof factory->plant->counts[0];
	factory->log_bytes = (size_t)factory->consumers_n * BURST_ITEMS_N * sizeof *factory->log;
	factory->plant = shared_map(factory->plant_bytes);
	factory->log = shared_map(factory->log_bytes);
	factory->seen = calloc(BURST_ITEMS_N + QUEUE_SIDE_MOST, sizeof *factory->seen);
	if (!factory->plant || !factory->log || !factory->seen)
		return status_fail(ENOMEM, "a queue of %u workers", members_n);
	factory->plant->items_n = item_bytes < LARGE_BYTES ? BURST_ITEMS_N : BURST_LARGE_ITEMS_N;
	return queue_open(&factory->queue, type, item_bytes, holds_n < 2 ? 2 : (unsigned)holds_n, wait);
}

int queue_trial(const struct queue_type *type, const struct queue_row *row, const struct placement *placement,
                struct trial *trial)
{
	struct factory factory = {.producers_n = row->producers_n, .consumers_n = row->consumers_n};
	int status = factory_open(&factory, type, row->item_bytes, placement);
	if (status == 0) {
		status = factory_run(&factory, row->between, placement, trial);
		if (status == 0)
			type->close(&factory.queue);
	}
	if (status < 0)
		return status; // its workers may still use it all; the runner ends now
	free(factory.seen);
	munmap(factory.log, factory.log_bytes);
	munmap(factory.plant, factory.plant_bytes);
	return 0;
}
