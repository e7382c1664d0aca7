// Whether gaps come at regular times: a timer, a quota, a daemon that wakes up.
#ifndef TVP_DOCTOR_PERIOD_H
#define TVP_DOCTOR_PERIOD_H

#include "doctor/gap_log.h"

struct period {
	double period_ns; ///< NAN: none was found
	/// Length of the mean of the gaps' directions on a circle of one period, or of that part of it for which it is
	/// largest: 1 is a clock, 0 chance.
	double strength;
	uint32_t gaps_n; ///< that it was found in
};

/// The period of the gaps of at least least_ns, after which all is as before, where at least 12 gaps follow it so
/// closely that chance would in fewer than one of 10,000 cases, all periods tried counted (Rayleigh's test).
struct period period_find(const struct gap_log *log, uint64_t least_ns);

#endif
