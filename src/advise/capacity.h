// What a machine has room for, as a record's facts say.
#ifndef TVP_ADVISE_CAPACITY_H
#define TVP_ADVISE_CAPACITY_H

#include "host/facts.h"

struct capacity {
	unsigned cpus_n;     ///< that can run at once: the allowed ones, or the quota's, but 1 at least; 0: unknown
	double quota;        ///< CPUs' worth of time; INFINITY: no quota
	unsigned kind_n;     ///< of them, those that are of the kind which pins fill first
	double memory_bytes; ///< of the machine; 0: unknown
};

struct capacity capacity_of(const struct facts *facts);

#endif
