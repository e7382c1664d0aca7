#include "measure/record_summary.h"

#include <stdlib.h>

struct summary record_summary(const struct record *record, uint32_t row, enum metric metric)
{
	double *series = malloc((record->rounds_n + 1) * sizeof *series);
	if (!series)
		return summarise(NULL, 0);
	record_series(record, row, metric, series);
	struct summary summary = summarise(series, record->rounds_n);
	free(series);
	return summary;
}
