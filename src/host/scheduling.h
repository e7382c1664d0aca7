// How the kernel schedules this thread.
#ifndef TVP_HOST_SCHEDULING_H
#define TVP_HOST_SCHEDULING_H

#include <sched.h>
#include <stdbool.h>

/// SCHED_OTHER, SCHED_FIFO …, without the flag that children start anew.
static inline int scheduling_policy(void)
{
	return sched_getscheduler(0) & ~SCHED_RESET_ON_FORK;
}

/// Whether it keeps everything of lower priority off its CPU until it sleeps.
static inline bool scheduling_is_real_time(void)
{
	int policy = scheduling_policy();
	return policy == SCHED_FIFO || policy == SCHED_RR;
}

#endif
