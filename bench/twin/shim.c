// The cost of iterating through the C interface of Google Benchmark: the same empty loop in C and in C++.
#include <errno.h>
#include <math.h>

#include "base/status.h"
#include "bench/twin/twin.h"
#include "gbench/gbench.h"

enum { ITERATIONS_N = 1000000 };

static void loop_in_c(struct gbench_state *state, void *argument)
{
	(void)argument;
	while (gbench_keep_running(state))
		__asm__ volatile("" ::: "memory");
}

static void store_time(const struct gbench_run *run, void *context)
{
	if (!run->aggregate)
		*(double *)context = run->real_ns;
}

// Own clock: Google Benchmark's, because the loop around the operation is what is measured.
static int loop_trial(gbench_function *loop, const struct twin_setup *setup, struct trial *trial)
{
	double real_ns = NAN;
	int status = twin_pin(setup, 0);
	if (status < 0)
		return status;
	gbench_clear();
	struct gbench_benchmark *benchmark = gbench_register("loop", loop, NULL);
	gbench_iterations(benchmark, ITERATIONS_N);
	gbench_real_time(benchmark);
	if (gbench_run(store_time, &real_ns) != 1 || isnan(real_ns))
		return status_say(EPROTO, "Google Benchmark did not run the loop");
	trial->iterations_n = ITERATIONS_N;
	trial->batch_n = 1;
	trial->value[METRIC_wall_ns] = trial->value[METRIC_wall_mean_ns] = real_ns;
	return 0;
}

static int shim_trial(const struct twin_setup *setup, struct trial *trial)
{
	return loop_trial(loop_in_c, setup, trial);
}

static int cxx_trial(const struct twin_setup *setup, struct trial *trial)
{
	return loop_trial(gbench_loop_in_cxx, setup, trial);
}

const struct twin twin_shim = {
	.call = "shim",
	.summary = "one empty iteration of Google Benchmark from C, through the shim",
	.trial = shim_trial,
	.workers_most = 1,
};

const struct twin twin_cxx = {
	.call = "cxx",
	.summary = "one empty iteration of Google Benchmark in C++",
	.trial = cxx_trial,
	.workers_most = 1,
};
