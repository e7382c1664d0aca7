// A twin that runs an empty parallel region of gcc's libgomp. Its threads are pinned like the models' workers and spin
// between regions, as they do by default.
#include "bench/twin/twin.h"

#ifdef _OPENMP

#include <errno.h>
#include <omp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/status.h"

static int region(void *context)
{
	const struct twin_setup *setup = context;
#pragma omp parallel num_threads(setup->workers_n)
	__asm__ volatile("" ::: "memory");
	return 0;
}

static int trial(const struct twin_setup *setup, struct trial *trial)
{
	int failed = 0;
	omp_set_dynamic(0);
	// The threads are created before any is pinned, because they inherit the mask.
#pragma omp parallel num_threads(setup->workers_n) reduction(| : failed)
	failed |= omp_get_num_threads() != (int)setup->workers_n;
#pragma omp parallel num_threads(setup->workers_n) reduction(| : failed)
	failed |= twin_pin(setup, (unsigned)omp_get_thread_num()) != 0;
	if (failed)
		return status_say(EXDEV, "OpenMP did not give %u pinned threads", setup->workers_n);
	return trial_run(trial, &(struct operation){.context = (void *)setup, .run = region});
}

// Any of its settings may change the result: with OMP_WAIT_POLICY=passive it is 50 times slower.
static const char *why_not(void)
{
	static char reason[128];
	for (char **variable = environ; *variable; variable++)
		if (strncmp(*variable, "OMP_", 4) == 0 || strncmp(*variable, "GOMP_", 5) == 0) {
			snprintf(reason, sizeof reason, "%.*s is set: this twin is for libgomp with its default settings",
			         (int)strcspn(*variable, "="), *variable);
			return reason;
		}
	return NULL;
}

#else

static int trial(const struct twin_setup *setup, struct trial *trial)
{
	(void)setup;
	(void)trial;
	return -1; // never reached: why_not() gives a reason
}

static const char *why_not(void)
{
	return "built without OpenMP (a compiler with libgomp, no sanitizer)";
}

#endif

const struct twin twin_openmp = {
	.call = "openmp",
	.summary = "an empty parallel region of libgomp, caller included",
	.trial = trial,
	.why_not = why_not,
};
