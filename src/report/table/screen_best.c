// Work that is spread over workers: the best run on threads and the best on processes for each problem.
#include "base/words.h"
#include "report/table/cost.h"
#include "report/table/peer_pairs.h"
#include "report/table/screen_internal.h"
#include "report/text/text.h"

#include <math.h>
#include <string.h>

enum { BY_COLUMNS_MOST = 26, PROBLEM_COLUMNS_MOST = 26 };

enum {
	COLUMN_EXPERIMENT,
	COLUMN_PROBLEM,
	COLUMN_SERIAL,
	COLUMN_THREADS,
	COLUMN_THREADS_WALL,
	COLUMN_THREADS_SPEEDUP,
	COLUMN_THREADS_SPEEDUP_WIDTH,
	COLUMN_PROCESSES,
	COLUMN_PROCESSES_WALL,
	COLUMN_RATIO
};

struct lines {
	const struct screen *screen;
	struct text_table table;
};

// The fastest row of a problem on one side; where the problem grows with the workers, that of the greatest speedup.
static int32_t best_of(const struct screen *screen, uint32_t problem, bool (*is_of)(const struct row *row))
{
	const struct derived *derived = screen->derived;
	const struct row *rows = derived->record->rows;
	bool grows = strcmp(rows[problem].spec.experiment, "weak") == 0;
	int32_t best = -1;
	double least = INFINITY;
	for (uint32_t i = 0; i < derived->record->rows_n; i++) {
		if (!screen->problem[i] || !is_of(&rows[i]))
			continue;
		const struct figures *figures = &derived->row[i];
		double value = grows ? -figures->speedup.median : figures->wall.median;
		if (best < 0 || value < least) {
			best = (int32_t)i;
			least = isnan(value) ? INFINITY : value;
		}
	}
	return best;
}

static bool names_problem(const char *key)
{
	return keys_have(problem_keys(), key) || strcmp(key, "model") == 0 || strcmp(key, "workers") == 0;
}

// "thread_pool × 16, none": what ran it.
static void by_put(const struct screen *screen, char *out, int32_t row)
{
	char text[SPEC_NAME_BYTES], more[SPEC_NAME_BYTES];
	if (row < 0)
		return;
	const struct row *self = &screen->derived->record->rows[row];
	snprintf(text, sizeof text, "%s × %s", row_axis(self, "model"), row_axis(self, "workers"));
	screen_name(screen, more, (uint32_t)row, &(struct screen_name){screen->problem, names_problem});
	if (*more)
		words_add(text, sizeof text, ", ", more);
	text_cut(out, TEXT_TABLE_CELL_BYTES, text, BY_COLUMNS_MOST);
}

static void problem_put(char *out, const struct row *row)
{
	char title[SPEC_NAME_BYTES];
	kernel_title(row, title, sizeof title);
	if (*row_axis(row, "size"))
		words_add(title, sizeof title, " ", row_axis(row, "size"));
	text_cut(out, TEXT_TABLE_CELL_BYTES, title, PROBLEM_COLUMNS_MOST);
}

static void line_add(struct lines *lines, uint32_t problem, bool first)
{
	const struct screen *screen = lines->screen;
	const struct derived *derived = screen->derived;
	struct text_table *table = &lines->table;
	const struct row *row = &derived->record->rows[problem];
	unsigned line = table->rows_n++;
	char unused[TEXT_TABLE_CELL_BYTES];
	for (uint32_t i = 0; i < derived->record->rows_n; i++)
		screen->problem[i] = screen->member[i] && rows_agree(row, &derived->record->rows[i], problem_keys());
	int32_t serial = cost_serial(derived, problem), threads = best_of(screen, problem, row_is_of_threads);
	int32_t processes = best_of(screen, problem, row_is_of_processes);
	if (first)
		snprintf(text_table_cell(table, line, COLUMN_EXPERIMENT), TEXT_TABLE_CELL_BYTES, "%s", row->spec.experiment);
	problem_put(text_table_cell(table, line, COLUMN_PROBLEM), row);
	screen_put(screen, text_table_cell(table, line, COLUMN_SERIAL), unused, serial, METRIC_wall_ns);
	by_put(screen, text_table_cell(table, line, COLUMN_THREADS), threads);
	screen_put(screen, text_table_cell(table, line, COLUMN_THREADS_WALL), unused, threads, METRIC_wall_ns);
	if (threads >= 0) {
		const struct summary *speedup = &derived->row[threads].speedup;
		text_number(text_table_cell(table, line, COLUMN_THREADS_SPEEDUP), TEXT_TABLE_CELL_BYTES, speedup->median);
		text_half_width(text_table_cell(table, line, COLUMN_THREADS_SPEEDUP_WIDTH), TEXT_TABLE_CELL_BYTES, speedup);
	}
	by_put(screen, text_table_cell(table, line, COLUMN_PROCESSES), processes);
	screen_put(screen, text_table_cell(table, line, COLUMN_PROCESSES_WALL), unused, processes, METRIC_wall_ns);
	if (threads >= 0 && processes >= 0) {
		struct summary ratio = derive_ratio(derived, (uint32_t)processes, (uint32_t)threads);
		text_ratio(text_table_cell(table, line, COLUMN_RATIO), TEXT_TABLE_CELL_BYTES, &ratio);
	}
	screen_show(screen, serial);
	screen_show(screen, threads);
	screen_show(screen, processes);
}

static int experiment_add(void *context, uint32_t first)
{
	struct lines *lines = context;
	const struct record *record = lines->screen->derived->record;
	unsigned n = 0;
	for (uint32_t i = first; i < record->rows_n; i++) {
		if (!lines->screen->member[i] || !row_scales(record, &record->rows[i]))
			continue;
		bool known = false;
		for (uint32_t before = first; before < i && !known; before++)
			known = row_scales(record, &record->rows[before]) &&
			        rows_agree(&record->rows[before], &record->rows[i], problem_keys());
		if (!known && n < lines->screen->most.problems_n)
			line_add(lines, i, n == 0);
		n += !known;
	}
	if (n > lines->screen->most.problems_n)
		snprintf(text_table_cell(&lines->table, lines->table.rows_n++, COLUMN_PROBLEM), TEXT_TABLE_CELL_BYTES,
		         "… and %u more", n - lines->screen->most.problems_n);
	return 0;
}

// Where there is one experiment only, it stands above the table.
static void lines_print(struct lines *lines)
{
	char only[TEXT_TABLE_CELL_BYTES] = "";
	unsigned experiments_n = 0;
	for (unsigned line = 0; line < lines->table.rows_n; line++)
		experiments_n += *text_table_cell(&lines->table, line, COLUMN_EXPERIMENT) != '\0';
	if (experiments_n == 1) {
		snprintf(only, sizeof only, "%s: ", text_table_cell(&lines->table, 0, COLUMN_EXPERIMENT));
		*text_table_cell(&lines->table, 0, COLUMN_EXPERIMENT) = '\0';
	}
	document_heading(lines->screen->document, 2, "%sThe fastest runs of each problem", only);
	text_table_print(lines->screen->document, &lines->table);
}

int screen_best_print(const struct screen *screen)
{
	static const struct text_table_column columns[] = {
		{"experiment", true, 0}, {"problem", true, 0},   {"serial", false, 0}, {"best on threads", true, 0},
		{"wall", false, 0},      {"speedup", false, 1},  {"95 %", false, 3},   {"best on processes", true, 2},
		{"wall", false, 4},      {"÷ thread", false, 0},
	};
	struct lines lines = {.screen = screen};
	int status = text_table_open(&lines.table, screen->derived->record->rows_n + 1);
	if (status < 0)
		return status;
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		text_table_add_column(&lines.table, columns[i]);
	lines.table.note_from = COLUMN_PROBLEM;
	lines.table.repeat_n = COLUMN_PROBLEM + 1;
	lines.table.cut = true;
	status = screen_each(screen, SCREEN_BEST, experiment_add, &lines);
	if (status == 0 && lines.table.rows_n > 0)
		lines_print(&lines);
	text_table_close(&lines.table);
	return status;
}
