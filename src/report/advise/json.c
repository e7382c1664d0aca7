#include <math.h>

#include "advise/term.h"
#include "report/advise/command.h"
#include "report/advise/parts.h"
#include "report/advise/service.h"

json_t *setting_json(const struct point *setting)
{
	char schedule[40];
	json_t *json = json_pack("{s:s, s:i, s:s}", "model", setting->model->name, "workers", (int)setting->workers, "pin",
	                         pin_name(setting->pin));
	if (setting->model->resident)
		json_object_set_new(json, "wait", json_string(wait_name(setting->wait)));
	json_object_set_new(json, "transport",
	                    setting->transport ? json_sprintf("copy:%s", setting->transport->name)
	                                       : json_string("inplace"));
	json_object_set_new(json, "schedule", json_string(schedule_format(schedule, sizeof schedule, &setting->schedule)));
	return json;
}

static json_t *terms_json(const struct prediction *prediction)
{
	json_t *json = json_object();
	for (int i = 0; i < TERM_N; i++)
		json_object_set_new(json, terms[i]->name, number_or_null_json(prediction->term[i].ns));
	return json;
}

static json_t *candidate_json(const struct candidate *candidate)
{
	const struct prediction *prediction = &candidate->prediction;
	json_t *json = setting_json(&candidate->setting);
	json_object_set_new(json, "wall_ns", number_or_null_json(prediction->wall.ns));
	double doubt_ns = cost_has_interval(&prediction->wall) ? prediction->wall.doubt_ns : NAN;
	double low_ns = prediction->wall.ns - doubt_ns;
	json_object_set_new(json, "low_ns", number_or_null_json(low_ns < 0 ? 0 : low_ns));
	json_object_set_new(json, "high_ns", number_or_null_json(prediction->wall.ns + prediction->late_ns + doubt_ns));
	json_object_set_new(json, "cpu_ns", number_or_null_json(prediction->cpu_ns));
	json_object_set_new(json, "memory_bytes", number_or_null_json(candidate->memory_bytes));
	json_object_set_new(json, "terms_ns", terms_json(prediction));
	return json;
}

json_t *workload_json(const struct workload *workload)
{
	return json_pack("{s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:b, s:f}", "items", workload->items_n, "work_ns",
	                 workload->work_ns, "cv", workload->cv, "slope", workload->trend.slope, "bend",
	                 workload->trend.bend, "in_bytes", workload->in_bytes, "out_bytes", workload->out_bytes,
	                 "wait_share", workload->wait_share, "lock_share", workload->lock_share, "isolation",
	                 (int)workload->isolation, "memory_bytes", workload->memory_bytes);
}

static json_t *flips_json(const struct advice *advice)
{
	json_t *json = json_array();
	for (unsigned i = 0; i < advice->flips_n; i++)
		json_array_append_new(json, json_pack("{s:s, s:f, s:s, s:s}", "property", advice->flip[i].property, "at",
		                                      advice->flip[i].at, "side", advice->flip[i].below ? "below" : "above",
		                                      "winner", family_name(advice->flip[i].winner)));
	return json;
}

json_t *exclusions_json(const struct exclusion *exclusion, unsigned n)
{
	json_t *json = json_array();
	for (unsigned i = 0; i < n; i++)
		json_array_append_new(json, json_pack("{s:s, s:s}", "what", exclusion[i].what, "reason", exclusion[i].reason));
	return json;
}

static json_t *verified_json(const struct advice_report *report)
{
	json_t *json = json_array();
	for (unsigned i = 0; i < report->verified_n; i++) {
		json_t *one = candidate_json(report->verified[i].candidate);
		json_object_set_new(one, "measured_ns", number_or_null_json(report->verified[i].measured.ns));
		json_object_set_new(one, "measured_half_width_ns", number_or_null_json(report->verified[i].measured.doubt_ns));
		if (*report->verified[i].why_not)
			json_object_set_new(one, "why_not", text_json(report->verified[i].why_not));
		json_array_append_new(json, one);
	}
	return json;
}

static json_t *checked_json(const struct costs *costs)
{
	json_t *json = json_object();
	for (int kind = 0; kind < CHECKED_N; kind++) {
		unsigned rows_n = costs->check[kind].checked_n;
		json_t *error = number_or_null_json(rows_n > 0 ? costs->check[kind].error : NAN);
		json_object_set_new(json, checked_name((enum checked)kind),
		                    json_pack("{s:o, s:i}", "p95", error, "rows", (int)rows_n));
	}
	return json;
}

int advice_json_print(FILE *out, const struct advice_report *report)
{
	const struct advice *advice = report->advice;
	if (report->service)
		return service_json_print(out, report);
	if (report->command)
		return json_print(out, command_advice_json(report->command));
	json_t *ranked = json_array(), *json = json_object();
	for (uint32_t i = 0; i < advice->n; i++)
		json_array_append_new(ranked, candidate_json(&advice->candidate[i]));
	json_object_set_new(json, "version", json_integer(1));
	json_object_set_new(json, "costs", text_json(report->machine));
	json_object_set_new(json, "work", text_json(report->work));
	json_object_set_new(json, "workload", workload_json(&advice->workload));
	json_object_set_new(json, "ranked", ranked);
	json_object_set_new(json, "flips", flips_json(advice));
	json_object_set_new(json, "excluded", exclusions_json(advice->exclusion, advice->exclusions_n));
	json_object_set_new(json, "unpredicted", json_integer(advice->unknown_n));
	json_object_set_new(json, "unpredicted_reason", advice->unknown_n > 0 ? text_json(advice->unknown) : json_null());
	json_object_set_new(json, "verified", verified_json(report));
	json_object_set_new(json, "model_error", checked_json(advice->costs));
	return json_print(out, json);
}
