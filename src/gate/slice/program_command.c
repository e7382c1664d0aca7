// A command as a slice: one run of it is an iteration, and each value is the median over the runs.
#include "gate/slice/program.h"

#include "base/clock.h"
#include "base/status.h"
#include "gate/slice/program_run.h"
#include "stats/values.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static double value_of(const struct command_end *end, enum series series)
{
	switch (series) {
	case SERIES_CPU:
		return (double)end->usage.cpu_ns;
	case SERIES_FAULTS:
		return (double)end->usage.faults_n;
	case SERIES_MEMORY:
		return (double)(end->peak_bytes > 0 ? end->peak_bytes : end->floor_bytes);
	case SERIES_SWITCHES:
		return (double)(end->usage.switches_voluntary_n + end->usage.switches_involuntary_n);
	default:
		return NAN;
	}
}

// Returns 0; or what makes it no measurement.
static int run_once(const struct program_request *request, uint64_t end_ns, struct slice_times *slice,
                    struct command_end *end)
{
	char line[200];
	uint64_t now_ns = clock_now_ns();
	*end = (struct command_end){0};
	int status = program_run(request->words, -1, end_ns > now_ns ? end_ns - now_ns : 1, end);
	program_printed(end, &slice->printed); // of one that was killed for its deadline, too
	if (status < 0)
		return status == -ETIMEDOUT ? program_late(request->deadline_ns) : status; // not what was left of it
	int exit_code = program_exit_code(end);
	command_tail_line(&end->tail, line, sizeof line);
	if (slice->exit_code >= 0 && slice->exit_code != exit_code)
		return status_say(EBADMSG, "its exit code changes from run to run: %d, then %d%s%s", slice->exit_code,
		                  exit_code, *line ? ": " : "", line);
	slice->exit_code = exit_code;
	if (exit_code != 0)
		snprintf(slice->message, sizeof slice->message, "%s", line);
	return 0;
}

static uint64_t iterations_for(const struct program_request *request, uint64_t wall_ns)
{
	uint64_t n = wall_ns ? request->time_ns / wall_ns : 1;
	return n < 1 ? 1 : n > TRIAL_ITERATIONS_MAX ? TRIAL_ITERATIONS_MAX : n;
}

int program_command(const struct program_request *request, struct slice_times *slice, struct trial *trial)
{
	static double values[SERIES_N][TRIAL_ITERATIONS_MAX];
	uint64_t end_ns = clock_now_ns() + request->deadline_ns, iterations_n = request->iterations_n;
	struct command_end end;
	int status = 0;
	slice->exit_code = -1;
	if (!iterations_n) {
		status = run_once(request, end_ns, slice, &end);
		iterations_n = iterations_for(request, end.wall_ns);
	}
	for (uint64_t i = 0; i < iterations_n && status == 0; i++) {
		status = run_once(request, end_ns, slice, &end);
		trial->wall_ns[i] = end.wall_ns;
		trial->operations_n[i] = 1;
		for (enum series series = SERIES_TIMED_N; series < SERIES_N; series++)
			values[series][i] = value_of(&end, series);
	}
	trial->iterations_n = iterations_n;
	trial->batch_n = 1;
	for (enum series series = SERIES_TIMED_N; series < SERIES_N && status == 0; series++)
		slice->value[series] = values_median(values[series], iterations_n);
	program_memory(slice, slice->value[SERIES_MEMORY], (double)end.floor_bytes);
	return status;
}
