// What the parts of the report in a few lines share.
#ifndef TVP_REPORT_TABLE_SCREEN_INTERNAL_H
#define TVP_REPORT_TABLE_SCREEN_INTERNAL_H

#include "report/table/screen.h"
#include "report/text/text_table.h"

struct screen {
	const struct document *document;
	const struct derived *derived;
	struct screen_lines most;
	bool *shown;   ///< per row of the record
	bool *member;  ///< per row: of the experiment at hand
	bool *problem; ///< per row: of the problem at hand
};

/// What an experiment's rows are shown as.
enum screen_part {
	SCREEN_BEST,   ///< work that is spread over workers
	SCREEN_LIMITS, ///< the machine's limits
	SCREEN_PAIRS,  ///< threads beside processes
	SCREEN_NOTHING ///< twins of other experiments' rows, which stand beside these
};

/// A row for each experiment that is shown as this part, by calling `add` with screen->member set. Returns 0 or the
/// first error.
int screen_each(const struct screen *screen, enum screen_part part, int (*add)(void *context, uint32_t first),
                void *context);
/// Mark a row as shown; -1: none.
void screen_show(const struct screen *screen, int32_t row);
/// Put a row's figure into a cell and its half-width into the next: or its state where it has none. -1: nothing.
void screen_put(const struct screen *screen, char *value, char *half_width, int32_t row, enum metric metric);
/// What a row is called among others.
struct screen_name {
	const bool *among;              ///< per row: those whose values differ in the axes that are named
	bool (*known)(const char *key); ///< axes that are not named
};
/// "pipe · bytes 1 · same_cpu". Bare numbers have their axis before them. out: SPEC_NAME_BYTES.
void screen_name(const struct screen *screen, char *out, uint32_t row, const struct screen_name *name);

int screen_best_print(const struct screen *screen);
int screen_pairs_print(const struct screen *screen);

#endif
