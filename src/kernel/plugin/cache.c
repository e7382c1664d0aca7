#include "kernel/plugin/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/status.h"

enum { STALE_S = 3600 };

// An XDG path that is not absolute does not count, as its specification says.
static int directory_name(char *out, size_t out_bytes)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	int length;
	if (cache && *cache == '/')
		length = snprintf(out, out_bytes, "%s/tvp", cache);
	else if (home && *home == '/')
		length = snprintf(out, out_bytes, "%s/.cache/tvp", home);
	else
		return status_say(ENOENT, "no place to keep compiled kernels: neither XDG_CACHE_HOME nor HOME is set");
	return (size_t)length < out_bytes ? 0 : status_say(ENAMETOOLONG, "the path of the cache of kernels is too long");
}

static int make(const char *directory)
{
	char part[PATH_MAX];
	snprintf(part, sizeof part, "%s", directory);
	for (char *slash = part + 1; (slash = strchr(slash, '/')) != NULL; *slash++ = '/') {
		*slash = '\0';
		mkdir(part, 0700); // what is there already, or cannot be made, shows below
	}
	if (mkdir(part, 0700) < 0 && errno != EEXIST)
		return status_fail(errno, "making %s, where compiled kernels are kept", directory);
	return 0;
}

// Whoever can write there decides what code we run.
static int trust(const char *directory)
{
	struct stat status;
	if (lstat(directory, &status) < 0)
		return status_fail(errno, "%s", directory);
	if (!S_ISDIR(status.st_mode))
		return status_say(ENOTDIR, "%s, where compiled kernels are kept, is not a directory", directory);
	if (status.st_uid != geteuid())
		return status_say(EPERM, "%s, where compiled kernels are kept, belongs to another user: set XDG_CACHE_HOME",
		                  directory);
	if (status.st_mode & (S_IWGRP | S_IWOTH))
		return status_say(EPERM,
		                  "%s, where compiled kernels are kept, can be written by others: chmod 700 it, or set "
		                  "XDG_CACHE_HOME",
		                  directory);
	return 0;
}

int cache_entry(struct cache_entry *entry, const char *key)
{
	char directory[PATH_MAX - 64];
	int status = directory_name(directory, sizeof directory);
	if (status == 0)
		status = make(directory);
	if (status == 0)
		status = trust(directory);
	snprintf(entry->path, sizeof entry->path, "%s/%.40s.so", directory, key);
	entry->temporary[0] = '\0';
	return status;
}

bool cache_has(const struct cache_entry *entry)
{
	struct stat status;
	return lstat(entry->path, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
	       !(status.st_mode & (S_IWGRP | S_IWOTH)) && status.st_size > 0;
}

// What a tvp that was killed had begun: no compiler takes so long.
static void remove_stale(const char *directory)
{
	struct stat status;
	const time_t stale_s = time(NULL) - STALE_S;
	DIR *files = opendir(directory);
	for (struct dirent *file; files && (file = readdir(files)) != NULL;)
		if (fnmatch("*.so.??????", file->d_name, 0) == 0 &&
		    fstatat(dirfd(files), file->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mtime < stale_s)
			unlinkat(dirfd(files), file->d_name, 0);
	if (files)
		closedir(files);
}

int cache_begin(struct cache_entry *entry)
{
	char directory[PATH_MAX];
	snprintf(directory, sizeof directory, "%.*s", (int)(strrchr(entry->path, '/') - entry->path), entry->path);
	remove_stale(directory);
	if (snprintf(entry->temporary, sizeof entry->temporary, "%.*s.XXXXXX", PATH_MAX - 8, entry->path) >= PATH_MAX)
		return status_say(ENAMETOOLONG, "%s", entry->path);
	int file = mkstemp(entry->temporary);
	if (file < 0) {
		int error = errno;
		entry->temporary[0] = '\0';
		return status_fail(error, "writing beside %s", entry->path);
	}
	close(file);
	return 0;
}

bool cache_is_full(const struct cache_entry *entry)
{
	struct statvfs disk;
	char directory[PATH_MAX];
	snprintf(directory, sizeof directory, "%.*s", (int)(strrchr(entry->path, '/') - entry->path), entry->path);
	return statvfs(directory, &disk) == 0 && (uint64_t)disk.f_bavail * disk.f_frsize < 1 << 20;
}

int cache_end(struct cache_entry *entry, bool kept)
{
	int status = 0;
	if (!entry->temporary[0])
		return 0;
	// The linker made it for everybody to execute.
	if (kept && (chmod(entry->temporary, 0600) < 0 || rename(entry->temporary, entry->path) < 0))
		status = status_fail(errno, "keeping %s", entry->path);
	if (!kept || status < 0)
		unlink(entry->temporary);
	entry->temporary[0] = '\0';
	return status;
}
