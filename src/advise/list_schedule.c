// All busy workers go equally fast. So time can be counted in what each of them has done since the beginning, in which
// items take what they take alone; it runs at one speed until the list is empty, and faster with each worker that ends.
#include "advise/list_schedule.h"

#include <math.h>
#include <stdlib.h>

#include "stats/values.h"

static double speed(const struct list_schedule *schedule, unsigned busy_n)
{
	return fmin(1, schedule->cpus_n / (busy_n * fmax(schedule->busy, 1e-9)));
}

double list_schedule_even_ns(const struct list_schedule *schedule, double sum_ns)
{
	return sum_ns / schedule->workers_n / speed(schedule, schedule->workers_n);
}

static unsigned first_free(const double *free_at, unsigned n)
{
	unsigned first = 0;
	for (unsigned i = 1; i < n; i++)
		first = free_at[i] < free_at[first] ? i : first;
	return first;
}

static void fetch_all(const struct list_schedule *schedule, const double *item_ns, size_t n, double *free_at)
{
	for (size_t i = 0; i < n;) {
		double *worker = &free_at[first_free(free_at, schedule->workers_n)];
		for (size_t end = i + schedule->batch_n; i < end && i < n; i++)
			*worker += item_ns[i];
	}
}

double list_schedule_ns(const struct list_schedule *schedule, const double *item_ns, size_t n)
{
	double *free_at = calloc(schedule->workers_n, sizeof *free_at), before = 0, wall_ns = 0;
	if (!free_at)
		return NAN;
	fetch_all(schedule, item_ns, n, free_at);
	values_sort(free_at, schedule->workers_n);
	for (unsigned i = 0; i < schedule->workers_n; i++) {
		wall_ns += (free_at[i] - before) / speed(schedule, schedule->workers_n - i);
		before = free_at[i];
	}
	free(free_at);
	return wall_ns;
}
