#include "advise/advice.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advise/footprint.h"
#include "advise/settings.h"
#include "base/array.h"
#include "base/status.h"
#include "base/words.h"

static const char nothing_measured[] =
	"no way of running work on several workers was measured in these rounds: tvp calibrate, or tvp run dispatch";

const char *family_name(enum family family)
{
	static const char *const names[FAMILY_N] = {"serial", "threads", "processes", "processes that are sent their data"};
	return names[family];
}

enum family family_of(const struct point *setting)
{
	if (setting->model->baseline)
		return FAMILY_SERIAL;
	if (!setting->model->processes)
		return FAMILY_THREADS;
	return setting->transport ? FAMILY_COPYING : FAMILY_PROCESSES;
}

void advice_exclude(struct advice *advice, const struct exclusion *found)
{
	for (unsigned i = 0; i < advice->exclusions_n; i++)
		if (strcmp(advice->exclusion[i].what, found->what) == 0 &&
		    strcmp(advice->exclusion[i].reason, found->reason) == 0) {
			advice->exclusion[i].settings_n++;
			return;
		}
	if (advice->exclusions_n < EXCLUSIONS_MAX)
		advice->exclusion[advice->exclusions_n++] = *found;
}

void advice_note_unknown(struct advice *advice)
{
	advice->unknown_n++;
	text_fit(advice->unknown, sizeof advice->unknown, status_message());
}

static int consider(void *context, const struct point *setting)
{
	struct advice *advice = context;
	struct exclusion exclusion = {.settings_n = 1};
	if (setting_excluded(advice->costs, &advice->workload, setting, &exclusion)) {
		advice_exclude(advice, &exclusion);
		return 0;
	}
	struct candidate candidate = {.setting = *setting,
	                              .memory_bytes = footprint_bytes(advice->costs, &advice->workload, setting)};
	if (predict(advice->costs, &advice->workload, setting, &candidate.prediction) < 0) {
		advice_note_unknown(advice);
		return 0;
	}
	int status = array_grow((void **)&advice->candidate, advice->n, &advice->max, sizeof *advice->candidate);
	if (status == 0)
		advice->candidate[advice->n++] = candidate;
	return status;
}

// What differs by less than a hundredth is the same: the more certain one stands first.
static int compare(const void *a, const void *b)
{
	const struct cost *x = &((const struct candidate *)a)->prediction.wall;
	const struct cost *y = &((const struct candidate *)b)->prediction.wall;
	double class_x = floor(log(x->ns) * 100), class_y = floor(log(y->ns) * 100);
	if (class_x != class_y)
		return (class_x > class_y) - (class_x < class_y);
	return (x->doubt_ns > y->doubt_ns) - (x->doubt_ns < y->doubt_ns);
}

static void rank(struct advice *advice)
{
	qsort(advice->candidate, advice->n, sizeof *advice->candidate, compare);
	for (int family = 0; family < FAMILY_N; family++)
		advice->best[family] = -1;
	for (uint32_t i = advice->n; i-- > 0;)
		advice->best[family_of(&advice->candidate[i].setting)] = (int32_t)i;
}

// Who is the only one that can be predicted wins nothing, unless all others are excluded.
static int check_choice(const struct advice *advice)
{
	for (int family = FAMILY_SERIAL + 1; family < FAMILY_N; family++)
		if (advice->best[family] >= 0)
			return 0;
	if (advice->unknown_n > 0)
		return status_say(ERANGE, "nothing but the serial run can be predicted: %s", advice->unknown);
	return advice->exclusions_n > 0 ? 0 : status_say(ERANGE, "%s", nothing_measured);
}

// Why there is no candidate at all: what can be predicted is excluded, more than the serial run.
static int say_none(const struct advice *advice)
{
	const struct exclusion *first = &advice->exclusion[0];
	if (advice->unknown_n > 0)
		return status_say(ERANGE, "no way of running this can be predicted: %s", advice->unknown);
	if (advice->exclusions_n > 1 || (advice->exclusions_n == 1 && first->settings_n > 1))
		return status_say(ERANGE, "every way of running this is excluded: %s: %s", first->what, first->reason);
	return status_say(ERANGE, "%s", nothing_measured);
}

int advice_open(struct advice *advice, const struct costs *costs, const struct workload *workload)
{
	*advice = (struct advice){.costs = costs, .workload = *workload};
	int status = workload_check(workload);
	if (status == 0)
		status = settings_each(costs, workload, consider, advice);
	if (status == 0 && advice->n == 0)
		status = say_none(advice);
	if (status == 0) {
		rank(advice);
		status = check_choice(advice);
	}
	if (status < 0)
		advice_close(advice);
	return status;
}

void advice_close(struct advice *advice)
{
	free(advice->candidate);
	advice->candidate = NULL;
}

char *setting_text(char *out, size_t out_bytes, const struct point *setting)
{
	const struct model *model = setting->model;
	if (model->baseline) {
		snprintf(out, out_bytes, "one after the other (serial)");
		return out;
	}
	const char *what = model->processes ? "process" : "thread";
	const char *plural = setting->workers == 1 ? "" : model->processes ? "es" : "s";
	char schedule[40] = "";
	if (setting->schedule.kind == SCHEDULE_DYNAMIC)
		snprintf(schedule, sizeof schedule, ", %llu item%s at a time",
		         (unsigned long long)setting->schedule.chunk_items, setting->schedule.chunk_items == 1 ? "" : "s");
	snprintf(out, out_bytes, "%u %s%s %s%s%s, pinned %s%s%s%s", setting->workers, what, plural,
	         model->resident ? "in a resident pool" : "created for the job", model->resident ? ", waiting: " : "",
	         model->resident ? wait_name(setting->wait) : "", pin_name(setting->pin),
	         setting->transport ? ", data sent by " : "", setting->transport ? setting->transport->name : "", schedule);
	return out;
}
