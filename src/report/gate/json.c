// The gate's own file: everything a verdict was made of, every raw block on a line, so that verdicts can be recomputed.
// What is no number (an estimate without blocks, a bound that does not exist) is null; series that a row lacks are
// left out.
#include <math.h>

#include "report/gate/entries.h"
#include "report/gate/outputs.h"
#include "report/gate/printed.h"
#include "report/text/json.h"

static int line_put(FILE *out, const char *before, json_t *json, const char *after)
{
	return json_put(out, before, json, after, JSON_BLOCK_DIGITS);
}

static json_t *series_json(unsigned series)
{
	json_t *json = json_array();
	for (enum series i = SERIES_WALL; i < SERIES_N; i++)
		if (series & 1u << i)
			json_array_append_new(json, json_string(series_name(i)));
	return json;
}

static json_t *options_json(const struct gate_options *options)
{
	json_t *json = json_object();
	json_object_set_new(json, "seed", seed_json(options->seed));
	json_object_set_new(json, "suite", text_json(options->suite));
	json_object_set_new(json, "time_budget_ns", count_json(options->time_budget_ns));
	json_object_set_new(json, "slice_ns", count_json(options->slice_ns));
	json_object_set_new(json, "unbound", json_boolean(options->unbound));
	json_object_set_new(json, "deadline_ns", count_json(options->deadline_ns));
	json_object_set_new(json, "blocks", json_integer(options->blocks_n));
	json_object_set_new(json, "effect", number_or_null_json(options->effect));
	json_object_set_new(json, "tolerate", number_or_null_json(options->tolerate));
	json_object_set_new(json, "alpha", number_or_null_json(options->alpha));
	json_object_set_new(json, "beta", number_or_null_json(options->beta));
	json_object_set_new(json, "steal_most", number_or_null_json(options->steal_most));
	json_object_set_new(json, "statistic",
	                    options->statistic < STATISTIC_N ? json_string(statistic_name(options->statistic))
	                                                     : json_null());
	json_object_set_new(json, "series", series_json(options->series));
	return json;
}

static json_t *words_json(const char *const *words, unsigned words_n)
{
	json_t *json = json_array();
	for (unsigned i = 0; i < words_n; i++)
		json_array_append_new(json, text_json(words[i]));
	return json;
}

static json_t *sides_json(const struct gate *gate)
{
	json_t *sides = json_object();
	for (int i = 0; i < SIDES_N; i++) {
		const struct side *side = &gate->side[i];
		json_t *json = json_object();
		json_object_set_new(json, "program", text_json(side->program));
		if (side->variants_n > 1)
			json_object_set_new(json, "variants", words_json(side->variant, side->variants_n));
		json_object_set_new(json, "prefix", words_json(side->prefix, side->prefix_n));
		json_object_set_new(json, "env", words_json(side->env, side->env_n));
		json_object_set_new(json, "revision", text_json(side->revision));
		json_object_set_new(sides, side->name, json);
	}
	return sides;
}

static json_t *half_json(const struct side *side, const struct block_half *half)
{
	json_t *json = json_object(), *series = json_object(), *wall = json_object();
	for (enum series i = SERIES_WALL; i < SERIES_N; i++)
		if (isfinite(half->value[i]))
			json_object_set_new(series, series_name(i), number_json(half->value[i]));
	for (enum statistic i = 0; i < STATISTIC_N; i++)
		json_object_set_new(wall, statistic_name(i), number_or_null_json(half->wall_ns[i]));
	if (side->variants_n > 1)
		json_object_set_new(json, "variant", json_integer(half->variant));
	json_object_set_new(json, "time_ns", series);
	json_object_set_new(json, "wall_ns", wall);
	json_object_set_new(json, "steal", number_or_null_json(half->steal));
	json_object_set_new(json, "start_ns", count_json(half->start_ns));
	json_object_set_new(json, "took_ns", count_json(half->took_ns));
	slice_throttled_put(json, &half->throttled);
	return json;
}

static json_t *block_json(const struct gate *gate, const struct block *block)
{
	json_t *json = json_object();
	json_object_set_new(json, "order", json_integer(block->order));
	json_object_set_new(json, "first", json_string(gate->side[block->new_first ? SIDE_NEW : SIDE_OLD].name));
	json_object_set_new(json, "seed", seed_json(block->seed));
	json_object_set_new(json, "dropped", json_boolean(block->dropped));
	for (int side = 0; side < SIDES_N; side++)
		json_object_set_new(json, gate->side[side].name, half_json(&gate->side[side], &block->half[side]));
	return json;
}

static json_t *printed_json(const struct gate *gate, const struct gate_row *row)
{
	json_t *sides = json_object();
	for (int side = 0; side < SIDES_N; side++) {
		json_t *json = json_object();
		json_object_set_new(json, "output", text_json(row->printed[side].output));
		json_object_set_new(json, "errors", text_json(row->printed[side].errors));
		json_object_set_new(sides, gate->side[side].name, json);
	}
	return sides;
}

static json_t *row_json(const struct gate *gate, const struct gate_row *row)
{
	static const char *const states[] = {
		[GATE_ROW_MEASURED] = "measured",
		[GATE_ROW_SKIPPED] = "skipped",
		[GATE_ROW_FAILED] = "failed",
	};
	json_t *json = json_object();
	json_object_set_new(json, "name", text_json(row->name));
	json_object_set_new(json, "state", json_string(states[row->state]));
	json_object_set_new(json, "reason", text_json(row->reason));
	json_object_set_new(json, "failed_side",
	                    row->failed_side < 0 ? json_null() : json_string(gate->side[row->failed_side].name));
	json_object_set_new(json, "iterations", count_json(row->iterations_n));
	json_object_set_new(json, "batch", json_integer(row->batch_n));
	json_object_set_new(json, "slice_ns", count_json(row->slicing.slice_ns));
	json_object_set_new(json, "statistic", json_string(statistic_name(row->slicing.statistic)));
	json_object_set_new(json, "one_cpu", json_boolean(row->slicing.one_cpu));
	if (gate_printed_has(row))
		json_object_set_new(json, "printed", printed_json(gate, row));
	return json;
}

static int row_put(FILE *out, const struct gate *gate, const struct gate_row *row)
{
	int status = json_put(out, row == gate->rows ? "\n{" : ",\n{", row_json(gate, row), ",\"blocks\":[",
	                      JSON_BLOCK_DIGITS | JSON_EMBED);
	for (uint32_t i = 0; status == 0 && i < row->blocks_n; i++)
		status = line_put(out, i ? ",\n" : "\n", block_json(gate, &row->blocks[i]), "");
	fputs(row->blocks_n ? "\n]}" : "]}", out);
	return status;
}

static json_t *betting_json(const struct betting *betting)
{
	json_t *json = json_object();
	json_object_set_new(json, "log_e", number_or_null_json(betting->log_e));
	json_object_set_new(json, "log_e_most", number_or_null_json(betting->log_e_most));
	return json;
}

static json_t *judgement_json(const struct gate *gate, const struct judgement *judgement)
{
	const struct gate_row *row = &gate->rows[judgement->row];
	json_t *json = json_object();
	json_object_set_new(json, "name", text_json(row->name));
	json_object_set_new(json, "series", json_string(series_name(judgement->series)));
	json_object_set_new(json, "verdict", json_string(verdict_name(judgement->verdict)));
	json_object_set_new(json, "decided_n", json_integer(judgement->decided_n));
	json_object_set_new(json, "blocks_n", json_integer(row->blocks_n - row->dropped_n));
	json_object_set_new(json, "dropped_n", json_integer(row->dropped_n));
	json_object_set_new(json, "regression", betting_json(&judgement->regression));
	json_object_set_new(json, "all_clear", betting_json(&judgement->all_clear));
	json_object_set_new(json, "regression_sign", betting_json(&judgement->regression_sign));
	json_object_set_new(json, "p", number_or_null_json(exp(-judgement->regression.log_e_most)));
	json_object_set_new(json, "estimate", number_or_null_json(judgement->estimate));
	json_object_set_new(json, "low", number_or_null_json(judgement->interval.low));
	json_object_set_new(json, "high", number_or_null_json(judgement->interval.high));
	json_object_set_new(json, "coverage", number_or_null_json(judgement->interval.coverage));
	json_object_set_new(json, "sigma", number_or_null_json(judgement->sigma));
	json_object_set_new(json, "hidden", number_or_null_json(judgement->hidden));
	return json;
}

static int head_put(FILE *out, const struct gate *gate)
{
	const struct {
		const char *before;
		json_t *json;
	} part[] = {
		{"{\n\"tvp_gate\": ", json_integer(GATE_JSON_VERSION)},
		{"\"command\": ", text_json(gate->options.command)},
		{"\"id\": ", text_json(gate->id)},
		{"\"date\": ", text_json(gate->date)},
		{"\"options\": ", options_json(&gate->options)},
		{"\"sides\": ", sides_json(gate)},
		{"\"machine\": ", facts_json(&gate->facts)},
		{"\"ways\": ", ways_json(&gate->ways)},
		{"\"warnings\": ", warnings_json(&gate->facts)},
		{"\"stop\": ", json_string(stop_names[gate->stop])},
		{"\"broken\": ", *gate->broken ? text_json(gate->broken) : json_null()},
		{"\"elapsed_ns\": ", count_json(gate->elapsed_ns)},
	};
	int status = 0;
	for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
		int put = line_put(out, part[i].before, part[i].json, ",\n");
		status = status < 0 ? status : put;
	}
	return status;
}

// Metrics that were asked for, and that a row is not judged by. Derived anew where the file is read.
static int not_judged_put(FILE *out, const struct gate *gate)
{
	struct gate_entries entries;
	char text[GATE_TEXT_BYTES];
	const char *before = "\n";
	int status = gate_entries_open(&entries, gate);
	fputs("\n],\n\"not_judged\": [", out);
	for (uint32_t i = 0; status == 0 && i < entries.n; i++) {
		const struct gate_entry *entry = &entries.entry[i];
		if (entry->missing == SERIES_N)
			continue;
		json_t *json = json_object();
		json_object_set_new(json, "name", text_json(entry->row->name));
		json_object_set_new(json, "series", json_string(series_name(entry->missing)));
		json_object_set_new(json, "reason", text_json(gate_entry_text(text, sizeof text, entry)));
		status = line_put(out, before, json, "");
		before = ",\n";
	}
	gate_entries_close(&entries);
	return status;
}

int gate_json_write(FILE *out, const struct gate *gate)
{
	int status = head_put(out, gate);
	fputs("\"rows\": [", out);
	for (uint32_t i = 0; status == 0 && i < gate->rows_n; i++)
		status = row_put(out, gate, &gate->rows[i]);
	fputs("\n],\n\"judgements\": [", out);
	for (uint32_t i = 0; status == 0 && i < gate->judgements_n; i++)
		status = line_put(out, i ? ",\n" : "\n", judgement_json(gate, &gate->judgements[i]), "");
	if (status == 0)
		status = not_judged_put(out, gate);
	fputs("\n]\n}\n", out);
	return status;
}
