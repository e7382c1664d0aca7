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
	double cpus_n = fact_number(facts, "cpus_n"), quota = fact_number(facts, "quota_cpus");
	if (quota > 0 && quota < cpus_n)
		cpus_n = quota < 1 ? 1 : floor(quota);
	struct capacity capacity = {.cpus_n = cpus_n < 1 ? 1 : (unsigned)cpus_n,
	                            .memory_bytes = fact_number(facts, "memory_bytes")};
	unsigned kind_n = facts_first_kind_cpus(facts);
	capacity.kind_n = kind_n > 0 && kind_n < capacity.cpus_n ? kind_n : capacity.cpus_n;
	return capacity;
}
