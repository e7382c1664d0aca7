// Threads beside processes, a line for each pair that stands for others.
#include "report/table/column_text.h"
#include "report/table/peer_pairs.h"
#include "report/table/screen_internal.h"
#include "report/text/text.h"

#include <string.h>

enum { CASE_COLUMNS_MOST = 40, LINES_MOST = 4096 };

enum {
	COLUMN_EXPERIMENT,
	COLUMN_CASE,
	COLUMN_WALL, ///< each followed by its half-width
	COLUMN_WALL_WIDTH,
	COLUMN_THREADS,
	COLUMN_THREADS_WIDTH,
	COLUMN_PROCESSES,
	COLUMN_PROCESSES_WIDTH,
	COLUMN_RATIO,
	COLUMN_NOTE
};

struct lines {
	const struct screen *screen;
	struct text_table table;
};

// Into the last line: a row's figure and its half-width.
static void answer_put(struct lines *lines, const struct peer_pairs *pairs, unsigned column, int32_t row)
{
	const struct screen *screen = lines->screen;
	char *value = text_table_cell(&lines->table, lines->table.rows_n - 1, column);
	screen_put(screen, value, text_table_cell(&lines->table, lines->table.rows_n - 1, column + 1), row, pairs->answer);
	if (row >= 0 && pairs->answers_rate && screen->derived->row[row].bytes_per_ns > 0)
		column_text_bytes_rate(value, screen->derived, (uint32_t)row);
	screen_show(screen, row);
}

static void case_put(const struct screen *screen, const struct peer_pairs *pairs, char *out, uint32_t row)
{
	char text[SPEC_NAME_BYTES] = "";
	screen_name(screen, text, row, &(struct screen_name){screen->member, key_tells_peers});
	if (pairs->answer != METRIC_wall_ns)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", *text ? ": " : "",
		         metric_heading(pairs->answer));
	text_cut(out, TEXT_TABLE_CELL_BYTES, text, CASE_COLUMNS_MOST);
}

static void pair_add(struct lines *lines, const struct peer_pairs *pairs, const struct peer_pair *pair, bool first)
{
	const struct screen *screen = lines->screen;
	struct text_table *table = &lines->table;
	unsigned line = table->rows_n++;
	uint32_t row = peer_pair_row(pair);
	if (first)
		snprintf(text_table_cell(table, line, COLUMN_EXPERIMENT), TEXT_TABLE_CELL_BYTES, "%s",
		         screen->derived->record->rows[row].spec.experiment);
	case_put(screen, pairs, text_table_cell(table, line, COLUMN_CASE), row);
	answer_put(lines, pairs, COLUMN_WALL, pair->single);
	answer_put(lines, pairs, COLUMN_THREADS, pair->threads);
	answer_put(lines, pairs, COLUMN_PROCESSES, pair->processes);
	text_ratio(text_table_cell(table, line, COLUMN_RATIO), TEXT_TABLE_CELL_BYTES, &pair->ratio);
	if (pair->shown != SHOWN_FIRST)
		snprintf(text_table_cell(table, line, COLUMN_NOTE), TEXT_TABLE_CELL_BYTES, "%s of %u",
		         pair->shown == SHOWN_LEAST ? "least" : "most", pairs->n);
}

static int experiment_add(void *context, uint32_t first)
{
	struct lines *lines = context;
	const struct screen *screen = lines->screen;
	struct peer_pairs pairs;
	(void)first;
	int status = peer_pairs_open(&pairs, screen->derived, screen->member);
	if (status < 0)
		return status;
	peer_pairs_choose(&pairs, screen->derived, screen->most.rows_n);
	bool any = false;
	for (unsigned i = 0; i < pairs.n && lines->table.rows_n < lines->table.rows_max; i++) {
		if (pairs.pair[i].shown == SHOWN_NOT)
			continue;
		pair_add(lines, &pairs, &pairs.pair[i], !any);
		any = true;
	}
	peer_pairs_free(&pairs);
	return 0;
}

int screen_pairs_print(const struct screen *screen)
{
	static const struct text_table_column columns[] = {
		{"experiment", true, 0}, {"", true, 0},         {"wall", false, 0},      {"95 %", false, 2},
		{"threads", false, 0},   {"95 %", false, 2},    {"processes", false, 0}, {"95 %", false, 2},
		{"÷ thread", false, 0},  {"ratio is", true, 1},
	};
	struct lines lines = {.screen = screen};
	uint32_t rows_n = screen->derived->record->rows_n;
	int status = text_table_open(&lines.table, rows_n < LINES_MOST ? rows_n : LINES_MOST);
	if (status < 0)
		return status;
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		text_table_add_column(&lines.table, columns[i]);
	lines.table.note_from = lines.table.columns_n;
	lines.table.repeat_n = 2; // experiment and case
	lines.table.cut = true;
	status = screen_each(screen, SCREEN_PAIRS, experiment_add, &lines);
	if (status == 0 && lines.table.rows_n > 0) {
		document_heading(screen->document, 2, "Threads beside processes: some rows of each experiment");
		text_table_print(screen->document, &lines.table);
	}
	text_table_close(&lines.table);
	return status;
}
