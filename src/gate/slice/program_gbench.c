// One benchmark of a program of Google Benchmark. Its JSON goes to a file in memory, since the program may print what
// it likes.
#include "gate/slice/program.h"

#include "base/clock.h"
#include "base/status.h"
#include "gate/slice/gbench_entry.h"
#include "gate/slice/json_lenient.h"
#include "gate/slice/program_run.h"
#include "host/guarded.h"
#include "stats/values.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { REPETITIONS = 3, REPETITIONS_MAX = 1024, FILE_BYTES_MOST = 64 << 20 };

// "^NAME$" for each kind of regular expression that the library may use. A ] or } that closes nothing stands for itself
// in all of them, and POSIX ones refuse to have it escaped.
static char *filter_of(const char *name)
{
	char *filter = malloc(2 * strlen(name) + 32), *out = filter;
	if (!filter)
		return NULL;
	out = stpcpy(out, "--benchmark_filter=^");
	for (; *name; name++) {
		if (strchr(".[(){*+?^$|\\", *name))
			*out++ = '\\';
		*out++ = *name;
	}
	strcpy(out, "$");
	return filter;
}

// All of a file in memory, zero-terminated.
static char *text_of(int fd, size_t *bytes)
{
	struct stat file;
	if (fstat(fd, &file) < 0 || file.st_size > FILE_BYTES_MOST)
		return NULL;
	char *text = calloc((size_t)file.st_size + 1, 1);
	ssize_t got = text ? pread(fd, text, (size_t)file.st_size, 0) : -1;
	*bytes = got > 0 ? (size_t)got : 0;
	return text;
}

struct times {
	struct trial *trial;
	double cpu_ns[REPETITIONS_MAX], loops[REPETITIONS_MAX];
	uint64_t n;
	bool aggregates; ///< it wrote some of this benchmark
};

static int entry_take(struct times *times, const json_t *entry, const char *benchmark)
{
	const char *name = gbench_text(entry, "run_name"), *error = gbench_text(entry, "error_message");
	times->aggregates |= gbench_is_aggregate(entry) && strcmp(name, benchmark) == 0;
	if (gbench_is_aggregate(entry) || (*name && strcmp(name, benchmark) != 0) || times->n == REPETITIONS_MAX)
		return 0;
	if (json_is_true(json_object_get(entry, "error_occurred")) || json_is_true(json_object_get(entry, "skipped")))
		return status_say(ECHILD, "%s", *error ? error : "it was skipped");
	double unit = gbench_unit_ns(entry);
	double real_ns = json_number_value(json_object_get(entry, "real_time")) * unit;
	double loops = json_number_value(json_object_get(entry, "iterations"));
	if (!(unit > 0) || !(loops >= 1) || !(real_ns >= 0) || real_ns * loops > 1e18)
		return status_say(EBADMSG, "an entry without iterations or time, or in an unknown unit");
	times->trial->wall_ns[times->n] = (uint64_t)llround(real_ns * loops);
	times->trial->operations_n[times->n] = (uint64_t)loops;
	times->cpu_ns[times->n] = json_number_value(json_object_get(entry, "cpu_time")) * unit;
	times->loops[times->n++] = loops;
	return 0;
}

static int times_take(struct times *times, int fd, const char *benchmark)
{
	size_t bytes = 0;
	json_error_t error;
	char *text = text_of(fd, &bytes);
	json_t *root = text ? json_load_lenient(text, bytes, &error) : NULL;
	int status = root ? 0 : status_say(EBADMSG, "it wrote no JSON to --benchmark_out");
	const json_t *entries = json_object_get(root, "benchmarks");
	for (size_t i = 0; i < json_array_size(entries) && status == 0; i++)
		status = entry_take(times, json_array_get(entries, i), benchmark);
	if (status == 0 && times->n == 0)
		status =
			status_say(EBADMSG, "%s",
		               times->aggregates ? "it wrote means only, as ReportAggregatesOnly(true) in its source has it, "
		                                   "which no flag overrides: take that out, or make it "
		                                   "DisplayAggregatesOnly(true)"
		                                 : "it ran no benchmark of that name");
	json_decref(root);
	free(text);
	return status;
}

// min_time: "0.01", or "1000x" for that many iterations.
static int run_for(const struct program_request *request, const char *min_time, struct times *times,
                   struct command_end *end)
{
	char out[64], time[64], repetitions[64];
	int fd = memfd_create("benchmark_out", 0); // inherited: its name there is that of the descriptor
	char *filter = filter_of(request->benchmark);
	if (fd < 0 || !filter) {
		free(filter);
		return status_fail(fd < 0 ? errno : ENOMEM, "a file in memory");
	}
	snprintf(out, sizeof out, "--benchmark_out=/dev/fd/%d", fd);
	snprintf(time, sizeof time, "--benchmark_min_time=%s", min_time);
	snprintf(repetitions, sizeof repetitions, "--benchmark_repetitions=%d", REPETITIONS);
	const char *const words[] = {request->words[0],
	                             filter,
	                             out,
	                             "--benchmark_out_format=json",
	                             time,
	                             repetitions,
	                             "--benchmark_report_aggregates_only=false",
	                             NULL};
	times->n = 0;
	times->aggregates = false;
	int status = program_run(words, -1, request->deadline_ns, end);
	if (status == 0 && command_failed(end))
		status = program_failed("it", end);
	if (status == 0)
		status = times_take(times, fd, request->benchmark);
	close(fd);
	free(filter);
	return status;
}

int program_gbench(const struct program_request *request, struct slice_times *slice, struct trial *trial)
{
	static struct times times;
	char min_time[48];
	struct command_end end = {0};
	int status = -1;
	times.trial = trial;
	if (request->iterations_n && request->batch_n > 1) {
		snprintf(min_time, sizeof min_time, "%llux", (unsigned long long)request->batch_n);
		status = run_for(request, min_time, &times, &end);
	}
	snprintf(min_time, sizeof min_time, "%.9f", (double)request->time_ns / REPETITIONS / 1e9);
	if (status < 0 && status != -ETIMEDOUT)
		status = run_for(request, min_time, &times, &end);
	program_printed(&end, &slice->printed);
	if (status < 0)
		return status;
	trial->iterations_n = times.n;
	trial->batch_n = request->iterations_n ? (uint32_t)request->batch_n : (uint32_t)values_median(times.loops, times.n);
	slice->value[SERIES_CPU] = values_median(times.cpu_ns, times.n);
	slice->value[SERIES_FAULTS] = slice->value[SERIES_SWITCHES] = NAN; // of its calibration, too
	program_memory(slice, (double)end.peak_bytes, (double)end.floor_bytes);
	slice->exit_code = 0;
	return 0;
}

static int filter_check(const struct command_end *end, const char *filter)
{
	char line[200];
	command_tail_line(&end->tail, line, sizeof line);
	const char *said = strstr(line, "benchmark re: ");
	return said ? status_say(EINVAL, "--filter='%s' is no regular expression: %s", filter,
	                         said + strlen("benchmark re: "))
	            : 0;
}

struct listing {
	const char *program, *filter;
	uint64_t deadline_ns;
	int fd; ///< where the names go
};

static int list(void *context)
{
	const struct listing *listing = context;
	char *filter_word = NULL;
	if (asprintf(&filter_word, "--benchmark_filter=%s", listing->filter ? listing->filter : ".") < 0)
		return status_fail(ENOMEM, "the list of %s", listing->program);
	const char *const words[] = {listing->program, "--benchmark_list_tests=true", filter_word, NULL};
	struct command_end end;
	int status = program_run(words, listing->fd, listing->deadline_ns, &end);
	free(filter_word);
	if (status < 0)
		return status_wrap(status, "%s", listing->program);
	if (command_failed(&end))
		return status_wrap(program_failed(listing->program, &end), "--benchmark_list_tests");
	// The library says so of a bad regular expression, and exits with 0.
	bool is_empty = lseek(listing->fd, 0, SEEK_END) == 0;
	return is_empty && listing->filter ? filter_check(&end, listing->filter) : 0;
}

int program_gbench_list(const char *program, const char *filter, uint64_t deadline_ns, char **names)
{
	size_t bytes = 0;
	*names = NULL;
	int fd = memfd_create("benchmark_list_tests", MFD_CLOEXEC);
	if (fd < 0)
		return status_fail(errno, "the list of %s", program);
	int status = guarded_call(list, &(struct listing){program, filter, deadline_ns, fd});
	if (status == 0 && !(*names = text_of(fd, &bytes)))
		status = status_fail(ENOMEM, "the list of %s", program);
	close(fd);
	return status;
}
