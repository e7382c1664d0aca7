// From /proc/self/cgroup and /proc/self/mountinfo to the directories with our limits, and up to their mount point.
#include "host/cgroup.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// A cgroup hierarchy that carries a controller we ask for, as mounted here.
struct hierarchy {
	bool v2;
	char top[PATH_MAX]; ///< its mount point, root included
	char own[PATH_MAX]; ///< our directory, at or below top
};

// Reads one directory of a hierarchy and lowers *limit to what it allows.
typedef void (*directory_reader)(const char *directory, bool v2, void *limit);

static FILE *file_open(const char *directory, const char *name)
{
	char path[PATH_MAX];
	int length = snprintf(path, sizeof path, "%s/%s", directory, name);
	return length > 0 && (size_t)length < sizeof path ? fopen(path, "re") : NULL;
}

static bool file_read(const char *directory, const char *name, char *text, size_t text_bytes)
{
	FILE *file = file_open(directory, name);
	if (!file)
		return false;
	bool read = fgets(text, (int)text_bytes, file) != NULL;
	fclose(file);
	return read;
}

// Whether a comma-separated list has the word: "cpu" is in "cpu,cpuacct" and not in "cpuset".
static bool list_has(const char *list, const char *word)
{
	size_t length = strlen(word);
	for (const char *at = list; (at = strstr(at, word)); at += length)
		if ((at == list || at[-1] == ',') && (at[length] == ',' || at[length] == '\0'))
			return true;
	return false;
}

// mountinfo writes blanks in paths as \040.
static void octal_decode(char *text)
{
	char *out = text;
	for (const char *in = text; *in; in++) {
		unsigned value;
		if (in[0] == '\\' && sscanf(in + 1, "%3o", &value) == 1 && strspn(in + 1, "01234567") >= 3) {
			*out++ = (char)value;
			in += 3;
		} else {
			*out++ = *in;
		}
	}
	*out = '\0';
}

// Our path in the v1 hierarchy of a controller, or in the v2 one (controller ""): lines like "4:memory:/a/b", "0::/a".
static bool own_path(const char *root, const char *controller, char *path)
{
	FILE *file = file_open(root, "proc/self/cgroup");
	if (!file)
		return false;
	char *line = NULL;
	size_t line_bytes = 0;
	bool found = false;
	while (!found && getline(&line, &line_bytes, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		char *controllers = strchr(line, ':');
		char *own = controllers ? strchr(controllers + 1, ':') : NULL;
		if (!own || strlen(own + 1) >= PATH_MAX)
			continue;
		*own++ = '\0';
		controllers++;
		found = *controller ? list_has(controllers, controller) : strncmp(line, "0:", 2) == 0 && !*controllers;
		if (found)
			strcpy(path, own);
	}
	free(line);
	fclose(file);
	return found;
}

// Our directory: the mount shows the hierarchy from mount_root down. A path outside of it (a container that sees the
// host's path, or "/../..") leaves the mount point, which is then our own cgroup.
static bool hierarchy_place(struct hierarchy *hierarchy, const char *root, const char *mount_root,
                            const char *mount_point, const char *path)
{
	size_t prefix = strcmp(mount_root, "/") == 0 ? 0 : strlen(mount_root);
	bool inside =
		strncmp(path, mount_root, prefix) == 0 && (path[prefix] == '/' || path[prefix] == '\0') && !strstr(path, "/..");
	const char *below = inside ? path + prefix : "";
	int top_length = snprintf(hierarchy->top, PATH_MAX, "%s%s", root, mount_point);
	int own_length = snprintf(hierarchy->own, PATH_MAX, "%s%s%s", root, mount_point, below);
	return top_length < PATH_MAX && own_length < PATH_MAX;
}

// One line: "36 35 98:0 /root /mount/point rw,noatime master:1 - cgroup cgroup rw,cpu,cpuacct".
static bool mount_matches(char *line, const char *controller, char **mount_root, char **mount_point)
{
	char *tail = strstr(line, " - ");
	if (!tail)
		return false;
	char type[16], options[1024];
	if (sscanf(tail, " - %15s %*s %1023s", type, options) != 2)
		return false;
	if (*controller ? strcmp(type, "cgroup") != 0 || !list_has(options, controller) : strcmp(type, "cgroup2") != 0)
		return false;
	*tail = '\0';
	char *rest = NULL;
	strtok_r(line, " ", &rest);
	strtok_r(NULL, " ", &rest);
	strtok_r(NULL, " ", &rest);
	*mount_root = strtok_r(NULL, " ", &rest);
	*mount_point = strtok_r(NULL, " ", &rest);
	if (!*mount_root || !*mount_point)
		return false;
	octal_decode(*mount_root);
	octal_decode(*mount_point);
	return true;
}

static bool hierarchy_find(struct hierarchy *hierarchy, const char *root, const char *controller)
{
	char path[PATH_MAX];
	if (!own_path(root, controller, path))
		return false;
	FILE *file = file_open(root, "proc/self/mountinfo");
	if (!file)
		return false;
	char *line = NULL;
	size_t line_bytes = 0;
	bool found = false;
	while (!found && getline(&line, &line_bytes, file) > 0) {
		char *mount_root, *mount_point;
		if (mount_matches(line, controller, &mount_root, &mount_point))
			found = hierarchy_place(hierarchy, root, mount_root, mount_point, path);
	}
	free(line);
	fclose(file);
	hierarchy->v2 = !*controller;
	return found;
}

static void hierarchy_climb(struct hierarchy *hierarchy, directory_reader read, void *limit)
{
	size_t top_length = strlen(hierarchy->top);
	for (;;) {
		read(hierarchy->own, hierarchy->v2, limit);
		char *slash = strrchr(hierarchy->own, '/');
		if (!slash || (size_t)(slash - hierarchy->own) < top_length)
			return;
		*slash = '\0';
	}
}

// Hybrid machines mount both generations; a controller is only in one, so that asking both never counts twice.
static void limits_read(const char *root, const char *controller, directory_reader read, void *limit)
{
	struct hierarchy hierarchy;
	if (hierarchy_find(&hierarchy, root, controller))
		hierarchy_climb(&hierarchy, read, limit);
	if (hierarchy_find(&hierarchy, root, ""))
		hierarchy_climb(&hierarchy, read, limit);
}

static void quota_read(const char *directory, bool v2, void *limit)
{
	char text[64];
	double quota_us = 0.0, period_us = 100000.0, *quota_cpus = limit;
	if (v2) {
		// "max 100000" scans no number and means no quota.
		if (!file_read(directory, "cpu.max", text, sizeof text) || sscanf(text, "%lf %lf", &quota_us, &period_us) < 1)
			return;
	} else {
		if (!file_read(directory, "cpu.cfs_quota_us", text, sizeof text))
			return;
		quota_us = atof(text);
		if (file_read(directory, "cpu.cfs_period_us", text, sizeof text))
			period_us = atof(text);
	}
	if (quota_us > 0.0 && period_us > 0.0 && quota_us / period_us < *quota_cpus)
		*quota_cpus = quota_us / period_us;
}

double cgroup_quota_cpus(const char *root)
{
	double quota_cpus = INFINITY;
	limits_read(root, "cpu", quota_read, &quota_cpus);
	return isinf(quota_cpus) ? 0.0 : quota_cpus;
}

// Periods in which a quota left nothing, of one directory. A directory without a quota has none.
static void throttled_read(const char *directory, bool v2, void *sum)
{
	struct throttled *throttled = sum;
	FILE *file = file_open(directory, "cpu.stat");
	char line[128];
	uint64_t value;
	while (file && fgets(line, sizeof line, file)) {
		if (sscanf(line, "nr_throttled %" SCNu64, &value) == 1)
			throttled->periods_n += value;
		else if (v2 && sscanf(line, "throttled_usec %" SCNu64, &value) == 1)
			throttled->time_ns += value * 1000;
		else if (!v2 && sscanf(line, "throttled_time %" SCNu64, &value) == 1)
			throttled->time_ns += value;
	}
	if (file)
		fclose(file);
}

bool cgroup_throttled(const char *root, struct throttled *throttled)
{
	*throttled = (struct throttled){0};
	if (cgroup_quota_cpus(root) == 0.0)
		return false;
	limits_read(root, "cpu", throttled_read, throttled);
	return true;
}

static uint64_t number_read(const char *directory, const char *name)
{
	char text[64];
	uint64_t bytes;
	bool read = file_read(directory, name, text, sizeof text) && sscanf(text, "%" SCNu64, &bytes) == 1;
	return read ? bytes : UINT64_MAX;
}

static uint64_t inactive_file_bytes(const char *directory, bool v2)
{
	const char *key = v2 ? "inactive_file " : "total_inactive_file ";
	FILE *file = file_open(directory, "memory.stat");
	if (!file)
		return 0;
	char line[128];
	uint64_t bytes = 0;
	while (fgets(line, sizeof line, file))
		if (strncmp(line, key, strlen(key)) == 0)
			bytes = strtoull(line + strlen(key), NULL, 10);
	fclose(file);
	return bytes;
}

static void memory_read(const char *directory, bool v2, void *limit)
{
	uint64_t *available_bytes = limit;
	uint64_t limit_bytes = number_read(directory, v2 ? "memory.max" : "memory.limit_in_bytes");
	uint64_t used_bytes = number_read(directory, v2 ? "memory.current" : "memory.usage_in_bytes");
	// v1 writes "no limit" as the largest multiple of a page below 2^63.
	if (limit_bytes >= 1ull << 62 || used_bytes == UINT64_MAX)
		return;
	uint64_t reclaimable_bytes = inactive_file_bytes(directory, v2);
	used_bytes -= reclaimable_bytes < used_bytes ? reclaimable_bytes : used_bytes;
	uint64_t left_bytes = limit_bytes > used_bytes ? limit_bytes - used_bytes : 0;
	if (left_bytes < *available_bytes)
		*available_bytes = left_bytes;
}

uint64_t cgroup_memory_available_bytes(const char *root)
{
	uint64_t available_bytes = UINT64_MAX;
	limits_read(root, "memory", memory_read, &available_bytes);
	return available_bytes;
}

struct tasks {
	uint64_t left_n, limit_n;
};

static void tasks_read(const char *directory, bool v2, void *context)
{
	(void)v2; // the files have the same names in both
	struct tasks *tasks = context;
	// "max" is no number, and means no limit.
	uint64_t limit_n = number_read(directory, "pids.max"), now_n = number_read(directory, "pids.current");
	if (limit_n == UINT64_MAX || now_n == UINT64_MAX)
		return;
	uint64_t left_n = limit_n > now_n ? limit_n - now_n : 0;
	if (left_n < tasks->left_n)
		*tasks = (struct tasks){left_n, limit_n};
}

uint64_t cgroup_tasks_left(const char *root, uint64_t *limit_n)
{
	struct tasks tasks = {UINT64_MAX, 0};
	limits_read(root, "pids", tasks_read, &tasks);
	*limit_n = tasks.limit_n;
	return tasks.left_n;
}
