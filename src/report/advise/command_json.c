#include <math.h>

#include "report/advise/command.h"
#include "report/advise/parts.h"

static json_t *way_json(const struct command_way *way)
{
	char model[40];
	json_t *terms = json_object();
	json_object_set_new(terms, "even", number_or_null_json(way->even_ns));
	json_object_set_new(terms, "tail", number_or_null_json(way->tail_ns));
	json_object_set_new(terms, "beside", number_or_null_json(way->beside_ns));
	json_t *json =
		json_pack("{s:s, s:i}", "model", command_model_text(model, sizeof model, way), "workers", (int)way->workers_n);
	json_object_set_new(json, "wall_ns", number_or_null_json(way->wall.ns));
	json_object_set_new(json, "low_ns", number_or_null_json(fmax(way->wall.ns - way->wall.doubt_ns, 0)));
	json_object_set_new(json, "high_ns", number_or_null_json(way->wall.ns + way->wall.doubt_ns));
	json_object_set_new(json, "cpu_ns", number_or_null_json(way->cpu_ns));
	json_object_set_new(json, "memory_bytes", number_or_null_json(way->memory_bytes > 0 ? way->memory_bytes : NAN));
	json_object_set_new(json, "terms_ns", terms);
	return json;
}

static json_t *inputs_json(const struct command_advice *advice)
{
	const struct command_list *list = &advice->list;
	json_t *json = json_object();
	json_object_set_new(json, "items", number_or_null_json(list->items_n));
	json_object_set_new(json, "measured_items", number_or_null_json((double)list->n));
	json_object_set_new(json, "tried_items", number_or_null_json((double)list->tried_n));
	json_object_set_new(json, "work_ns", number_or_null_json(advice->mean_ns));
	json_object_set_new(json, "alone_ns", number_or_null_json(advice->mean_ns / advice->rounds_factor));
	json_object_set_new(json, "cpu_ns", number_or_null_json(advice->mean_cpu_ns));
	json_object_set_new(json, "cpus", number_or_null_json(advice->busy));
	json_object_set_new(json, "cv", number_or_null_json(advice->cv));
	json_object_set_new(json, "start_ns", number_or_null_json(list->start_ns > 0 ? list->start_ns : NAN));
	return json;
}

static json_t *flips_json(const struct command_advice *advice)
{
	json_t *json = json_array();
	for (unsigned i = 0; i < advice->flips_n; i++) {
		const struct command_flip *flip = &advice->flip[i];
		char winner[40];
		command_model_text(winner, sizeof winner, &advice->way[advice->best[flip->winner]]);
		json_array_append_new(json, json_pack("{s:s, s:f, s:s, s:s}", "property", flip->property, "at", flip->at,
		                                      "side", flip->below ? "below" : "above", "winner", winner));
	}
	return json;
}

static json_t *verified_json(const struct command_report *report)
{
	json_t *json = json_array();
	for (unsigned i = 0; i < report->verified_n; i++) {
		json_t *one = way_json(report->verified[i].way);
		json_object_set_new(one, "items", number_or_null_json(report->verified_items_n));
		json_object_set_new(one, "predicted_ns", number_or_null_json(report->verified[i].predicted_ns));
		json_object_set_new(one, "measured_ns", number_or_null_json(report->verified[i].measured_ns));
		json_array_append_new(json, one);
	}
	return json;
}

json_t *command_advice_json(const struct command_report *report)
{
	const struct command_advice *advice = report->advice;
	json_t *ranked = json_array(), *json = json_object();
	for (unsigned i = 0; i < advice->n; i++)
		json_array_append_new(ranked, way_json(&advice->way[i]));
	json_object_set_new(json, "version", json_integer(1));
	json_object_set_new(json, "command", text_json(report->command));
	json_object_set_new(json, "work", text_json(report->work));
	json_object_set_new(json, "workload", inputs_json(advice));
	json_object_set_new(json, "ranked", ranked);
	json_object_set_new(json, "shell", *report->shell ? text_json(report->shell) : json_null());
	json_object_set_new(json, "flips", flips_json(advice));
	json_object_set_new(json, "excluded", exclusions_json(advice->exclusion, advice->exclusions_n));
	json_object_set_new(json, "verified", verified_json(report));
	return json;
}
