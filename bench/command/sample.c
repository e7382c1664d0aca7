#include "bench/command/sample.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/rng.h"
#include "bench/command/runner.h"
#include "host/orphans.h"
#include "measure/trial.h"

enum { QUICK_SHARE = 8 }; // of the time, what an item may take that is run twice

static struct command_sample *sample;

static bool drawn(const uint64_t *index, uint64_t n, uint64_t value)
{
	for (uint64_t i = 0; i < n; i++)
		if (index[i] == value)
			return true;
	return false;
}

// Floyd's, and then shuffled: whatever all_n is, it takes no more memory than the sample.
void command_sample_draw(uint64_t all_n, uint64_t seed, uint64_t *index, uint64_t n)
{
	struct rng rng = {seed};
	for (uint64_t i = 0; i < n; i++) {
		uint64_t last = all_n - n + i, value = rng_below(&rng, (uint32_t)last + 1);
		index[i] = drawn(index, i, value) ? last : value;
	}
	for (uint64_t i = n; i > 1; i--) {
		uint64_t j = rng_below(&rng, (uint32_t)i), swap = index[i - 1];
		index[i - 1] = index[j];
		index[j] = swap;
	}
}

int command_sample_open(struct command_sample **out, uint64_t most_n, uint64_t seed)
{
	uint64_t all_n = command_job()->all.n;
	*out = sample = shared_map(sizeof *sample);
	if (!sample)
		return -ENOMEM;
	most_n = most_n < COMMAND_SAMPLE_MAX ? most_n : COMMAND_SAMPLE_MAX;
	sample->n = all_n < most_n ? all_n : most_n;
	command_sample_draw(all_n, seed, sample->index, sample->n);
	command_job_choose(sample->index, sample->n);
	return 0;
}

static int run_once(struct command_pass *pass, uint64_t items_n)
{
	if (pass->job->settings.cold)
		items_drop_cached(&pass->job->items);
	int status = command_pass_run(pass, items_n);
	orphans_end(NULL);
	return status;
}

static void mean_add(struct command_time *time, const struct command_time *second)
{
	time->wall_ns = (time->wall_ns + second->wall_ns) / 2;
	time->cpu_ns = (time->cpu_ns + second->cpu_ns) / 2;
	time->queued_ns = (time->queued_ns + second->queued_ns) / 2;
}

// The mean of both passes; of a first one that read from disk what the second had in memory, and that is not what is
// asked for, the second alone.
static void join_times(const struct command_time *second, uint64_t n, bool first_read)
{
	for (uint64_t i = 0; i < n; i++)
		if (first_read)
			sample->time[i] = second[i];
		else
			mean_add(&sample->time[i], &second[i]);
}

// What one pass as a whole took longer than the other is no noise of an item.
static void join(const struct command_time *second, bool cold)
{
	static const double clearly = 1.1;
	double sum = 0, squares = 0;
	uint64_t n = 0;
	for (; n < sample->done_n && second[n].wall_ns > 0; n++) {
		double ratio = log(second[n].wall_ns / sample->time[n].wall_ns);
		sum += ratio;
		squares += ratio * ratio;
	}
	bool first_read = n > 0 && !cold && sum / (double)n < -log(clearly);
	double deviation = n > 1 ? sqrt(fmax(squares - sum * sum / (double)n, 0) / (double)(n - 1)) : NAN;
	sample->noise = deviation / (first_read ? M_SQRT2 : 2);
	join_times(second, n, first_read);
}

static int first_pass(struct command_pass *pass, uint64_t begin_ns)
{
	pass->time = sample->time;
	int status = run_once(pass, sample->least_n);
	pass->weight = NULL; // looking at how much memory a process has delays it
	pass->stop_ns = begin_ns + sample->spend_ns;
	if (status == 0 && clock_now_ns() - begin_ns < sample->spend_ns / QUICK_SHARE)
		status = run_once(pass, sample->n); // again: what was not in memory yet is to count little
	while (sample->done_n < sample->n && sample->time[sample->done_n].wall_ns > 0)
		sample->done_n++;
	return status;
}

static int run_all(struct command_pass *pass)
{
	static struct command_time second[COMMAND_SAMPLE_MAX];
	int status = first_pass(pass, clock_now_ns());
	pass->time = second;
	pass->stop_ns += sample->spend_ns;
	if (status == 0 && clock_now_ns() < pass->stop_ns)
		status = run_once(pass, sample->done_n);
	join(second, pass->job->settings.cold);
	return status;
}

static void keep(const struct command_pass *pass, const struct command_weight *weight)
{
	sample->peak_bytes = pass->peak_bytes > weight->peak_bytes ? pass->peak_bytes : weight->peak_bytes;
}

static int trial(const struct spec *spec, struct trial *trial)
{
	static struct command_weight weight;
	static struct command_pass pass;
	(void)spec;
	pass = (struct command_pass){.job = command_job(), .workers_n = 1, .batch_n = 1, .weight = &weight};
	int status = command_runner_open(trial->topology);
	if (status == 0)
		status = command_pass_open(&pass);
	if (status == 0)
		status = run_all(&pass);
	keep(&pass, &weight);
	command_pass_close(&pass);
	orphans_end(NULL);
	return status;
}

const struct visit_hooks command_sample_visit = {.trial = trial};
