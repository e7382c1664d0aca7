// The report of a run in a few lines for each experiment: what fits a screen.
#ifndef TVP_REPORT_TABLE_SCREEN_H
#define TVP_REPORT_TABLE_SCREEN_H

#include "report/table/derive.h"
#include "report/text/document.h"

/// Lines at most for each experiment.
struct screen_lines {
	unsigned problems_n; ///< where work is spread over workers
	unsigned rows_n;     ///< elsewhere
};

/// One line for each problem that is spread over workers (the best run on threads, the best on processes), and for
/// every other experiment lines that stand for its rows (peer_pairs.h). shown: marked for each row of the record that a
/// line shows. Returns 0 or -ENOMEM.
int screen_print(const struct document *document, const struct derived *derived, const struct screen_lines *most,
                 bool *shown);

#endif
