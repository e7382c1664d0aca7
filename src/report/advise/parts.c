#include "report/advise/parts.h"

#include <math.h>
#include <stdio.h>

#include "report/text/text.h"

enum column { MODEL, WORKERS, WAIT, TRANSPORT, SCHEDULE, PIN };

void setting_columns_add(struct text_table *table)
{
	static const struct text_table_column columns[SETTING_COLUMNS_N] = {
		[MODEL] = {"model", true, 0},         [WORKERS] = {"workers", false, 0},  [WAIT] = {"wait", true, 0},
		[TRANSPORT] = {"transport", true, 0}, [SCHEDULE] = {"schedule", true, 0}, [PIN] = {"pin", true, 0},
	};
	for (int i = 0; i < SETTING_COLUMNS_N; i++)
		text_table_add_column(table, columns[i]);
}

void setting_put(struct text_table *table, unsigned row, const struct point *setting)
{
	char *cell[SETTING_COLUMNS_N];
	for (int i = 0; i < SETTING_COLUMNS_N; i++)
		cell[i] = text_table_cell(table, row, (unsigned)i);
	snprintf(cell[MODEL], TEXT_TABLE_CELL_BYTES, "%s", setting->model->name);
	snprintf(cell[WORKERS], TEXT_TABLE_CELL_BYTES, "%u", setting->workers);
	if (setting->model->baseline)
		return;
	if (setting->model->resident)
		snprintf(cell[WAIT], TEXT_TABLE_CELL_BYTES, "%s", wait_name(setting->wait));
	if (setting->transport)
		snprintf(cell[TRANSPORT], TEXT_TABLE_CELL_BYTES, "copy:%s", setting->transport->name);
	if (setting->schedule.kind == SCHEDULE_DYNAMIC)
		schedule_format(cell[SCHEDULE], TEXT_TABLE_CELL_BYTES, &setting->schedule);
	snprintf(cell[PIN], TEXT_TABLE_CELL_BYTES, "%s", pin_name(setting->pin));
}

char *doubt_percent(char *out, size_t out_bytes, const struct cost *cost)
{
	if (cost_has_interval(cost))
		return text_percent(out, out_bytes, cost->doubt_ns / cost->ns);
	snprintf(out, out_bytes, "?");
	return out;
}

char *doubt_text(char *out, size_t out_bytes, const struct cost *cost)
{
	char percent[32];
	snprintf(out, out_bytes, "±%s", doubt_percent(percent, sizeof percent, cost));
	return out;
}

bool prediction_is_lopsided(const struct prediction *prediction)
{
	return prediction->late_ns > 0 && cost_has_interval(&prediction->wall);
}

char *prediction_doubt_text(char *out, size_t out_bytes, const struct prediction *prediction)
{
	const struct cost *wall = &prediction->wall;
	char above[32];
	if (!prediction_is_lopsided(prediction))
		return doubt_text(out, out_bytes, wall);
	text_percent(above, sizeof above, (wall->doubt_ns + prediction->late_ns) / wall->ns);
	snprintf(out, out_bytes, "-%.0f +%s", 100 * fmin(wall->doubt_ns / wall->ns, 1), above);
	return out;
}

char *checked_text(char *out, size_t out_bytes, const struct costs *costs, enum checked kind)
{
	double error = costs->check[kind].error;
	unsigned rows_n = costs->check[kind].checked_n;
	char percent[32];
	if (rows_n > 0)
		snprintf(out, out_bytes, "%s in 95 %% of %u rows", text_percent(percent, sizeof percent, error), rows_n);
	else if (!costs->unchecked)
		snprintf(out, out_bytes, "no rows; taken as the worst of the others");
	else
		snprintf(out, out_bytes, "no rows; not known");
	return out;
}

void say_slower(const struct document *document, unsigned left_n)
{
	if (left_n > 0)
		document_say(document, "%u slower way%s: --all.", left_n, text_plural(left_n));
}
