// Composing the result file: every sample, row and round on a line of its own.
#include "report/result/result.h"

#include "base/status.h"
#include "report/text/json.h"
#include "report/result/file.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *load_json(const char *text)
{
	json_t *load = json_array();
	char *end;
	for (double value; text && (value = strtod(text, &end), end != text); text = end)
		json_array_append_new(load, json_real(value));
	return load;
}

static int line_put(FILE *out, const char *before, json_t *json, const char *after)
{
	return json_put(out, before, json, after, JSON_SAMPLE_DIGITS);
}

static int context_put(FILE *out, const struct record *record)
{
	const char *cpus = facts_get(&record->facts, "cpus_n"), *governor = facts_get(&record->facts, "governor");
	const char *host = facts_get(&record->facts, "host_name");
	json_t *context = json_object();
	json_object_set_new(context, "date", text_json(record->date));
	json_object_set_new(context, "host_name", text_json(host ? host : "unknown"));
	json_object_set_new(context, "executable", json_string("tvp"));
	json_object_set_new(context, "num_cpus", json_integer(cpus ? atoi(cpus) : 0));
	json_object_set_new(
		context, "cpu_scaling_enabled",
		json_boolean(governor && (!strcmp(governor, "powersave") || !strcmp(governor, "ondemand") ||
	                              !strcmp(governor, "schedutil") || !strcmp(governor, "conservative"))));
	json_object_set_new(context, "caches", json_array());
	json_object_set_new(context, "load_avg", load_json(facts_get(&record->facts, "load_average")));
	json_object_set_new(context, "library_build_type", json_string("release"));
	return line_put(out, "{\n\"context\": ", context, ",\n\"benchmarks\": [");
}

static json_t *sample_json(const struct record *record, const struct sample *sample, const char *name)
{
	double wall_ns = sample->value[METRIC_wall_ns], cpu_ns = sample->value[METRIC_cpu_ns];
	json_t *entry = json_object();
	json_object_set_new(entry, "name", text_json(name));
	json_object_set_new(entry, "run_name", text_json(name));
	json_object_set_new(entry, "run_type", json_string("iteration"));
	json_object_set_new(entry, "repetitions", json_integer(record->rounds_n));
	json_object_set_new(entry, "repetition_index", json_integer(sample->round));
	json_object_set_new(entry, "threads", json_integer(1));
	json_object_set_new(entry, "iterations", count_json(sample->iterations_n));
	json_object_set_new(entry, "real_time", number_json(wall_ns));
	// compare.py cannot do without; an entry without a cpu_ns of its own tells that this one was not measured.
	json_object_set_new(entry, "cpu_time", number_json(isfinite(cpu_ns) ? cpu_ns : wall_ns));
	json_object_set_new(entry, "time_unit", json_string("ns"));
	for (int metric = 0; metric < METRIC_N; metric++) {
		json_t *value = number_json(sample->value[metric]);
		if (value)
			json_object_set_new(entry, metric_name((enum metric)metric), value);
	}
	json_object_set_new(entry, "order", json_integer(sample->order));
	json_object_set_new(entry, "batch", json_integer(sample->batch_n));
	return entry;
}

static int samples_put(FILE *out, const struct record *record)
{
	const char *before = "\n";
	for (uint32_t i = 0; i < record->samples_n; i++) {
		const struct sample *sample = &record->samples[i];
		char name[SPEC_NAME_BYTES];
		// Without a time an entry would break compare.py, and says nothing.
		if (!isfinite(sample->value[METRIC_wall_ns]))
			continue;
		spec_name(&record->rows[sample->row].spec, name, sizeof name);
		int status = line_put(out, before, sample_json(record, sample, name), "");
		if (status < 0)
			return status;
		before = ",\n";
	}
	fputs("\n],\n", out);
	return 0;
}

static json_t *options_json(const struct run_options *options)
{
	json_t *json = json_object();
	json_object_set_new(json, "suite", text_json(options->suite));
	json_object_set_new(json, "seed", seed_json(options->seed));
	json_object_set_new(json, "rounds_least", json_integer(options->rounds_least));
	json_object_set_new(json, "rounds_most", json_integer(options->rounds_most));
	json_object_set_new(json, "time_budget_ns", count_json(options->time_budget_ns));
	json_object_set_new(json, "visit_ns", count_json(options->visit_ns));
	json_object_set_new(json, "target_ci", number_json(options->target_ci));
	return json;
}

static json_t *clock_json(const struct clock_facts *clock)
{
	json_t *json = json_object();
	json_object_set_new(json, "cost_ns", number_json(clock->cost_ns));
	json_object_set_new(json, "resolution_ns", count_json(clock->resolution_ns));
	return json;
}

static json_t *row_name_json(const struct record *record, int32_t row)
{
	char name[SPEC_NAME_BYTES];
	if (row < 0)
		return json_null();
	return text_json(spec_name(&record->rows[row].spec, name, sizeof name));
}

static json_t *roofs_json(const struct record *record, const struct row *row)
{
	json_t *roofs = json_array();
	for (int i = 0; i < 3; i++) {
		if (row->roof[i] < 0)
			continue;
		json_t *roof = json_object();
		json_object_set_new(roof, "name", row_name_json(record, row->roof[i]));
		json_object_set_new(roof, "work", number_json(row->roof_work[i]));
		json_array_append_new(roofs, roof);
	}
	return roofs;
}

static json_t *row_json(const struct record *record, const struct row *row)
{
	json_t *json = json_object(), *counted = json_object();
	json_object_set_new(json, "name", row_name_json(record, (int32_t)(row - record->rows)));
	json_object_set_new(json, "group", text_json(row->group));
	json_object_set_new(json, "state", json_string(row_state_names[row->state]));
	json_object_set_new(json, "reason", text_json(row->reason));
	json_object_set_new(json, "lost", json_integer(row->lost_n));
	json_object_set_new(json, "retries", json_integer(row->retries_n));
	json_object_set_new(json, "baseline", row_name_json(record, row->baseline));
	json_object_set_new(json, "peer", row_name_json(record, row->peer));
	json_object_set_new(json, "inplace", row_name_json(record, row->inplace));
	json_object_set_new(json, "roofs", roofs_json(record, row));
	json_object_set_new(json, "iterations", count_json(row->iterations_n));
	json_object_set_new(json, "batch", json_integer(row->batch_n));
	json_object_set_new(json, "bytes", count_json(row->bytes));
	json_object_set_new(json, "flops", count_json(row->flops));
	json_object_set_new(json, "label", text_json(row->label));
	for (int counter = 0; counter < COUNTER_N; counter++)
		json_object_set_new(counted, counter_name((enum counter)counter), count_json(row->counted[counter]));
	json_object_set_new(json, "counted_per_1000", counted);
	return json;
}

static json_t *round_json(const struct round_noise *round)
{
	json_t *json = json_object();
	json_object_set_new(json, "round", json_integer(round->round));
	json_object_set_new(json, "begin_ns", count_json(round->begin_ns));
	json_object_set_new(json, "wall_ns", count_json(round->noise.wall_ns));
	json_object_set_new(json, "steal_ns", count_json(round->noise.steal_ns));
	json_object_set_new(json, "busy_ns", count_json(round->noise.busy_ns));
	json_object_set_new(json, "psi_cpu_us", count_json(round->noise.psi_cpu_us));
	json_object_set_new(json, "interrupts_n", count_json(round->noise.interrupts_n));
	json_object_set_new(json, "others_ns", count_json(round->noise.others_ns));
	if (round->noise.throttled_n != UINT64_MAX) {
		json_object_set_new(json, "throttled_n", count_json(round->noise.throttled_n));
		json_object_set_new(json, "throttled_ns", count_json(round->noise.throttled_ns));
	}
	json_object_set_new(json, "gap_ns", count_json(round->gap_ns));
	return json;
}

// All pairs of one visit, which stand together.
static json_t *cpu_pairs_json(const struct record *record, uint32_t first, uint32_t *next)
{
	const struct cpu_pair_sample *pairs = record->cpu_pairs;
	json_t *json = json_object(), *list = json_array();
	uint32_t i = first;
	for (; i < record->cpu_pairs_n && pairs[i].row == pairs[first].row && pairs[i].round == pairs[first].round; i++)
		json_array_append_new(list, json_pack("[i,i,o]", pairs[i].from, pairs[i].to, number_json(pairs[i].wall_ns)));
	json_object_set_new(json, "name", row_name_json(record, (int32_t)pairs[first].row));
	json_object_set_new(json, "round", json_integer(pairs[first].round));
	json_object_set_new(json, "pairs", list);
	*next = i;
	return json;
}

static int cpu_pairs_line_put(FILE *out, const struct record *record, uint32_t *at)
{
	const char *before = *at ? ",\n" : "\n";
	return line_put(out, before, cpu_pairs_json(record, *at, at), "");
}

static int cpu_pairs_put(FILE *out, const struct record *record)
{
	int status = 0;
	if (record->cpu_pairs_n == 0)
		return 0;
	fputs(",\n\"cpu_pairs\": [", out);
	for (uint32_t i = 0; status == 0 && i < record->cpu_pairs_n;)
		status = cpu_pairs_line_put(out, record, &i);
	fputs("\n]", out);
	return status;
}

static int facts_put(FILE *out, const struct record *record)
{
	const struct {
		const char *before;
		json_t *json;
	} part[] = {
		{"\"tvp\": {\n\"version\": ", json_integer(RESULT_VERSION)},
		{"\"command\": ", text_json(record->options.command)},
		{"\"options\": ", options_json(&record->options)},
		{"\"date\": ", text_json(record->date)},
		{"\"stop\": ", json_string(stop_names[record->stop])},
		{"\"elapsed_ns\": ", count_json(record->elapsed_ns)},
		{"\"timed_ns\": ", number_or_null_json(record_timed_ns(record))},
		{"\"clock\": ", clock_json(&record->clock)},
		{"\"machine\": ", facts_json(&record->facts)},
		{"\"ways\": ", ways_json(&record->ways)},
		{"\"warnings\": ", warnings_json(&record->facts)},
		{"\"counters_why_not\": ", text_json(record->counters_why_not)},
		{"\"topology_xml\": ", record->topology_xml ? text_json(record->topology_xml) : json_null()},
	};
	int status = 0;
	for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
		int put = line_put(out, part[i].before, part[i].json, ",\n");
		status = status < 0 ? status : put;
	}
	if (status == 0 && *record->pairs)
		status = line_put(out, "\"pairs\": ", text_json(record->pairs), ",\n");
	return status;
}

int result_compose(FILE *out, const void *context)
{
	const struct record *record = context;
	int status = context_put(out, record);
	if (status == 0)
		status = samples_put(out, record);
	if (status == 0)
		status = facts_put(out, record);
	fputs("\"rows\": [", out);
	for (uint32_t i = 0; status == 0 && i < record->rows_n; i++)
		status = line_put(out, i ? ",\n" : "\n", row_json(record, &record->rows[i]), "");
	fputs("\n],\n\"rounds\": [", out);
	for (uint32_t i = 0; status == 0 && i < record->rounds_n; i++)
		status = line_put(out, i ? ",\n" : "\n", round_json(&record->rounds[i]), "");
	fputs("\n]", out);
	if (status == 0)
		status = cpu_pairs_put(out, record);
	fputs("\n}\n}\n", out);
	return status;
}

int result_save(const struct record *record, const char *path)
{
	return file_replace(path, result_compose, record);
}
