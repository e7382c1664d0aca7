// The shuffled order of one round.
#ifndef TVP_MEASURE_ORDER_H
#define TVP_MEASURE_ORDER_H

#include <stdbool.h>

#include "base/rng.h"
#include "measure/record.h"

bool order_same_family(const struct row *a, const struct row *b);

/// Write the open rows' indices to `order` (room for rows_n): families shuffled, the groups of a family shuffled, the
/// members of a group shuffled. Returns how many.
uint32_t order_shuffled(const struct record *record, struct rng *rng, uint32_t *order);

#endif
