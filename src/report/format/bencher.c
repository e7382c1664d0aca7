// Bencher Metric Format: the new side's times as the measure "latency", counts and memory as measures of their own
// names, with the bounds of their 95 % interval.
// What failed or has no blocks has no value and is left out.
#include "report/format/format.h"
#include "report/gate/entries.h"
#include "report/text/json.h"

#include <string.h>

static json_t *measures_json(enum series series, const struct summary *summary)
{
	const struct interval *interval = &summary->median_interval;
	json_t *json = json_object(), *latency = json_object();
	json_object_set_new(latency, "value", number_json(summary->median));
	if (interval->coverage > 0) { // below six blocks there is no interval
		json_object_set_new(latency, "lower_value", number_json(interval->low));
		json_object_set_new(latency, "upper_value", number_json(interval->high));
	}
	json_object_set_new(json, strcmp(series_unit(series), "ns") == 0 ? "latency" : series_name(series), latency);
	return json;
}

static int entry_put(FILE *out, const char *before, const struct gate *gate, const struct gate_entry *entry,
                     const struct summary *summary)
{
	char name[GATE_NAME_BYTES];
	int status = json_put(out, before, text_json(gate_entry_name(name, sizeof name, gate, entry)), ": ", 0);
	return status < 0 ? status
	                  : json_put(out, "", measures_json(entry->judgement->series, summary), "", JSON_SAMPLE_DIGITS);
}

static int gate(FILE *out, const struct gate *ended, const struct report_style *style)
{
	(void)style;
	return gate_times_compose(out, ended, "{}", entry_put);
}

const struct format format_bencher = {
	.name = "bencher",
	.summary = "Bencher Metric Format",
	.gate = gate,
	.gate_option = "bencher",
	.gate_summary = "times of the new side in Bencher Metric Format",
};
