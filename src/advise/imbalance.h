// Load imbalance: items differ, and the CPU with the longest ones ends last.
#ifndef TVP_ADVISE_IMBALANCE_H
#define TVP_ADVISE_IMBALANCE_H

#include <stdint.h>

#include "stats/trend.h"

/// A job's items, shared out: static, or dynamic in chunks.
struct sharing {
	double items_n;       ///< whole
	double cv;            ///< of all these items' work: standard deviation ÷ mean
	unsigned workers_n;   ///< worker w is on CPU w modulo cpus_n
	unsigned cpus_n;      ///< that have workers
	uint64_t chunk_items; ///< of dynamic shares; 0: static
	struct trend trend;   ///< of the items' work along their order
};

/// In items of mean work.
struct imbalance {
	double mean;       ///< expected: what the busiest CPU computes beyond its number of items, or beyond an even share
	double half_width; ///< of its 95 % interval: in which order the items come is chance, but for the trend
};

/// Up to some hundred items by trying orders of items that are distributed lognormally with that CV; exact for two.
/// Beyond, static shares are gamma-distributed, and the last of dynamic chunks is expected to be half done. A trend is
/// the same in every order: static shares have it, and the last dynamic chunks are as long as the trend ends.
struct imbalance imbalance_of(const struct sharing *sharing);

#endif
