// What rows of single jobs with one worker say of single requests: how late a worker wakes that slept, and what it
// takes to create one.
#ifndef TVP_ADVISE_SERVICE_WAKES_H
#define TVP_ADVISE_SERVICE_WAKES_H

#include "advise/costs.h"

/// Learn from the rows that the term dispatch learned from, too. Close with cost_curves_close(). Returns 0 or -ENOMEM,
/// with a message.
int wakes_open(struct cost_curves *wakes, const struct costs *costs);

/// From its request until a worker runs that has slept so long. Returns 0, or -ENOENT with a message that says what
/// would have to be measured.
int wake_cost(const struct cost_curves *wakes, const struct point *setting, double slept_ns, struct cost *cost);
/// Creating a worker for an item that computes so long, and ending it again; and the CPU time of both together. Of
/// residents: nothing, and the CPU time of waking one. As above.
int launch_cost(const struct cost_curves *wakes, const struct point *setting, double busy_ns, struct cost *cost);
int collect_cost(const struct cost_curves *wakes, const struct point *setting, double busy_ns, struct cost *cost);
int wake_cpu(const struct cost_curves *wakes, const struct point *setting, double *cpu_ns);

#endif
