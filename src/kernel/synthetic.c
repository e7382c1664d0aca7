// Jobs of any described kind: how long an item computes, how much that varies, what it reads and writes, how much of it
// waits, and how much of the computing is done under one lock. Behind the input lies what all workers share, whether
// threads or processes, and whether they were sent a copy of the data: the lock, and how much work each item is.
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/hot.h"
#include "base/rng.h"
#include "base/status.h"
#include "kernel/chain.h"
#include "kernel/kernel.h"
#include "kernel/spread.h"

enum { WORD_BYTES = 8, LINE_BYTES = 128 };
enum { RESULT_BITS = 20 }; // sums of all results and of all words read are exact in a double
// Waits are added up until a sleep costs little beside them. What is left at a span's end is slept if a timer can tell
// it from nothing.
enum { SLEEP_LEAST_NS = 200000, LAST_SLEEP_LEAST_NS = 50000 };

enum { ITEM_NS, CV_PCT, IN_BYTES, OUT_BYTES, WAIT_PCT, LOCK_PCT };
static const struct kernel_parameter parameters[] = {
	[ITEM_NS] = {.name = "item_ns", .help = "mean work of an item, in ns", .preset = 10000, .most = NS_PER_S},
	[CV_PCT] = {.name = "cv_pct", .help = "coefficient of variation of the items' work, in percent", .most = 100},
	[IN_BYTES] = {.name = "in_bytes", .help = "bytes that an item reads", .preset = 1024, .most = 64 << 20},
	[OUT_BYTES] = {.name = "out_bytes", .help = "bytes that an item writes", .preset = 128, .most = 64 << 20},
	[WAIT_PCT] = {.name = "wait_pct", .help = "of an item's work, what it waits, in percent", .most = 99},
	[LOCK_PCT] = {.name = "lock_pct", .help = "of its computing, what it does under a lock, in percent", .most = 50},
	{0},
};

// Items of one class are the same work.
struct class
{
	uint64_t locked_n, free_n; ///< steps of the chain
	uint64_t wait_ns;
	uint64_t result;
};

struct shared {
	_Alignas(LINE_BYTES) pthread_mutex_t lock;
	_Alignas(LINE_BYTES) struct class class[SPREAD_CLASSES_MAX];
	uint8_t class_of[]; ///< each item
};

// Processes have it at the same address, because it was mapped before any of them was made.
static struct shared *shared_of(const struct problem *problem)
{
	return (struct shared *)(uintptr_t)problem->number[0];
}

static size_t item_words(const struct problem *problem, unsigned parameter)
{
	return (problem->options.value[parameter] + WORD_BYTES - 1) / WORD_BYTES;
}

static size_t data_bytes(const struct problem *problem, unsigned parameter)
{
	return problem->items_n * item_words(problem, parameter) * WORD_BYTES;
}

static int need(struct problem *problem)
{
	const uint64_t bytes_max = UINT64_C(1) << 45;
	uint64_t item_bytes = (item_words(problem, IN_BYTES) + item_words(problem, OUT_BYTES)) * WORD_BYTES + 1;
	problem->items_n = problem->size.items_n;
	if (problem->items_n > bytes_max / item_bytes)
		return status_say(ERANGE, "kernel synthetic: so many items of %llu bytes are beyond what can be addressed",
		                  (unsigned long long)item_bytes - 1);
	problem->in_bytes =
		round_up(data_bytes(problem, IN_BYTES), LINE_BYTES) + sizeof(struct shared) + problem->items_n + LINE_BYTES;
	problem->out_bytes = data_bytes(problem, OUT_BYTES);
	return 0;
}

// The chain begins at the class, not at the item: then the sum of all results needs a multiplication for each class.
static uint64_t result_of(uint64_t end)
{
	return 1 + (end >> (64 - RESULT_BITS));
}

static void class_make(const struct problem *problem, double work, uint64_t begin, struct class *class)
{
	const uint64_t *option = problem->options.value;
	double work_ns = work * (double)option[ITEM_NS], wait_ns = work_ns * (double)option[WAIT_PCT] / 100;
	uint64_t steps_n = (uint64_t)((work_ns - wait_ns) * chain_steps_per_ns() + 0.5);
	class->wait_ns = (uint64_t)(wait_ns + 0.5);
	class->locked_n = steps_n * option[LOCK_PCT] / 100;
	class->free_n = steps_n - class->locked_n;
	class->result = result_of(chain_leap(chain_start(begin), steps_n));
}

// Which items are of which class: shuffled, always in the same way.
static void classes_shuffle(struct shared *shared, uint64_t items_n)
{
	struct rng rng = {items_n};
	for (uint64_t i = items_n; i > 1; i--) {
		uint64_t other = (uint64_t)((unsigned __int128)rng_next(&rng) * i >> 64);
		uint8_t class = shared->class_of[i - 1];
		shared->class_of[i - 1] = shared->class_of[other];
		shared->class_of[other] = class;
	}
}

static void classes_make(struct problem *problem)
{
	struct shared *shared = shared_of(problem);
	struct spread spread;
	uint64_t expected = 0;
	spread_make(&spread, problem->items_n, (double)problem->options.value[CV_PCT] / 100);
	for (unsigned i = 0; i < spread.classes_n; i++)
		class_make(problem, spread.work[i], i, &shared->class[i]);
	for (uint64_t i = 0; i < problem->items_n; i++) {
		shared->class_of[i] = spread_class(&spread, i);
		expected += shared->class[shared->class_of[i]].result;
	}
	if (problem->options.value[CV_PCT] > 0)
		classes_shuffle(shared, problem->items_n);
	problem->expected = (double)expected;
}

static void input_fill(struct problem *problem)
{
	uint64_t *in = (uint64_t *)problem->in, total = 0;
	for (size_t i = 0; i < data_bytes(problem, IN_BYTES) / WORD_BYTES; i++)
		total += in[i] = (uint32_t)i * 2654435761u >> 24;
	problem->expected += (double)total;
}

// One lock for all workers. Made anew: a worker that was killed may have held it.
static void lock_make(struct shared *shared)
{
	pthread_mutexattr_t attributes;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&shared->lock, &attributes);
	pthread_mutexattr_destroy(&attributes);
}

// All bits set is no value of an output.
static void poison(const struct problem *problem, struct span span)
{
	size_t bytes = item_words(problem, OUT_BYTES) * WORD_BYTES;
	lock_make(shared_of(problem));
	if (bytes > 0)
		memset(problem->out + span.begin * bytes, 0xff, span_items(span) * bytes);
}

static int prepare(struct problem *problem)
{
	char *behind = problem->in + data_bytes(problem, IN_BYTES);
	problem->number[0] = round_up((uintptr_t)behind, LINE_BYTES);
	classes_make(problem);
	input_fill(problem);
	poison(problem, span_whole(problem));
	return 0;
}

typedef uint64_t lanes __attribute__((vector_size(32), may_alias, aligned(8)));

HOT_IN_CHILD static uint64_t words_read(const uint64_t *in, size_t words_n)
{
	enum { LANES = sizeof(lanes) / sizeof *in };
	lanes first = {0}, second = {0};
	uint64_t total = 0;
	for (; words_n >= 2 * LANES; words_n -= 2 * LANES, in += 2 * LANES) {
		first += *(const lanes *)in;
		second += *(const lanes *)(in + LANES);
	}
	while (words_n-- > 0)
		total += *in++;
	first += second;
	return total + first[0] + first[1] + first[2] + first[3];
}

HOT_IN_CHILD static void words_write(uint64_t *out, size_t words_n, uint64_t value)
{
	enum { LANES = sizeof(lanes) / sizeof *out };
	for (; words_n >= LANES; words_n -= LANES, out += LANES)
		*(lanes *)out = (lanes){value, value, value, value};
	while (words_n-- > 0)
		*out++ = value;
}

static inline uint64_t output_value(uint64_t item)
{
	return chain_start(item) >> 1;
}

// What this worker has still to wait; below 0: what it waited too long.
static _Thread_local int64_t debt_ns;

// A sleep lasts too long by the timer's slack and the way back to a CPU; so much is credited to the next. Not more:
// what a worker waits because others have its CPU is no wait of its own.
HOT_IN_CHILD static void debt_pay(int64_t least_ns)
{
	if (debt_ns < least_ns)
		return;
	uint64_t deadline_ns = clock_now_ns() + (uint64_t)debt_ns;
	struct timespec deadline = {.tv_sec = (time_t)(deadline_ns / NS_PER_S), .tv_nsec = (long)(deadline_ns % NS_PER_S)};
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, NULL) == EINTR)
		;
	debt_ns = -(int64_t)(clock_now_ns() - deadline_ns);
	debt_ns = debt_ns < -SLEEP_LEAST_NS ? -SLEEP_LEAST_NS : debt_ns;
}

HOT_IN_CHILD static uint64_t locked_part(struct shared *shared, uint64_t value, uint64_t steps_n)
{
	pthread_mutex_lock(&shared->lock);
	value = chain(value, steps_n);
	pthread_mutex_unlock(&shared->lock);
	return value;
}

// `from` is where the last item's chain ended, and decides nothing: side by side a CPU would run several at once.
HOT_IN_CHILD static uint64_t compute(const struct problem *problem, uint64_t item, uint64_t from, uint64_t *total)
{
	struct shared *shared = shared_of(problem);
	const struct class *class = &shared->class[shared->class_of[item]];
	size_t in_n = item_words(problem, IN_BYTES), out_n = item_words(problem, OUT_BYTES);
	uint64_t value = chain_start(shared->class_of[item]) + from;
	if (class->locked_n > 0)
		value = locked_part(shared, value, class->locked_n);
	*total += words_read((const uint64_t *)problem->in + item * in_n, in_n);
	value = chain(value, class->free_n);
	*total += result_of(value);
	if (class->wait_ns > 0) {
		debt_ns += (int64_t) class->wait_ns;
		debt_pay(SLEEP_LEAST_NS);
	}
	words_write((uint64_t *)problem->out + item * out_n, out_n, output_value(item));
	return value;
}

// A worker's first span of a job adds to 0, and no later one, because every item's result is more than that.
HOT_IN_CHILD static void run(const struct problem *problem, struct span span, double *partial)
{
	uint64_t end = 0, nothing = 0, total = 0;
	bool waits = problem->options.value[WAIT_PCT] > 0;
	__asm__ volatile("" : "+r"(nothing));
	if (waits && *partial == 0)
		debt_ns = 0;
	for (uint64_t i = span.begin; i < span.end; i += span.step)
		end = compute(problem, i, end & nothing, &total);
	if (waits)
		debt_pay(LAST_SLEEP_LEAST_NS);
	*partial += (double)total;
}

static int check(const struct problem *problem, struct span span, double total)
{
	size_t words_n = item_words(problem, OUT_BYTES);
	const uint64_t *out = (const uint64_t *)problem->out;
	if (total != problem->expected)
		return status_say(EBADMSG, "synthetic: the items' results add up to %.0f, expected %.0f", total,
		                  problem->expected);
	for (uint64_t i = span.begin * words_n; i < span.end * words_n; i++)
		if (out[i] != output_value(i / words_n))
			return status_say(EBADMSG, "synthetic: the output of item %llu is wrong",
			                  (unsigned long long)(i / words_n));
	return 0;
}

static void slice(const struct problem *problem, struct span span, struct span_bytes *slice)
{
	size_t in_bytes = item_words(problem, IN_BYTES) * WORD_BYTES,
		   out_bytes = item_words(problem, OUT_BYTES) * WORD_BYTES;
	*slice = (struct span_bytes){span.begin * in_bytes, span_items(span) * in_bytes, span.begin * out_bytes,
	                             span_items(span) * out_bytes};
}

static void traffic(const struct problem *problem, struct traffic *traffic)
{
	*traffic = (struct traffic){
		.read_bytes = data_bytes(problem, IN_BYTES),
		.written_bytes = data_bytes(problem, OUT_BYTES),
		.waited_ns = problem->items_n * problem->options.value[ITEM_NS],
	};
}

const struct kernel kernel_synthetic = {
	.name = "synthetic",
	.summary = "items of described work: time and its variation, bytes in and out, waits, a lock",
	.size_forms = SIZE_ITEMS,
	.size_default = "1000",
	.parameters = parameters,
	.need = need,
	.prepare = prepare,
	.run = run,
	.check = check,
	.poison = poison,
	.span_bytes = slice,
	.traffic = traffic,
};
