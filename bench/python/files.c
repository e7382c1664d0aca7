// Temporary files of interpreters: the sockets of forkserver and Manager have names, which remain when a process is
// killed. They are in a directory named after the supervisor, which removes it after a visit that failed. The next
// start of tvp removes those of supervisors that were killed: of its own pid namespace, since /tmp may be shared with
// others, in which these pids are of nobody or of somebody else.
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/self.h"
#include "base/status.h"
#include "bench/python/interpreter.h"

enum { DIRECTORIES_OPEN_MAX = 8, ORPHAN_AGE_S = 3600 };

static const char prefix[] = "tvp-python-";

static const char *files_base(void)
{
	const char *chosen = getenv("TMPDIR");
	return chosen && *chosen ? chosen : "/tmp";
}

void python_files_path(int supervisor, char *out, size_t out_bytes)
{
	snprintf(out, out_bytes, "%s/%s%lu-%d", files_base(), prefix, self_pid_namespace(), supervisor);
}

int python_files_make(const char *directory)
{
	python_files_remove(directory);
	if (mkdir(directory, 0700) == 0)
		return 0;
	int error = errno;
	if (error == EROFS || error == EACCES || error == ENOENT || error == EPERM || error == ENOSPC || error == ENOTDIR)
		error = ENOTSUP;
	return status_say(error, "no directory for Python's files can be created in %s (TMPDIR, else /tmp): %s",
	                  files_base(), strerror(errno));
}

static int remove_one(const char *path, const struct stat *what, int type, struct FTW *where)
{
	(void)what;
	(void)type;
	(void)where;
	remove(path);
	return 0;
}

void python_files_remove(const char *directory)
{
	nftw(directory, remove_one, DIRECTORIES_OPEN_MAX, FTW_DEPTH | FTW_PHYS); // links are removed, never followed
}

// What is older than any visit belongs to no living supervisor, whatever its namespace.
static bool is_leftover(const char *name, const char *path)
{
	unsigned long namespace;
	struct stat directory;
	int pid, end = 0;
	if (strncmp(name, prefix, sizeof prefix - 1) != 0 ||
	    sscanf(name + sizeof prefix - 1, "%lu-%d%n", &namespace, &pid, &end) != 2 || name[sizeof prefix - 1 + end] ||
	    pid <= 1 || lstat(path, &directory) < 0 || !S_ISDIR(directory.st_mode) || directory.st_uid != geteuid())
		return false;
	return (namespace == self_pid_namespace() && kill(pid, 0) < 0 && errno == ESRCH) ||
	       time(NULL) - directory.st_mtime > ORPHAN_AGE_S;
}

void python_files_remove_leftovers(void)
{
	DIR *base = opendir(files_base());
	const struct dirent *entry;
	char path[4096];
	while (base && (entry = readdir(base))) {
		snprintf(path, sizeof path, "%s/%s", files_base(), entry->d_name);
		if (is_leftover(entry->d_name, path))
			python_files_remove(path);
	}
	if (base)
		closedir(base);
}
