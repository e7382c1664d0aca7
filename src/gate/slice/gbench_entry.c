// An entry of "benchmarks" as every version writes it.
#include "gate/slice/gbench_entry.h"

#include <string.h>

const char *gbench_text(const json_t *entry, const char *key)
{
	const char *text = json_string_value(json_object_get(entry, key));
	return text ? text : "";
}

double gbench_unit_ns(const json_t *entry)
{
	static const struct {
		const char *name;
		double unit_ns;
	} units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
	const char *name = gbench_text(entry, "time_unit");
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strcmp(units[i].name, *name ? name : "ns") == 0)
			return units[i].unit_ns;
	return 0;
}

static bool ends_with(const char *name, const char *end)
{
	return strlen(name) > strlen(end) && strcmp(name + strlen(name) - strlen(end), end) == 0;
}

// Before version 1.5 an entry did not say what it is: aggregates have names that end so.
bool gbench_is_aggregate(const json_t *entry)
{
	static const char *const ends[] = {"_mean", "_median", "_stddev", "_cv", "_BigO", "_RMS"};
	const char *type = gbench_text(entry, "run_type"), *name = gbench_text(entry, "name");
	if (*type)
		return strcmp(type, "aggregate") == 0;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (ends_with(name, ends[i]))
			return true;
	return false;
}

bool gbench_is_fit(const json_t *entry)
{
	const char *name = gbench_text(entry, "name");
	return gbench_is_aggregate(entry) && (ends_with(name, "_BigO") || ends_with(name, "_RMS"));
}
