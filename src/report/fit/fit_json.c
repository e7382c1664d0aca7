// The laws for programs.
#include "report/fit/fit_report.h"

#include "report/text/json.h"

#include <math.h>
#include <string.h>

static void interval_add(json_t *json, const char *low, const char *high, const struct interval *interval)
{
	json_object_set_new(json, low, number_or_null_json(interval->coverage > 0 ? interval->low : NAN));
	json_object_set_new(json, high, number_or_null_json(interval->coverage > 0 ? interval->high : NAN));
}

static json_t *axes_json(const struct spec *spec)
{
	json_t *json = json_object();
	for (unsigned i = 0; i < spec->axes_n; i++) {
		struct axis axis = spec_axis(spec, i);
		if (strcmp(axis.key, "workers") != 0)
			json_object_set_new(json, axis.key, text_json(axis.value));
	}
	return json;
}

static json_t *points_json(const struct curve *curve)
{
	json_t *list = json_array();
	for (unsigned i = 0; i < curve->points_n; i++) {
		const struct fitted_point *point = &curve->point[i];
		json_t *json = json_object();
		json_object_set_new(json, "workers", json_integer(point->workers_n));
		json_object_set_new(json, "speedup", number_or_null_json(point->speedup));
		if (!point->fitted)
			json_object_set_new(json, "not_fitted", text_json(regime_why_not(&curve->regime, point->workers_n)));
		if (!*curve->why_not && point->fitted) {
			struct interval band = curve_prediction(curve, point->workers_n);
			json_object_set_new(json, "law", number_or_null_json(law_capacity(curve_fit(curve), point->workers_n)));
			interval_add(json, "low", "high", &band);
		}
		json_array_append_new(list, json);
	}
	return list;
}

static json_t *parameters_json(const struct curve *curve)
{
	const struct law_fit *fit = curve_fit(curve);
	struct law_points points = {curve->fitted_n, curve->workers, curve->capacity};
	double error[LAW_PARAMETERS_MAX];
	json_t *list = json_object();
	law_standard_errors(fit, &points, error);
	for (unsigned i = 0; i < fit->law->parameters_n; i++) {
		json_t *json = json_object();
		json_object_set_new(json, "value", number_or_null_json(fit->parameter[i]));
		interval_add(json, "low", "high", &curve->parameter[i]);
		json_object_set_new(json, "standard_error", number_or_null_json(error[i]));
		interval_add(json, "rounds_low", "rounds_high", &curve->resampled.parameter[i]);
		json_object_set_new(list, fit->law->parameter[i].name, json);
	}
	return list;
}

static json_t *laws_json(const struct law_choice *choice)
{
	json_t *list = json_array();
	for (unsigned i = 0; i < choice->fits_n; i++) {
		json_t *json = json_object();
		json_object_set_new(json, "law", json_string(choice->fit[i].law->name));
		json_object_set_new(json, "aicc", number_or_null_json(choice->fit[i].aicc));
		json_object_set_new(json, "weight", number_or_null_json(choice->weight[i]));
		json_array_append_new(list, json);
	}
	return list;
}

// An open end is null, and `none_below` says what is known all the same.
static json_t *peak_json(const struct curve *curve)
{
	json_t *json = json_object();
	json_object_set_new(json, "named", json_boolean(curve_has_peak(curve)));
	json_object_set_new(json, "workers", number_or_null_json(curve->peak.at));
	interval_add(json, "low", "high", &curve->peak.interval);
	json_object_set_new(json, "none_below", number_or_null_json(floor(curve->peak.interval.low)));
	return json;
}

static void law_add(json_t *json, const struct curve *curve)
{
	const struct law_fit *fit = curve_fit(curve);
	json_object_set_new(json, "law", json_string(fit->law->name));
	json_object_set_new(json, "formula", json_string(fit->law->formula));
	json_object_set_new(json, "parameters", parameters_json(curve));
	if (curve->peak.interval.coverage > 0)
		json_object_set_new(json, "peak", peak_json(curve));
	json_object_set_new(json, "sigma", number_or_null_json(fit->sigma));
	json_object_set_new(json, "weight", number_or_null_json(curve->choice.weight[curve->choice.best]));
	json_object_set_new(json, "rounds_agree", number_or_null_json(curve->resampled.agree));
	json_object_set_new(json, "laws", laws_json(&curve->choice));
}

static json_t *curve_json(const struct curves *curves, const struct curve *curve)
{
	char name[SPEC_NAME_BYTES];
	const struct spec *spec = &curves->derived->record->rows[curve->first].spec;
	json_t *json = json_object();
	json_object_set_new(json, "name", text_json(curve_name(curves, curve, name, sizeof name)));
	json_object_set_new(json, "experiment", text_json(spec->experiment));
	json_object_set_new(json, "axes", axes_json(spec));
	json_object_set_new(json, "points", points_json(curve));
	if (*curve->why_not)
		json_object_set_new(json, "why_not", text_json(curve->why_not));
	else
		law_add(json, curve);
	return json;
}

int fit_json_print(FILE *out, const struct curves *curves)
{
	json_t *json = json_object(), *list = json_array();
	for (unsigned i = 0; i < curves->curves_n; i++)
		json_array_append_new(list, curve_json(curves, &curves->curve[i]));
	json_object_set_new(json, "tvp_fit", json_integer(1));
	json_object_set_new(json, "scale", json_string(curves->request.scale == LAW_LOGS ? "log" : "linear"));
	json_object_set_new(json, "curves", list);
	return json_print(out, json);
}
