// For github-action-benchmark, tool customSmallerIsBetter: the new side's times, whose history that action keeps and
// draws. What failed or has no blocks has no value to draw and is left out.
#include <math.h>

#include "report/format/format.h"
#include "report/gate/entries.h"
#include "report/text/json.h"

static json_t *extra_json(const struct gate_entry *entry)
{
	char why[GATE_TEXT_BYTES], text[GATE_TEXT_BYTES + 32];
	snprintf(text, sizeof text, "%s\nnew/old %s", verdict_name(entry->verdict),
	         gate_entry_text(why, sizeof why, entry));
	return text_json(text);
}

static json_t *entry_json(const struct gate *gate, const struct gate_entry *entry, const struct summary *summary)
{
	char name[GATE_NAME_BYTES], range[48];
	const struct interval *interval = &summary->median_interval;
	const char *unit = series_unit(entry->judgement->series);
	json_t *json = json_object();
	json_object_set_new(json, "name", text_json(gate_entry_name(name, sizeof name, gate, entry)));
	json_object_set_new(json, "unit", json_string(*unit ? unit : "1"));
	json_object_set_new(json, "value", number_json(summary->median));
	double half_width = (interval->high - interval->low) / 2;
	if (interval->coverage > 0 && isfinite(half_width)) { // below six blocks there is no interval
		snprintf(range, sizeof range, "± %.4g", half_width);
		json_object_set_new(json, "range", json_string(range));
	}
	json_object_set_new(json, "extra", extra_json(entry));
	return json;
}

static int entry_put(FILE *out, const char *before, const struct gate *gate, const struct gate_entry *entry,
                     const struct summary *summary)
{
	return json_put(out, before, entry_json(gate, entry, summary), "", JSON_SAMPLE_DIGITS);
}

static int gate(FILE *out, const struct gate *ended, const struct report_style *style)
{
	(void)style;
	return gate_times_compose(out, ended, "[]", entry_put);
}

const struct format format_benchmark_action = {
	.name = "benchmark-action",
	.summary = "for github-action-benchmark",
	.gate = gate,
	.gate_option = "benchmark-action",
	.gate_summary = "times of the new side for github-action-benchmark, tool customSmallerIsBetter",
};
