// The comparison for programs.
#include "report/compare/compare.h"

#include "report/text/json.h"

static json_t *row_json(const struct comparison *comparison, const struct compared *row)
{
	json_t *json = json_object();
	json_object_set_new(json, "name", text_json(row->name));
	json_object_set_new(json, "a_ns", number_or_null_json(row->a_ns));
	json_object_set_new(json, "b_ns", number_or_null_json(row->b_ns));
	json_object_set_new(json, "ratio", number_or_null_json(row->ratio));
	json_object_set_new(json, "low", number_or_null_json(row->interval.low));
	json_object_set_new(json, "high", number_or_null_json(row->interval.high));
	json_object_set_new(json, "coverage", number_or_null_json(row->interval.coverage));
	json_object_set_new(json, "paired", json_boolean(comparison->paired));
	json_object_set_new(json, "n_a", json_integer(row->a_n));
	json_object_set_new(json, "n_b", json_integer(row->b_n));
	return json;
}

static json_t *missing_json(const struct compared *row)
{
	json_t *json = json_object();
	json_object_set_new(json, "name", text_json(row->name));
	json_object_set_new(json, "why", text_json(row->why));
	return json;
}

static json_t *revision_json(const struct record *record)
{
	const char *revision = facts_get(&record->facts, "git_revision");
	return revision ? text_json(revision) : json_null();
}

int compare_json_print(FILE *out, const struct comparison *comparison)
{
	json_t *json = json_object(), *revision = json_object();
	json_t *list[] = {
		[COMPARED] = json_array(),
		[COMPARED_NOT] = json_array(),
		[COMPARED_ONLY_A] = json_array(),
		[COMPARED_ONLY_B] = json_array(),
	};
	for (uint32_t i = 0; i < comparison->rows_n; i++) {
		const struct compared *row = &comparison->row[i];
		json_array_append_new(list[row->kind], row->kind == COMPARED       ? row_json(comparison, row)
		                                       : row->kind == COMPARED_NOT ? missing_json(row)
		                                                                   : text_json(row->name));
	}
	json_object_set_new(json, "tvp_compare", json_integer(1));
	json_object_set_new(json, "a", text_json(comparison->a.path));
	json_object_set_new(json, "b", text_json(comparison->b.path));
	json_object_set_new(revision, "a", revision_json(comparison->a.record));
	json_object_set_new(revision, "b", revision_json(comparison->b.record));
	json_object_set_new(json, "git_revision", revision);
	json_object_set_new(json, "machine_differences",
	                    machine_json(comparison->difference, comparison->differences_n, "a", "b"));
	json_object_set_new(json, "rows", list[COMPARED]);
	json_object_set_new(json, "not_compared", list[COMPARED_NOT]);
	json_object_set_new(json, "only_a", list[COMPARED_ONLY_A]);
	json_object_set_new(json, "only_b", list[COMPARED_ONLY_B]);
	return json_print(out, json);
}
