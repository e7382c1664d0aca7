// COST takes the fastest serial run in any memory, so that no model shines beside a slow baseline.
#include "report/table/cost.h"

#include "base/words.h"
#include "bench/plan/experiment.h"
#include "exec/exec.h"
#include "report/text/text.h"
#include "report/text/text_table.h"

#include <math.h>
#include <string.h>

enum { COST_OWN_COLUMNS = 2 };

int32_t cost_serial(const struct derived *derived, uint32_t row)
{
	const struct row *rows = derived->record->rows;
	int32_t fastest = -1;
	for (uint32_t i = 0; i < derived->record->rows_n; i++) {
		double wall_ns = derived->row[i].wall.median;
		if (row_is_serial(&rows[i]) && rows_agree(&rows[row], &rows[i], problem_keys()) && !isnan(wall_ns) &&
		    (fastest < 0 || wall_ns < derived->row[fastest].wall.median))
			fastest = (int32_t)i;
	}
	return fastest;
}

unsigned cost_workers(const struct derived *derived, uint32_t row, const char *model, unsigned *most)
{
	const struct row *rows = derived->record->rows;
	int32_t serial = cost_serial(derived, row);
	unsigned fewest = 0;
	*most = 0;
	for (uint32_t i = 0; serial >= 0 && i < derived->record->rows_n; i++) {
		if (strcmp(row_axis(&rows[i], "model"), model) || !rows_agree(&rows[row], &rows[i], problem_keys()) ||
		    !derived->row[i].wall.n)
			continue;
		unsigned workers_n = derived->row[i].workers_n;
		*most = workers_n > *most ? workers_n : *most;
		struct summary ratio = derive_ratio(derived, (uint32_t)serial, i);
		if (ratio.median_interval.low > 1 && (!fewest || workers_n < fewest))
			fewest = workers_n;
	}
	return fewest;
}

unsigned costs_of(const struct derived *derived, uint32_t row, struct cost costs[COST_MODELS_MAX])
{
	unsigned costs_n = 0;
	for (const struct model *const *model = models; *model && costs_n < COST_MODELS_MAX; model++) {
		struct cost *cost = &costs[costs_n];
		cost->model = (*model)->name;
		cost->fewest = cost_workers(derived, row, cost->model, &cost->most);
		costs_n += cost->most && !(*model)->baseline;
	}
	return costs_n;
}

// The column of a model, added where there is none yet.
static unsigned cost_column(struct text_table *table, const char *model)
{
	for (unsigned column = COST_OWN_COLUMNS; column < table->columns_n; column++)
		if (strcmp(table->column[column].title, model) == 0)
			return column;
	return text_table_add_column(table, (struct text_table_column){.title = model});
}

static void cost_fill(struct text_table *table, const struct derived *derived, uint32_t row)
{
	const struct row *self = &derived->record->rows[row];
	struct cost costs[COST_MODELS_MAX];
	unsigned costs_n = costs_of(derived, row, costs), line = table->rows_n++;
	char *title = kernel_title(self, text_table_cell(table, line, 0), TEXT_TABLE_CELL_BYTES);
	if (*row_axis(self, "size"))
		words_add(title, TEXT_TABLE_CELL_BYTES, " ", row_axis(self, "size"));
	text_ns(text_table_cell(table, line, 1), TEXT_TABLE_CELL_BYTES,
	        derived->row[cost_serial(derived, row)].wall.median);
	for (unsigned i = 0; i < costs_n; i++)
		snprintf(text_table_cell(table, line, cost_column(table, costs[i].model)), TEXT_TABLE_CELL_BYTES,
		         costs[i].fewest ? "%u" : "> %u", costs[i].fewest ? costs[i].fewest : costs[i].most);
}

// Where sizes are points on a scale, break-even says it for all of them at once.
bool cost_applies(const struct derived *derived, uint32_t row)
{
	const struct row *rows = derived->record->rows;
	const struct experiment *experiment = experiment_find(rows[row].spec.experiment);
	if (!spec_get(&rows[row].spec, "kernel") || !row_scales(derived->record, &rows[row]) ||
	    (experiment && experiment->break_even) || row_is_limit(&rows[row]) ||
	    !strcmp(rows[row].spec.experiment, "weak") || cost_serial(derived, row) < 0)
		return false;
	for (uint32_t i = 0; i < row; i++)
		if (row_scales(derived->record, &rows[i]) && rows_agree(&rows[i], &rows[row], problem_keys()))
			return false;
	return true;
}

int cost_print(const struct document *document, const struct derived *derived)
{
	struct text_table table;
	int status = text_table_open(&table, derived->record->rows_n);
	if (status < 0)
		return status;
	text_table_add_column(&table, (struct text_table_column){.title = "kernel", .left = true});
	text_table_add_column(&table, (struct text_table_column){.title = "serial"});
	table.note_from = COST_OWN_COLUMNS;
	for (uint32_t i = 0; i < derived->record->rows_n; i++)
		if (cost_applies(derived, i))
			cost_fill(&table, derived, i);
	if (table.rows_n) {
		document_heading(document, 2, "COST: fewest workers that beat the fastest serial run (> 4: not with up to 4)");
		text_table_print(document, &table);
	}
	text_table_close(&table);
	return 0;
}
