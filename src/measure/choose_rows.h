// Of a planned record, only the rows that somebody wants: a product of axes has more.
#ifndef TVP_MEASURE_CHOOSE_ROWS_H
#define TVP_MEASURE_CHOOSE_ROWS_H

#include <stdbool.h>

#include "measure/record.h"

struct wanted_rows {
	const char *experiment; ///< whose rows they are: a plan may have others, such as the machine's limits
	unsigned n;
	/// Whether a row is the wanted one of that number.
	bool (*is)(const void *context, const struct spec *spec, unsigned which);
	const void *context;
	int32_t *row; ///< n, filled in: its index, -1 where there is none
};

/// Find them, and skip all others that are open.
void choose_rows(struct record *record, const struct wanted_rows *wanted);

#endif
