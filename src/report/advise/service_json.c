#include "report/advise/parts.h"
#include "report/advise/service.h"

static json_t *estimate_json(const struct estimate *estimate)
{
	json_t *json = json_object();
	json_object_set_new(json, "ns", number_or_null_json(estimate->ns));
	json_object_set_new(json, "low_ns", number_or_null_json(estimate->low_ns));
	json_object_set_new(json, "high_ns", number_or_null_json(estimate->high_ns));
	return json;
}

static json_t *server_json(const struct server *server)
{
	json_t *json = setting_json(&server->way.setting);
	json_object_set_new(json, "mean", estimate_json(&server->mean));
	json_object_set_new(json, "p50", estimate_json(&server->p50));
	json_object_set_new(json, "p99", estimate_json(&server->p99));
	json_object_set_new(json, "utilisation", number_or_null_json(server->utilisation));
	json_object_set_new(json, "cpus", number_or_null_json(server->cpus));
	json_object_set_new(json, "rate_most_hz", number_or_null_json(server->way.rate_most_hz));
	json_object_set_new(json, "memory_bytes", number_or_null_json(server->memory_bytes));
	return json;
}

static json_t *ranges_json(const struct service *service)
{
	json_t *json = json_array();
	for (unsigned i = 0; i < service->ranges_n; i++) {
		json_t *one = setting_json(&service->range[i].setting);
		json_object_set_new(one, "from_hz", number_or_null_json(service->range[i].from_hz));
		json_array_append_new(json, one);
	}
	return json;
}

static json_t *served_json(const struct advice_report *report)
{
	json_t *json = json_array();
	for (unsigned i = 0; i < report->served_n; i++) {
		json_t *one = server_json(report->served[i].server);
		json_object_set_new(one, "measured_p50_ns", number_or_null_json(report->served[i].p50_ns));
		json_object_set_new(one, "measured_p99_ns", number_or_null_json(report->served[i].p99_ns));
		json_array_append_new(json, one);
	}
	return json;
}

int service_json_print(FILE *out, const struct advice_report *report)
{
	const struct service *service = report->service;
	json_t *ranked = json_array(), *json = json_object();
	for (uint32_t i = 0; i < service->n; i++)
		json_array_append_new(ranked, server_json(&service->server[i]));
	json_object_set_new(json, "version", json_integer(1));
	json_object_set_new(json, "costs", text_json(report->machine));
	json_object_set_new(json, "work", text_json(report->work));
	json_object_set_new(json, "workload", workload_json(&service->base.workload));
	json_object_set_new(json, "rate_hz", number_or_null_json(service->rate_hz));
	if (service->goal_p99_ns > 0)
		json_object_set_new(json, "goal_p99_ns", number_or_null_json(service->goal_p99_ns));
	json_object_set_new(json, "meets_goal", json_boolean(service->meets_goal));
	json_object_set_new(json, "equal", json_integer(service->equal_n));
	json_object_set_new(json, "rate_most_hz", number_or_null_json(service->rate_most_hz));
	json_object_set_new(json, "ranked", ranked);
	json_object_set_new(json, "along_rate", ranges_json(service));
	json_object_set_new(json, "excluded", exclusions_json(service->base.exclusion, service->base.exclusions_n));
	json_object_set_new(json, "verified", served_json(report));
	json_object_set_new(json, "unpredicted", json_integer(service->base.unknown_n));
	return json_print(out, json);
}
