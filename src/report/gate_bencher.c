// Bencher Metric Format: the new side's times as the measure "latency", with the bounds of their 95 % interval.
// What failed or has no blocks has no value and is left out.
#include "report/gate_entries.h"
#include "report/gate_outputs.h"
#include "report/json_put.h"
#include "report/result_json.h"

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

int gate_bencher_compose(FILE *out, const void *context)
{
	const struct gate *gate = context;
	struct gate_entries entries;
	const char *before = "\n";
	int status = gate_entries_open(&entries, gate);
	if (status < 0)
		return status;
	fputc('{', out);
	for (uint32_t i = 0; i < entries.n && status == 0; i++) {
		const struct gate_entry *entry = &entries.entry[i];
		struct summary summary;
		status = gate_entry_times(entry, &summary);
		if (status < 0 || summary.n == 0)
			continue;
		status = entry_put(out, before, gate, entry, &summary);
		before = ",\n";
	}
	fputs("\n}\n", out);
	gate_entries_close(&entries);
	return status;
}
