// What was not measured is null; metrics that a row lacks are left out.
#include "report/table/json.h"

#include <math.h>
#include <string.h>

#include "report/table/breakeven.h"
#include "report/table/cost.h"
#include "report/table/cpu_pairs.h"
#include "report/text/json.h"

static json_t *axes_json(const struct spec *spec)
{
	json_t *json = json_object();
	for (unsigned i = 0; i < spec->axes_n; i++)
		json_object_set_new(json, spec_axis(spec, i).key, text_json(spec_axis(spec, i).value));
	return json;
}

// null where the figure does not apply; an interval's ends are null where there are too few rounds for one.
static json_t *summary_json(const struct summary *summary)
{
	bool known = summary->median_interval.coverage > 0;
	if (summary->n == 0)
		return json_null();
	json_t *json = json_object();
	json_object_set_new(json, "median", number_or_null_json(summary->median));
	json_object_set_new(json, "low", number_or_null_json(known ? summary->median_interval.low : NAN));
	json_object_set_new(json, "high", number_or_null_json(known ? summary->median_interval.high : NAN));
	return json;
}

// null where the values are one group.
static json_t *modes_json(const struct modes *modes)
{
	if (modes->low_n == 0)
		return json_null();
	json_t *json = json_object();
	json_object_set_new(json, "low", number_json(modes->low));
	json_object_set_new(json, "low_rounds", json_integer((json_int_t)modes->low_n));
	json_object_set_new(json, "high", number_json(modes->high));
	json_object_set_new(json, "high_rounds", json_integer((json_int_t)modes->high_n));
	return json;
}

static json_t *medians_json(const struct figures *figures)
{
	json_t *json = json_object();
	for (int metric = 0; metric < METRIC_N; metric++)
		if (metric != METRIC_wall_ns && isfinite(figures->median[metric]))
			json_object_set_new(json, metric_name((enum metric)metric), number_json(figures->median[metric]));
	return json;
}

static json_t *row_json(const struct derived *derived, uint32_t index)
{
	const struct row *rows = derived->record->rows, *row = &rows[index];
	const struct figures *figures = &derived->row[index];
	char name[SPEC_NAME_BYTES];
	bool twinned = figures->twin.n > 0;
	json_t *json = json_object();
	json_object_set_new(json, "name", text_json(spec_name(&row->spec, name, sizeof name)));
	json_object_set_new(json, "experiment", text_json(row->spec.experiment));
	json_object_set_new(json, "axes", axes_json(&row->spec));
	json_object_set_new(json, "state", json_string(row_state_names[row->state]));
	json_object_set_new(json, "reason", text_json(row->reason));
	json_object_set_new(json, "rounds", json_integer((json_int_t)figures->wall.n));
	json_object_set_new(json, "wall_ns", summary_json(&figures->wall));
	json_object_set_new(json, "modes_ns", modes_json(&figures->modes));
	json_object_set_new(json, "spread", number_or_null_json(figures->spread));
	json_object_set_new(json, "speedup", summary_json(&figures->speedup));
	json_object_set_new(json, "efficiency", number_or_null_json(figures->efficiency));
	json_object_set_new(json, "thread_ratio", summary_json(&figures->peer));
	json_object_set_new(json, "copying", summary_json(&figures->copying));
	json_object_set_new(json, "roof", summary_json(&figures->roof));
	json_object_set_new(json, "twin",
	                    twinned ? text_json(spec_name(&rows[row->baseline].spec, name, sizeof name)) : json_null());
	json_object_set_new(json, "twin_ratio", summary_json(&figures->twin));
	json_object_set_new(json, "bytes_per_s", number_or_null_json(figures->bytes_per_ns * 1e9));
	json_object_set_new(json, "flops_per_s", number_or_null_json(figures->flops_per_ns * 1e9));
	json_object_set_new(json, "medians", medians_json(figures));
	return json;
}

static json_t *rows_json(const struct derived *derived)
{
	json_t *json = json_array();
	for (uint32_t i = 0; i < derived->record->rows_n; i++)
		json_array_append_new(json, row_json(derived, i));
	return json;
}

// The axes of a row that are among the keys.
static json_t *some_axes_json(const struct spec *spec, const char *const *keys)
{
	json_t *json = json_object();
	for (; *keys; keys++)
		if (spec_get(spec, *keys))
			json_object_set_new(json, *keys, text_json(spec_get(spec, *keys)));
	return json;
}

static json_t *cost_json(const struct derived *derived, uint32_t row)
{
	const struct spec *spec = &derived->record->rows[row].spec;
	struct cost costs[COST_MODELS_MAX];
	unsigned costs_n = costs_of(derived, row, costs);
	json_t *json = json_object(), *models = json_array();
	for (unsigned i = 0; i < costs_n; i++) {
		json_t *model = json_object();
		json_object_set_new(model, "model", json_string(costs[i].model));
		json_object_set_new(model, "workers", costs[i].fewest ? json_integer(costs[i].fewest) : json_null());
		json_object_set_new(model, "workers_most", json_integer(costs[i].most));
		json_array_append_new(models, model);
	}
	json_object_set_new(json, "experiment", text_json(spec->experiment));
	json_object_set_new(json, "axes", some_axes_json(spec, problem_keys()));
	json_object_set_new(json, "serial_ns", number_or_null_json(derived->row[cost_serial(derived, row)].wall.median));
	json_object_set_new(json, "models", models);
	return json;
}

static json_t *costs_json(const struct derived *derived)
{
	json_t *json = json_array();
	for (uint32_t i = 0; i < derived->record->rows_n; i++)
		if (cost_applies(derived, i))
			json_array_append_new(json, cost_json(derived, i));
	return json;
}

static json_t *break_even_json(const struct derived *derived, const struct break_even *entry)
{
	static const char *const units[] = {
		[SIZE_UNIT_NS] = "ns", [SIZE_UNIT_BYTES] = "bytes", [SIZE_UNIT_ITEMS] = "items"};
	const struct spec *spec = &derived->record->rows[entry->row[0]].spec;
	const struct crossing *crossing = &entry->crossing;
	json_t *json = json_object(), *axes = axes_json(spec), *size = json_object();
	json_object_del(axes, "size");
	json_object_set_new(size, "median", number_or_null_json(crossing->median));
	json_object_set_new(size, "low", number_or_null_json(crossing->has_interval ? crossing->low : NAN));
	json_object_set_new(size, "high", number_or_null_json(crossing->has_interval ? crossing->high : NAN));
	json_object_set_new(json, "experiment", text_json(spec->experiment));
	json_object_set_new(json, "axes", axes);
	json_object_set_new(json, "unit", json_string(units[entry->unit]));
	json_object_set_new(json, "size", size);
	json_object_set_new(json, "size_least", number_or_null_json(entry->size[0]));
	json_object_set_new(json, "size_most", number_or_null_json(entry->size[entry->sizes_n - 1]));
	return json;
}

static json_t *break_evens_json(const struct derived *derived, const struct break_evens *found)
{
	json_t *json = json_array();
	for (unsigned i = 0; i < found->entries_n; i++)
		json_array_append_new(json, break_even_json(derived, &found->entry[i]));
	return json;
}

static json_t *cpu_pairs_json(const struct cpu_pairs *pairs)
{
	json_t *json = json_array();
	for (uint32_t i = 0; i < pairs->n; i++) {
		const struct cpu_pair *pair = &pairs->pair[i];
		json_t *entry = json_object(), *cpus = json_array();
		json_array_append_new(cpus, json_integer(pair->cpu[0]));
		json_array_append_new(cpus, json_integer(pair->cpu[1]));
		json_object_set_new(entry, "cpus", cpus);
		json_object_set_new(entry, "between", json_string(pair->processes ? "processes" : "threads"));
		json_object_set_new(entry, "wall_ns", number_or_null_json(pair->wall_ns));
		json_object_set_new(entry, "visits", json_integer(pair->visits_n));
		json_array_append_new(json, entry);
	}
	return json;
}

static json_t *run_json(const struct derived *derived, const struct break_evens *found, const struct cpu_pairs *pairs)
{
	const struct record *record = derived->record;
	json_t *json = json_object();
	json_object_set_new(json, "tvp_show", json_integer(1));
	json_object_set_new(json, "suite", text_json(record->options.suite));
	json_object_set_new(json, "command", text_json(record->options.command));
	json_object_set_new(json, "date", text_json(record->date));
	json_object_set_new(json, "machine", facts_json(&record->facts));
	json_object_set_new(json, "warnings", warnings_json(&record->facts));
	json_object_set_new(json, "seed", seed_json(record->options.seed));
	json_object_set_new(json, "stop", json_string(stop_names[record->stop]));
	json_object_set_new(json, "rounds", json_integer(record->rounds_n));
	json_object_set_new(json, "elapsed_ns", count_json(record->elapsed_ns));
	json_object_set_new(json, "timed_ns", number_or_null_json(record_timed_ns(record)));
	json_object_set_new(json, "target_ci", number_or_null_json(record->options.target_ci));
	json_object_set_new(json, "noise_floor", number_or_null_json(derive_noise(derived, NULL)));
	json_object_set_new(json, "rows", rows_json(derived));
	json_object_set_new(json, "cost", costs_json(derived));
	json_object_set_new(json, "break_even", break_evens_json(derived, found));
	json_object_set_new(json, "cpu_pairs", cpu_pairs_json(pairs));
	return json;
}

int run_json_print(FILE *out, const struct derived *derived)
{
	struct break_evens found;
	struct cpu_pairs pairs = {0};
	int status = break_evens_find(derived, &found);
	if (status == 0)
		status = cpu_pairs_open(&pairs, derived);
	if (status == 0)
		status = json_print(out, run_json(derived, &found, &pairs));
	cpu_pairs_free(&pairs);
	break_evens_free(&found);
	return status;
}
