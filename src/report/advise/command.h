// What `tvp advise --command` says.
#ifndef TVP_REPORT_ADVISE_COMMAND_H
#define TVP_REPORT_ADVISE_COMMAND_H

#include <jansson.h>

#include "advise/command_advice.h"
#include "report/text/document.h"

/// One of the ways, run again: predicted beside measured.
struct command_verified {
	const struct command_way *way;
	double predicted_ns, measured_ns; ///< of verified_items_n inputs; NAN: could not be measured
};

enum { COMMAND_VERIFIED_MAX = 3 };

struct command_report {
	const struct command_advice *advice;
	const char *command;
	const char *work;  ///< what was measured: how many of how many inputs, how drawn
	const char *shell; ///< the best way as a line for a shell; "": there is none that does exactly the same
	bool explain;
	struct command_verified verified[COMMAND_VERIFIED_MAX];
	unsigned verified_n;
	double verified_items_n;
};

/// As advice_print().
int command_advice_print(const struct document *document, const struct command_report *report,
                         const struct report_style *style);
/// All of it as one object. NULL: no memory.
json_t *command_advice_json(const struct command_report *report);

#endif
