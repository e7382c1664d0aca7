// An examination for programs.
#include "report/doctor/doctor.h"

#include "report/text/json.h"
#include "report/text/text.h"

enum { DOCTOR_VERSION = 1 };

static json_t *finding_json(const struct finding *finding)
{
	json_t *json = json_object();
	json_object_set_new(json, "cause", json_string(finding->cause));
	json_object_set_new(json, "kind", json_string(finding_kind_names[finding->kind]));
	json_object_set_new(json, "text", text_json(finding->text));
	if (*finding->command) {
		json_object_set_new(json, "command", text_json(finding->command));
		json_object_set_new(json, "undo", text_json(finding->undo));
	}
	return json;
}

static json_t *log_json(const struct gap_log *log)
{
	json_t *json = json_object(), *buckets = json_array();
	if (!log->ran_ns) {
		json_decref(json);
		json_decref(buckets);
		return json_null();
	}
	json_object_set_new(json, "ran_ns", count_json(log->ran_ns));
	json_object_set_new(json, "lost_ns", count_json(log->lost_ns));
	json_object_set_new(json, "longest_ns", count_json(log->longest_ns));
	json_object_set_new(json, "gaps", count_json(log->gaps_n));
	json_object_set_new(json, "involuntary", count_json(log->involuntary_n));
	json_object_set_new(json, "quantum_ns", number_or_null_json(gap_speed_ns(log)));
	json_object_set_new(json, "quantum_spread", number_or_null_json(gap_speed_spread(log)));
	json_object_set_new(json, "period_ns", number_or_null_json(log->period_ns));
	for (int i = 0; i < GAP_BUCKETS; i++)
		json_array_append_new(buckets, count_json(log->bucket[i]));
	json_object_set_new(json, "gaps_by_log2_us", buckets);
	return json;
}

static json_t *spin_json(const struct spin *spin)
{
	json_t *json = json_array();
	for (unsigned i = 0; i < spin->cpus_n; i++) {
		json_t *cpu = json_object();
		json_object_set_new(cpu, "cpu", json_integer(spin->cpu[i].cpu));
		json_object_set_new(cpu, "alone", log_json(&spin->cpu[i].log[SPIN_ALONE]));
		json_object_set_new(cpu, "together", log_json(&spin->cpu[i].log[SPIN_TOGETHER]));
		json_array_append_new(json, cpu);
	}
	return json;
}

static json_t *forecast_json(const struct forecast *forecast)
{
	json_t *json = json_object();
	json_object_set_new(json, "spec", text_json(forecast->spec));
	json_object_set_new(json, "measured_blocks", json_integer(forecast->measured_n));
	json_object_set_new(json, "sigma", number_or_null_json(forecast->sigma));
	json_object_set_new(json, "block_ns", number_or_null_json(forecast->block_ns));
	json_object_set_new(json, "effect", number_json(forecast->effect));
	json_object_set_new(json, "regressed_blocks", number_or_null_json(forecast->blocks_n));
	json_object_set_new(json, "not_regressed_blocks", number_or_null_json(forecast->clear_n));
	return json;
}

static json_t *base_json(const struct doctor *doctor)
{
	json_t *json = json_object(), *findings = json_array();
	char list[160];
	json_object_set_new(json, "version", json_integer(DOCTOR_VERSION));
	json_object_set_new(json, "verdict", json_string(doctor_doubts(doctor) ? "doubtful" : "quiet"));
	json_object_set_new(json, "allowed_cpus",
	                    text_json(topology_allowed_list(doctor->settings.topology, list, sizeof list)));
	json_object_set_new(json, "seconds", number_json(doctor_seconds(doctor)));
	for (unsigned i = 0; i < doctor->findings_n; i++)
		json_array_append_new(findings, finding_json(&doctor->finding[i]));
	json_object_set_new(json, "findings", findings);
	return json;
}

int doctor_json_print(FILE *out, const struct doctor *doctor)
{
	json_t *json = base_json(doctor), *forecasts = json_array();
	for (unsigned i = 0; i < doctor->forecasts_n; i++)
		json_array_append_new(forecasts, forecast_json(&doctor->forecast[i]));
	json_object_set_new(json, "gate", forecasts);
	if (*doctor->forecast_why_not)
		json_object_set_new(json, "gate_why_not", text_json(doctor->forecast_why_not));
	json_object_set_new(json, "cpus", spin_json(&doctor->spin));
	return json_print(out, json);
}

int doctor_line_json_print(FILE *out, const struct doctor *doctor, const char *time)
{
	json_t *json = base_json(doctor);
	json_object_set_new(json, "time", text_json(time));
	int status = json_put(out, "", json, "\n", JSON_SAMPLE_DIGITS);
	int ended = text_end(out);
	return status < 0 ? status : ended;
}
