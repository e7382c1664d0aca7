// Two results side by side: how much slower each spec is in B than in A, and how sure that is.
#ifndef TVP_REPORT_COMPARE_COMPARE_H
#define TVP_REPORT_COMPARE_COMPARE_H

#include "gate/stored/changes.h"
#include "gate/stored/run.h"
#include "report/text/document.h"
#include "stats/summary.h"

/// In the order of the report.
enum compared_kind { COMPARED, COMPARED_NOT, COMPARED_ONLY_A, COMPARED_ONLY_B };

struct compared {
	enum compared_kind kind;
	char name[SPEC_NAME_BYTES];
	double a_ns, b_ns;        ///< medians over rounds; NAN
	double ratio;             ///< B / A
	struct interval interval; ///< of the ratio, 95 %; coverage 0 where there are too few rounds
	uint32_t a_n, b_n;        ///< rounds the ratio was formed from
	char why[600];            ///< why not compared; else ""
};

struct comparison {
	struct stored_run a, b;
	bool paired;          ///< rounds were measured side by side: both records have the same pairs id
	struct compared *row; ///< slowest B first; malloc'd
	uint32_t rows_n, compared_n;
	struct machine_difference difference[MACHINE_FACTS_MAX + CHANGES_MAX]; ///< of machine and build, and changes_find()
	unsigned differences_n;
};

/// Join the rows by name. Keeps pointers to what it is given. Returns 0, -EINVAL (no spec in
/// common; pins that mean different CPUs), or -ENOMEM.
/// Close with compare_close().
int compare_open(struct comparison *comparison, struct stored_run a, struct stored_run b);
void compare_close(struct comparison *comparison);

/// "slower", "faster", "" where the interval includes 1, "?" where there is none.
const char *compared_side(const struct compared *row);

/// Print it as a table; as JSON, one object: {"tvp_compare": 1, …}. Return 0 or -errno with a message.
int compare_print(const struct document *document, const struct comparison *comparison);
int compare_json_print(FILE *out, const struct comparison *comparison);

#endif
