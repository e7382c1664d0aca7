// From the facts of the result, which may come from another machine and an older version.
#include "report/fit/regime.h"

#include "base/words.h"
#include "stats/laws/choose.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNTS_MOST = 12 };

static unsigned fact_count(const struct facts *facts, const char *key)
{
	const char *value = facts_get(facts, key);
	unsigned long count = value ? strtoul(value, NULL, 10) : 0;
	return count < UINT_MAX ? (unsigned)count : 0;
}

static void bound(struct regime *regime, unsigned most, const char *before, const char *after)
{
	if (most == 0 || most >= regime->most)
		return;
	regime->most = most;
	snprintf(regime->beyond, sizeof regime->beyond, "%s%u %s%s", before, most, after, most == 1 ? "" : "s");
}

// Rounded down, but one worker runs on any.
static unsigned quota_count(const struct facts *facts)
{
	const char *quota = facts_get(facts, "quota_cpus");
	double cpus = quota ? strtod(quota, NULL) : 0;
	return cpus >= 1 ? fact_count(facts, "quota_cpus") : cpus > 0;
}

static const char *pin_of(const struct row *row)
{
	const char *pin = spec_get(&row->spec, "pin");
	return pin ? pin : "none";
}

struct regime regime_of(const struct facts *facts, const struct row *row)
{
	struct regime regime = {.most = UINT_MAX, .step = 1};
	unsigned cpus_n = fact_count(facts, "cpus_n"), cores_n = fact_count(facts, "cores_n");
	bool siblings = cores_n > 0 && cpus_n > cores_n, compact = strcmp(pin_of(row), "compact") == 0;
	bound(&regime, cpus_n, "more than the ", "CPU");
	bound(&regime, quota_count(facts), "more than the quota of ", "CPU");
	if (strcmp(pin_of(row), "same") == 0)
		bound(&regime, 1, "in turns on ", "CPU");
	bound(&regime, facts_first_kind_cpus(facts), "beyond the first kind's ", "CPU");
	if (siblings && compact && cpus_n % cores_n == 0)
		regime.step = cpus_n / cores_n;
	else if (siblings && !compact)
		bound(&regime, cores_n, "SMT siblings share the ", "core");
	return regime;
}

const char *regime_why_not(const struct regime *regime, unsigned workers_n)
{
	if (workers_n > regime->most)
		return regime->beyond;
	return workers_n % regime->step ? "compact pins fill the SMT siblings of a core: not all of its cores are full"
	                                : NULL;
}

// 1, 2, 3, 4, 6, 8, 12, 16, 24, …
static unsigned count_at(unsigned place)
{
	if (place < 3)
		return place + 1;
	return place % 2 ? 1u << ((place + 1) / 2) : 3u << (place / 2 - 1);
}

unsigned regime_counts(const struct regime *regime, char *out, size_t out_bytes)
{
	unsigned most = (regime->most < 256 ? regime->most : 256) / regime->step, n = 0;
	char word[16];
	*out = '\0';
	for (unsigned place = 0; n < COUNTS_MOST && count_at(place) < most; place++, n++) {
		snprintf(word, sizeof word, "%u", count_at(place) * regime->step);
		words_add(out, out_bytes, ",", word);
	}
	snprintf(word, sizeof word, "%u", most * regime->step);
	words_add(out, out_bytes, ",", word);
	return n + 1 >= LAW_CHOICE_POINTS_LEAST ? n + 1 : 0;
}
