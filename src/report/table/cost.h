// COST: the fewest workers with which a model beats the fastest serial run of a problem (McSherry, Isard, Murray,
// "Scalability! But at what COST?", HotOS 2015).
#ifndef TVP_REPORT_TABLE_COST_H
#define TVP_REPORT_TABLE_COST_H

#include "report/table/derive.h"
#include "report/text/document.h"

enum { COST_MODELS_MAX = 16 };

struct cost {
	const char *model;
	unsigned fewest, most; ///< workers: the fewest that beat serial, 0: none did; the most that were measured
};

/// The fewest workers with which `model` beats the fastest serial run of `row`'s problem: the 95 % interval of fastest
/// serial wall / wall, paired within rounds, lies above 1. *most: the most workers measured, 0 for none. Returns the
/// count, 0 when none did.
unsigned cost_workers(const struct derived *derived, uint32_t row, const char *model, unsigned *most);
/// The fastest serial row of this row's problem in any memory, pages or pin; -1 when none was measured.
int32_t cost_serial(const struct derived *derived, uint32_t row);
/// Whether this row is the first of a problem that has a serial run and workers to compare with it.
bool cost_applies(const struct derived *derived, uint32_t row);
/// The cost of every model that ran this row's problem. Returns how many.
unsigned costs_of(const struct derived *derived, uint32_t row, struct cost costs[COST_MODELS_MAX]);

/// Print a table of all of them; nothing where there are none. Returns 0 or -ENOMEM.
int cost_print(const struct document *document, const struct derived *derived);

#endif
