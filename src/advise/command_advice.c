#include "advise/command_advice.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advise/command_predict.h"
#include "base/status.h"
#include "stats/values.h"

static const double differ_most = 1e5;                   // longest input ÷ median
static const double threads_most = 1024;                 // CPUs that one input uses
static const double same_least = 0.02, same_most = 0.05; // of two ways

char *command_model_text(char *out, size_t out_bytes, const struct command_way *way)
{
	static const char *const names[COMMAND_MODELS_N] = {"serial", "process", "batch", "fed"};
	snprintf(out, out_bytes, "%s", names[way->model]);
	if (way->model == COMMAND_BATCH)
		snprintf(out, out_bytes, "batch:%llu", (unsigned long long)way->batch_n);
	return out;
}

char *command_way_text(char *out, size_t out_bytes, const struct command_way *way)
{
	const char *plural = way->workers_n == 1 ? "" : "s";
	if (way->model == COMMAND_SERIAL)
		snprintf(out, out_bytes, "one after the other (serial)");
	else if (way->model == COMMAND_FED)
		snprintf(out, out_bytes, "%u resident worker%s, fed by a pipe", way->workers_n, plural);
	else if (way->whole)
		snprintf(out, out_bytes, "one process for all inputs");
	else if (way->model == COMMAND_BATCH)
		snprintf(out, out_bytes, "%u at once, a process for every %llu inputs", way->workers_n,
		         (unsigned long long)way->batch_n);
	else
		snprintf(out, out_bytes, "%u at once, a process for each input", way->workers_n);
	return out;
}

void command_advice_exclude(struct command_advice *advice, const char *what, const char *reason)
{
	if (advice->exclusions_n == EXCLUSIONS_MAX)
		return;
	struct exclusion *exclusion = &advice->exclusion[advice->exclusions_n++];
	*exclusion = (struct exclusion){.settings_n = 1};
	snprintf(exclusion->what, sizeof exclusion->what, "%s", what);
	snprintf(exclusion->reason, sizeof exclusion->reason, "%s", reason);
}

// What one after the other takes is measured twice: alone, and then in rounds beside all other ways. The rounds are
// what the ways are compared in; of the first, only how inputs differ is kept.
static double rounds_factor(const struct command_advice *advice)
{
	const struct command_list *list = &advice->list;
	for (unsigned i = 0; i < advice->n; i++)
		if (advice->way[i].model == COMMAND_SERIAL)
			return advice->way[i].tried.ns / (values_mean(list->tried_ns, list->tried_n) * (double)list->tried_n);
	return 1;
}

static int describe(struct command_advice *advice)
{
	const struct command_list *list = &advice->list;
	double *ns = malloc(list->n * sizeof *ns), cpu_ns = 0, running_ns = 0;
	if (!ns)
		return status_fail(ENOMEM, "%zu inputs", list->n);
	for (size_t i = 0; i < list->n; i++) {
		ns[i] = list->time[i].wall_ns * advice->rounds_factor;
		cpu_ns += list->time[i].cpu_ns;
		running_ns += fmax(list->time[i].wall_ns - list->time[i].queued_ns, list->time[i].cpu_ns / threads_most);
	}
	advice->busy = cpu_ns / running_ns;
	advice->mean_ns = values_mean(ns, list->n);
	advice->mean_cpu_ns = cpu_ns / (double)list->n * advice->rounds_factor;
	advice->cv = list->n > 1 ? sqrt(values_variance(ns, list->n)) / advice->mean_ns : 0;
	values_sort(ns, list->n);
	advice->longest_ns = ns[list->n - 1];
	advice->median_ns = quantile_sorted(ns, list->n, 0.5);
	free(ns);
	return advice->longest_ns <= differ_most * advice->median_ns
	           ? 0
	           : status_say(
					 ERANGE,
					 "the longest input takes %.0f times the median one: a sample does not describe such inputs; "
					 "run them: tvp run command --command='…' --workers=auto",
					 advice->longest_ns / advice->median_ns);
}

static int compare(const void *a, const void *b)
{
	const struct command_way *x = a, *y = b;
	return (x->wall.ns > y->wall.ns) - (x->wall.ns < y->wall.ns);
}

// What is in doubt of both alike, the inputs, is no reason.
static bool as_good(const struct command_way *way, const struct command_way *fastest)
{
	double doubt = hypot(way->tried.doubt_ns / way->tried.ns, fastest->tried.doubt_ns / fastest->tried.ns);
	return way->wall.ns <= fastest->wall.ns * (1 + fmin(fmax(doubt, same_least), same_most));
}

// Of those that are as good as the fastest, the one with the fewest processes: it leaves most to others.
static void choose_first(struct command_advice *advice)
{
	unsigned choice = 0;
	for (unsigned i = 1; i < advice->n; i++)
		if (advice->way[i].workers_n < advice->way[choice].workers_n && as_good(&advice->way[i], &advice->way[0]))
			choice = i;
	struct command_way chosen = advice->way[choice];
	memmove(&advice->way[1], &advice->way[0], choice * sizeof chosen);
	advice->way[0] = chosen;
}

static void rank(struct command_advice *advice)
{
	qsort(advice->way, advice->n, sizeof *advice->way, compare);
	choose_first(advice);
	for (int model = 0; model < COMMAND_MODELS_N; model++)
		advice->best[model] = -1;
	for (unsigned i = advice->n; i-- > 0;)
		advice->best[advice->way[i].model] = (int)i;
}

int command_advice_make(struct command_advice *advice)
{
	advice->rounds_factor = rounds_factor(advice);
	int status = describe(advice);
	if (status == 0)
		status = command_predict(advice);
	if (status == 0)
		rank(advice);
	if (status == 0)
		status = command_find_flips(advice);
	return status;
}
