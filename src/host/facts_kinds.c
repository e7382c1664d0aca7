// Kinds of CPUs, from the facts of a result, which may come from another machine.
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "host/facts.h"

// CPUs of a list such as "0-7,16".
static unsigned list_count(const char *list)
{
	unsigned n = 0;
	for (char *end; *list >= '0' && *list <= '9'; list = *end == ',' ? end + 1 : end) {
		unsigned long first = strtoul(list, &end, 10), last = *end == '-' ? strtoul(end + 1, &end, 10) : first;
		if (last >= first && last - first < INT_MAX)
			n += (unsigned)(last - first + 1);
	}
	return n;
}

// "IntelCore: 0-7; IntelAtom: 8-15"
unsigned facts_first_kind_cpus(const struct facts *facts)
{
	const char *kinds = facts_get(facts, "cpu_kinds");
	if (!kinds)
		return 0;
	const char *colon = strchr(kinds, ':'), *end = strchr(kinds, ';');
	return list_count(colon && (!end || colon < end) ? colon + 2 : kinds);
}
