// A run that was read from its result file.
#ifndef TVP_GATE_STORED_RUN_H
#define TVP_GATE_STORED_RUN_H

#include "measure/record.h"

struct stored_run {
	const struct record *record;
	const char *path; ///< for messages
};

#endif
