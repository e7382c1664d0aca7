// In builds with TVP_INJECT a timed operation can be made longer on request, to validate the regression gate
// (base/inject.h). In ordinary builds nothing of this file is left in the timed loop. Internal to trial.c.
#ifndef TVP_MEASURE_INJECTION_H
#define TVP_MEASURE_INJECTION_H

#include "measure/trial.h"

#ifdef TVP_INJECT

#include <errno.h>

#include "base/clock.h"
#include "base/inject.h"
#include "base/status.h"
#include "kernel/kernel.h"

// 0, or -EINVAL with a message: a slowdown that was not made must not be taken for one that was not detected.
static int injection_check(const struct operation *operation)
{
	const struct inject *inject = inject_asked();
	int status = inject_check();
	if (status < 0)
		return status;
	if (inject->name[0] && !inject_for(INJECT_WAIT) && !kernel_find(inject->name))
		return status_say(EINVAL,
		                  "the environment variable " INJECT_VARIABLE " names '%s', neither a kernel nor " INJECT_WAIT,
		                  inject->name);
	if (inject_for(INJECT_WAIT) && inject->every > 0 && operation->took_ns)
		return status_say(EINVAL, "the environment variable " INJECT_VARIABLE " says " INJECT_WAIT
		                          ", which cannot lengthen an operation that brings its own clock");
	return 0;
}

// Each operation is to take 1/this longer; 0: it is left as it is.
static inline unsigned injection_every(void)
{
	return inject_for(INJECT_WAIT) ? inject_asked()->every : 0;
}

// Spin until 1/every more has passed; returns when that was. The last look at the clock comes half its cost late on
// average: of the shortest batches' 5 % that would be a tenth.
static inline uint64_t injection_lengthen(const struct trial *trial, unsigned every, uint64_t entry_ns,
                                          uint64_t return_ns)
{
	uint64_t more_ns = every > 0 ? (return_ns - entry_ns) / every : 0, early_ns = (uint64_t)(trial->clock_cost_ns / 2);
	uint64_t end_ns = return_ns + (more_ns > early_ns ? more_ns - early_ns : 0);
	while (return_ns < end_ns)
		return_ns = clock_now_ns();
	return return_ns;
}

#else

static inline int injection_check(const struct operation *operation)
{
	(void)operation;
	return 0;
}

static inline unsigned injection_every(void)
{
	return 0;
}

static inline uint64_t injection_lengthen(const struct trial *trial, unsigned every, uint64_t entry_ns,
                                          uint64_t return_ns)
{
	(void)trial, (void)every, (void)entry_ns;
	return return_ns;
}

#endif

#endif
