// Streaming stores win by 1.9 on one machine and lose by a quarter on another: no rule about cache sizes is right on
// both.
#include "kernel/ways.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum { ROUNDS_N = 3 };
static const uint64_t ways_ns_most = 1800 * NS_PER_MS, one_ns_most = 250 * NS_PER_MS, burst_ns = NS_PER_MS;
// Nearer ones would be told apart by chance, and differ from run to run.
static const double gain_least = 1.03;

static struct way_choices known;
static bool read_environment, may_measure;
static uint64_t spent_ns;

const char *way_name(unsigned way)
{
	static const char *const names[WAYS_MAX] = {"ordinary", "streaming", "narrow", "narrow_streaming"};
	return names[way % WAYS_MAX];
}

static unsigned size_log2_of(const struct problem *problem)
{
	size_t bytes = problem->in_bytes + problem->out_bytes;
	unsigned log2 = 0;
	while (log2 < 63 && bytes > (size_t)1 << log2)
		log2++;
	return log2;
}

const struct way_choice *ways_find(const struct way_choices *choices, const char *kernel,
                                   const struct kernel_options *options, unsigned size_log2)
{
	for (unsigned i = 0; i < choices->n; i++) {
		const struct way_choice *choice = &choices->choice[i];
		if (choice->size_log2 == size_log2 && strcmp(choice->kernel, kernel) == 0 &&
		    memcmp(&choice->options, options, sizeof *options) == 0)
			return choice;
	}
	return NULL;
}

static unsigned way_find(const char *text)
{
	size_t length = strcspn(text, " ");
	unsigned way = 0;
	while (way < WAYS_MAX && (strlen(way_name(way)) != length || strncmp(way_name(way), text, length) != 0))
		way++;
	return way;
}

// "square/25=ordinary", "convolve/5/24=narrow": options stand before the size, those that are not 0.
static bool choice_read(const char *text, struct way_choice *choice)
{
	size_t length = strcspn(text, "/=");
	if (length == 0 || length >= sizeof choice->kernel || text[length] != '/')
		return false;
	*choice = (struct way_choice){.way = WAYS_MAX};
	memcpy(choice->kernel, text, length);
	unsigned long number[KERNEL_PARAMETERS_MAX + 1] = {0};
	unsigned n = 0;
	char *at = (char *)text + length;
	while (*at == '/' && n <= KERNEL_PARAMETERS_MAX)
		number[n++] = strtoul(at + 1, &at, 10);
	if (*at != '=' || n == 0)
		return false;
	for (unsigned i = 0; i + 1 < n; i++)
		choice->options.value[i] = number[i];
	choice->size_log2 = (unsigned)number[n - 1];
	choice->way = way_find(at + 1);
	return choice->way < WAYS_MAX;
}

const struct way_choices *ways_known(void)
{
	const char *text = read_environment ? NULL : getenv(WAYS_VARIABLE);
	read_environment = true;
	for (; text && *text && known.n < WAY_CHOICES_MAX; text += strspn(text, " ")) {
		known.n += choice_read(text, &known.choice[known.n]);
		text += strcspn(text, " ");
	}
	return &known;
}

void ways_adopt(const struct way_choices *choices)
{
	read_environment = true;
	known = *choices;
}

int ways_write(const struct way_choices *choices, char *out, size_t out_bytes)
{
	size_t used = 0;
	*out = '\0';
	for (unsigned i = 0; i < choices->n; i++) {
		const struct way_choice *choice = &choices->choice[i];
		char options[32 * KERNEL_PARAMETERS_MAX] = "";
		size_t options_n = 0;
		for (unsigned at = 0; at < KERNEL_PARAMETERS_MAX && choice->options.value[at]; at++)
			options_n += (size_t)snprintf(options + options_n, sizeof options - options_n, "/%" PRIu64,
			                              choice->options.value[at]);
		int length = snprintf(out + used, out_bytes - used, "%s%s%s/%u=%s", i ? " " : "", choice->kernel, options,
		                      choice->size_log2, way_name(choice->way));
		if (length < 0 || (size_t)length >= out_bytes - used)
			return -ERANGE;
		used += (size_t)length;
	}
	return 0;
}

unsigned way_of(const struct problem *problem)
{
	unsigned by_size = 0;
	unsigned ways_n = problem->kernel->ways ? problem->kernel->ways(problem, &by_size) : 1;
	ways_known();
	const struct way_choice *choice =
		ways_n > 1 ? ways_find(&known, problem->kernel->name, &problem->options, size_log2_of(problem)) : NULL;
	return choice && choice->way < ways_n ? choice->way : by_size;
}

static double run_ns(const struct problem *problem)
{
	double discarded = 0;
	uint64_t begin_ns = clock_now_ns();
	problem->kernel->run(problem, span_whole(problem), &discarded);
	return (double)(clock_now_ns() - begin_ns);
}

// Bursts: what one way leaves in the caches must not be the next one's begin. The mean of a burst without its first
// run.
static double burst(const struct problem *problem)
{
	double ns = 0;
	unsigned runs_n = 0;
	run_ns(problem);
	while (runs_n == 0 || (ns < (double)burst_ns && runs_n < 1000)) {
		ns += run_ns(problem);
		runs_n++;
	}
	return ns / runs_n;
}

static void times_measure(struct problem *problem, struct way_choice *choice)
{
	uint64_t begin_ns = clock_now_ns();
	for (unsigned round = 0; round < ROUNDS_N; round++) {
		if (round > 0 && clock_now_ns() - begin_ns > one_ns_most)
			break;
		for (unsigned way = 0; way < choice->ways_n; way++) {
			problem->way = way;
			double ns = burst(problem);
			// The least: whatever disturbs makes longer.
			choice->ns[way] = round == 0 || ns < choice->ns[way] ? ns : choice->ns[way];
		}
	}
	spent_ns += clock_now_ns() - begin_ns;
}

unsigned ways_fastest(const struct way_choice *choice, unsigned by_size)
{
	unsigned fastest = 0;
	for (unsigned way = 1; way < choice->ways_n; way++)
		if (choice->ns[way] < choice->ns[fastest])
			fastest = way;
	return choice->ns[fastest] * gain_least < choice->ns[by_size] ? fastest : by_size;
}

void ways_allow_measuring(void)
{
	may_measure = true;
}

// Whether one round of it, at 10 bytes a nanosecond, leaves the rest of the time for others.
static bool is_affordable(const struct problem *problem, unsigned ways_n)
{
	double round_ns = (double)(problem->in_bytes + problem->out_bytes) / 10 * 2 * ways_n;
	return (double)spent_ns + round_ns < (double)ways_ns_most;
}

void ways_measure(struct problem *problem)
{
	unsigned by_size = 0;
	unsigned ways_n = problem->kernel->ways ? problem->kernel->ways(problem, &by_size) : 1;
	struct way_choice choice = {
		.options = problem->options, .size_log2 = size_log2_of(problem), .ways_n = ways_n, .way = by_size};
	ways_known();
	if (!may_measure || ways_n <= 1 || problem->items_n == 0 || known.n == WAY_CHOICES_MAX ||
	    !is_affordable(problem, ways_n) ||
	    ways_find(&known, problem->kernel->name, &problem->options, choice.size_log2))
		return;
	snprintf(choice.kernel, sizeof choice.kernel, "%s", problem->kernel->name);
	times_measure(problem, &choice);
	choice.way = ways_fastest(&choice, by_size);
	known.choice[known.n++] = choice;
	problem->way = choice.way;
}
