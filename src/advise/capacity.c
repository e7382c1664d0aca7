#include "advise/capacity.h"

#include <math.h>
#include <stdlib.h>

static double fact_number(const struct facts *facts, const char *key)
{
	const char *text = facts_get(facts, key);
	return text ? strtod(text, NULL) : 0; // 0 for "none"
}

struct capacity capacity_of(const struct facts *facts)
{
	double cpus_n = fmax(fact_number(facts, "cpus_n"), 0), quota = fact_number(facts, "quota_cpus");
	if (!(quota > 0))
		quota = INFINITY;
	if (cpus_n >= 1)
		cpus_n = fmin(cpus_n, fmax(floor(quota), 1));
	struct capacity capacity = {
		.cpus_n = (unsigned)cpus_n, .quota = quota, .memory_bytes = fact_number(facts, "memory_bytes")};
	unsigned kind_n = facts_first_kind_cpus(facts);
	capacity.kind_n = kind_n > 0 && kind_n < capacity.cpus_n ? kind_n : capacity.cpus_n;
	return capacity;
}
