// What `tvp advise` says.
#ifndef TVP_REPORT_ADVISE_ADVICE_H
#define TVP_REPORT_ADVISE_ADVICE_H

#include "advise/advice.h"
#include "advise/service/service.h"
#include "report/text/document.h"

/// Some of the ways, run: predicted beside measured.
struct verified {
	const struct candidate *candidate;
	struct cost measured; ///< ns; half of its 95 % interval; NAN: it was not measured
	char why_not[160];    ///< then: the reason
};

/// Ways of serving, run: what their requests took; NAN: nothing was measured.
struct served {
	const struct server *server;
	double p50_ns, p99_ns;
};

enum { VERIFIED_MAX = 4, SERVED_MAX = 2 };

struct command_report;

struct advice_report {
	const struct command_report *command; ///< about a command: the rest is not used; NULL: it is not
	const struct advice *advice;
	const struct service *service; ///< of a service: in place of all of advice but what is left out; NULL: of a job
	const char *machine;           ///< where the costs come from: "this machine's calibration of 2026-11-27", "FILE"
	const char *work;              ///< what the work is: "as described", "kernel mine: one item measured"
	struct verified verified[VERIFIED_MAX];
	unsigned verified_n;
	struct served served[SERVED_MAX];
	unsigned served_n;
	bool explain;
};

/// The recommendation in a sentence, the ranked table, what the winner's time is made of, and the nearest flips.
/// style->all: every way. Returns 0 or -errno with a message.
int advice_print(const struct document *document, const struct advice_report *report, const struct report_style *style);
/// All of it as one object. Returns 0 or -errno with a message.
int advice_json_print(FILE *out, const struct advice_report *report);

#endif
