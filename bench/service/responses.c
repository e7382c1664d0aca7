#include "bench/service/responses.h"

#include <math.h>

#include "base/array.h"
#include "base/clock.h"
#include "stats/values.h"

static int append(double **array, uint32_t n, uint32_t *max, double value)
{
	int status = array_grow((void **)array, n, max, sizeof **array);
	if (status == 0)
		(*array)[n] = value;
	return status;
}

int responses_note(struct service_run *run)
{
	uint64_t first = settling_n(run), last_ns = 0;
	int status = 0;
	for (uint64_t i = first; i < requests_n(run) && status == 0; i++) {
		status = append(&run->response_ns, run->n, &run->responses_max, (double)(run->done_ns[i] - run->due_ns[i]));
		if (status == 0)
			status = append(&run->late_ns, run->n, &run->late_max, (double)(run->sent_ns[i] - run->due_ns[i]));
		run->n += status == 0;
		last_ns = run->done_ns[i] > last_ns ? run->done_ns[i] : last_ns;
	}
	run->begin_ns = run->due_ns[first];
	run->end_ns = last_ns;
	run->rate_sum += (double)(requests_n(run) - first) / ((double)(last_ns - run->begin_ns) / NS_PER_S);
	run->bursts_n++;
	return status;
}

void responses_ready(void *context)
{
	struct service_run *run = context;
	run->n = run->bursts_n = 0;
	run->rate_sum = 0;
}

// Own clock: responses_took_ns() returns how long the counted requests kept the service, from the first one's arrival
// to the last one's end; what each took is in response_ns.
uint64_t responses_took_ns(void *context)
{
	const struct service_run *run = context;
	return run->end_ns - run->begin_ns;
}

uint64_t responses_n(void *context)
{
	const struct service_run *run = context;
	return requests_n(run) - settling_n(run);
}

void responses_fill(struct service_run *run, double *value)
{
	double *response_ns = run->response_ns;
	size_t n = run->n;
	value[METRIC_wall_mean_ns] = values_mean(response_ns, n);
	values_sort(response_ns, n);
	value[METRIC_wall_ns] = response_ns[(n - 1) / 2];
	value[METRIC_wall_min_ns] = response_ns[0];
	value[METRIC_wall_p10_ns] = quantile_sorted(response_ns, n, 0.10);
	value[METRIC_wall_p90_ns] = quantile_sorted(response_ns, n, 0.90);
	value[METRIC_wall_p99_ns] = quantile_sorted(response_ns, n, 0.99);
	value[METRIC_wall_p999_ns] = n >= 1000 ? quantile_sorted(response_ns, n, 0.999) : NAN;
	value[METRIC_wall_max_ns] = response_ns[n - 1];
	value[METRIC_rate_hz] = run->rate_sum / run->bursts_n;
	value[METRIC_late_ns] = run->workers_n > 0 ? values_median(run->late_ns, n) : NAN;
}
