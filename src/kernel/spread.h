// How much longer some items are than others: a table of the lognormal distribution, for a known number of items.
#ifndef TVP_KERNEL_SPREAD_H
#define TVP_KERNEL_SPREAD_H

#include <stdint.h>

enum { SPREAD_CLASSES_MAX = 256 };

/// The items in order of their work, cut into classes of equal work.
struct spread {
	uint64_t items_n;
	unsigned classes_n;
	double share[SPREAD_CLASSES_MAX]; ///< of the items
	double z[SPREAD_CLASSES_MAX];     ///< the normal distribution's quantile in their middle
	double work[SPREAD_CLASSES_MAX];  ///< of one, relative to the mean of all items
};

/// The class of the item that has so many smaller ones.
static inline uint8_t spread_class(const struct spread *spread, uint64_t rank)
{
	return (uint8_t)(rank * spread->classes_n / spread->items_n);
}

/// Mean and coefficient of variation of all items are those asked for, not drawn; of one or two items as nearly as
/// these can vary.
void spread_make(struct spread *spread, uint64_t items_n, double cv);

#endif
