#include "cli/calibration.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "base/status.h"
#include "gate/stored/machine.h"
#include "measure/rounds.h"
#include "report/result/result.h"
#include "report/text/text.h"

static const char *const identity[] = {"cpu_model", "allowed_cpus", "quota_cpus", "memory_bytes"};

static uint64_t hash_of(const struct facts *facts)
{
	char text[700] = "";
	for (size_t i = 0; i < sizeof identity / sizeof *identity; i++) {
		const char *value = facts_get(facts, identity[i]);
		size_t used = strlen(text);
		snprintf(text + used, sizeof text - used, "%s\n", value ? value : "");
	}
	return hash_add(HASH_BEGIN, text, strlen(text));
}

static int directories_make(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		int made = mkdir(path, 0700);
		*slash = '/';
		if (made < 0 && errno != EEXIST)
			return status_fail(errno, "cannot make the directory of %s", path);
	}
	return 0;
}

static int state_path(const char *name, char *path, size_t path_bytes)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	bool absolute = state && *state == '/'; // else it is to be ignored, says the specification
	if (!absolute && !(home && *home))
		return status_say(ENOENT, "no place to keep a calibration: neither XDG_STATE_HOME nor HOME is set");
	int used =
		snprintf(path, path_bytes, "%s%s/tvp/%s", absolute ? state : home, absolute ? "" : "/.local/state", name);
	return used < (int)path_bytes ? 0 : status_say(ENAMETOOLONG, "the path of calibrations is too long: %s", path);
}

int calibration_path(const struct facts *facts, char *path, size_t path_bytes)
{
	char name[48];
	snprintf(name, sizeof name, "calibration-%016llx.json", (unsigned long long)hash_of(facts));
	return state_path(name, path, path_bytes);
}

int calibration_beside(const char *name, char *path, size_t path_bytes)
{
	int status = state_path(name, path, path_bytes);
	return status < 0 ? status : directories_make(path);
}

static int refuse(struct record *record, const char *path, const char *what, const char *then, const char *now)
{
	int status = status_say(ESTALE, "the calibration %s is out of date: %s was %s and is %s", path, what, then, now);
	record_close(record); // which what it was lies in
	return status;
}

int calibration_load(struct record *record, const struct facts *facts)
{
	char path[CALIBRATION_PATH_BYTES];
	struct machine_difference difference[MACHINE_FACTS_MAX];
	struct stat there;
	int status = calibration_path(facts, path, sizeof path);
	if (status == 0 && stat(path, &there) < 0)
		status = status_say(ENOENT, "this machine has not been calibrated");
	if (status == 0 && (status = result_load(record, path)) == -EINVAL)
		status = status_wrap(-ESTALE, "this machine's calibration cannot be read");
	if (status < 0)
		return status;
	if (machine_compare(&record->facts, facts, MACHINE_KERNEL_RELEASE, difference) > 0)
		return refuse(record, path, difference[0].key, difference[0].a, difference[0].b);
	const char *revision = facts_get(&record->facts, "git_revision");
	if (!revision || strcmp(revision, facts_revision()) != 0)
		return refuse(record, path, "the revision of tvp", revision ? revision : "unknown", facts_revision());
	return 0;
}

uint64_t calibration_budget_ns(const struct topology *topology)
{
	return (topology_parallel_n(topology) > 8 ? 110 : 55) * NS_PER_S;
}

// Hundreds of workers cost as much each as 16 do, and time that the other rows need.
static void skip_crowds(struct record *record)
{
	enum { CROWD_N = 16 };
	for (uint32_t i = 0; i < record->rows_n; i++) {
		const char *workers = spec_get(&record->rows[i].spec, "workers");
		if (strcmp(record->rows[i].spec.experiment, "memory") == 0 && workers && atoi(workers) > CROWD_N)
			row_skip(&record->rows[i], "not needed for advice");
	}
}

// What gives intervals is not replaced by what gives none.
static int keeps_better(const struct record *made, const char *path)
{
	static struct record kept; // some 20 KiB
	if (made->rounds_n >= ROUNDS_FOR_INTERVAL || calibration_load(&kept, &made->facts) < 0)
		return 0;
	unsigned rounds_n = kept.rounds_n;
	record_close(&kept);
	if (rounds_n < ROUNDS_FOR_INTERVAL)
		return 0;
	return status_say(EAGAIN,
	                  "not kept: %u round%s give%s no intervals, and %s, which has %u, stays: more --time-budget",
	                  made->rounds_n, text_plural(made->rounds_n), made->rounds_n == 1 ? "s" : "", path, rounds_n);
}

int calibration_make(struct session *session, uint64_t budget_ns)
{
	char path[CALIBRATION_PATH_BYTES];
	session_ask(session, "calibration,memory", budget_ns);
	struct run_options *options = &session->request.options;
	snprintf(options->command, sizeof options->command, "tvp calibrate");
	options->visit_ns = 2 * NS_PER_MS;
	options->target_ci = 0.02;
	int status = session_plan(session);
	if (status == 0)
		status = calibration_path(&session->record.facts, path, sizeof path);
	if (status == 0)
		status = directories_make(path);
	skip_crowds(&session->record);
	if (status == 0)
		status = session_measure_whole(session);
	if (status == -EINTR)
		return status_say(EINTR, "interrupted: the calibration is not kept");
	if (status == 0)
		status = keeps_better(&session->record, path);
	return status < 0 ? status : result_save(&session->record, path);
}
