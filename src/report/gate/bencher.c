// Bencher Metric Format: the new side's times as the measure "latency", with the bounds of their 95 % interval.
// What failed or has no blocks has no value and is left out.
#include "report/gate/entries.h"
#include "report/gate/outputs.h"
#include "report/format/json_put.h"
#include "report/result/json_cursor.h"

static json_t *measures_json(const struct summary *summary)
{
	const struct interval *interval = &summary->median_interval;
	json_t *json = json_object(), *latency = json_object();
	json_object_set_new(latency, "value", number_json(summary->median));
	if (interval->coverage > 0) { // below six blocks there is no interval
		json_object_set_new(latency, "lower_value", number_json(interval->low));
		json_object_set_new(latency, "upper_value", number_json(interval->high));
	}
	json_object_set_new(json, "latency", latency);
	return json;
}

static int entry_put(FILE *out, const char *before, const struct gate *gate, const struct gate_entry *entry,
                     const struct summary *summary)
{
	char name[GATE_NAME_BYTES];
	int status = json_put(out, before, text_json(gate_entry_name(name, sizeof name, gate, entry)), ": ", 0);
	return status < 0 ? status : json_put(out, "", measures_json(summary), "", JSON_SAMPLE_DIGITS);
}

int gate_bencher_compose(FILE *out, const void *gate)
{
	return gate_times_compose(out, gate, "{}", entry_put);
}
