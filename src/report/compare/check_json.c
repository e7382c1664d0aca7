// The verdicts for programs.
#include "report/compare/check.h"

#include "report/text/json.h"

static json_t *row_json(const struct check_row *row)
{
	json_t *json = json_object();
	json_object_set_new(json, "name", text_json(row->name));
	json_object_set_new(json, "verdict", json_string(check_verdict_name(row->verdict)));
	json_object_set_new(json, "ratio", number_or_null_json(row->ratio));
	json_object_set_new(json, "low", number_or_null_json(row->low));
	json_object_set_new(json, "high", number_or_null_json(row->high));
	json_object_set_new(json, "baseline_ns", number_or_null_json(row->baseline_ns));
	json_object_set_new(json, "result_ns", number_or_null_json(row->result_ns));
	json_object_set_new(json, "baseline_runs", json_integer(row->runs_n));
	json_object_set_new(json, "finds", number_or_null_json(row->detects));
	json_object_set_new(json, "reason", text_json(row->reason));
	return json;
}

static json_t *paths_json(const struct check *check)
{
	json_t *paths = json_array();
	for (unsigned i = 0; i < check->baselines_n; i++)
		json_array_append_new(paths, text_json(check->baselines[i].path));
	return paths;
}

int check_json_print(FILE *out, const struct check *check)
{
	json_t *json = json_object(), *judged = json_array(), *others = json_array();
	for (uint32_t i = 0; i < check->rows_n; i++) {
		const struct check_row *row = &check->row[i];
		json_array_append_new(row->verdict == CHECK_NOT_JUDGED ? others : judged, row_json(row));
	}
	json_object_set_new(json, "tvp_check", json_integer(1));
	json_object_set_new(json, "verdict", json_string(check_verdict_name(check_worst(check))));
	json_object_set_new(json, "result", text_json(check->result.path));
	json_object_set_new(json, "baselines", paths_json(check));
	json_object_set_new(json, "effect", json_real(check->options.effect));
	json_object_set_new(json, "tolerate", json_real(check->options.tolerate));
	json_object_set_new(json, "alpha", json_real(check->options.alpha));
	json_object_set_new(json, "caveat", text_json(check_caveat(check)));
	json_object_set_new(json, "differs", check->differs ? text_json(check->differs) : json_null());
	json_object_set_new(json, "machine_differences",
	                    machine_json(check->difference, check->differences_n, "baseline", "result"));
	json_object_set_new(json, "kernel_differences",
	                    machine_json(check->changed, check->changed_n, "baseline", "result"));
	json_object_set_new(json, "rows", judged);
	json_object_set_new(json, "not_judged", others);
	return json_print(out, json);
}
