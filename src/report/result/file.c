// Replacing a file in one step. The name of a symbolic link is resolved first, so that its target is replaced, and
// what is no regular file is refused: a rename onto /dev/null would replace the device.
#include "report/result/file.h"

#include "base/status.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

enum { FILE_BYTES_MOST = 1 << 30, TEMPORARY_TRIES = 100 };

static int target_resolve(const char *path, char target[PATH_MAX])
{
	struct stat stat_now;
	if (!realpath(path, target)) {
		if (errno != ENOENT)
			return status_fail(errno, "%s", path);
		if ((size_t)snprintf(target, PATH_MAX, "%s", path) >= PATH_MAX)
			return status_fail(ENAMETOOLONG, "%s", path);
		return 0;
	}
	if (stat(target, &stat_now) < 0)
		return status_fail(errno, "%s", path);
	return S_ISREG(stat_now.st_mode) ? 0 : status_say(EINVAL, "%s: is not a regular file", path);
}

// open() and not mkstemp(): it applies the umask, which can be read only by changing it.
static int temporary_open(const char *target, char *name, size_t name_bytes)
{
	for (int attempt = 0; attempt < TEMPORARY_TRIES; attempt++) {
		if ((size_t)snprintf(name, name_bytes, "%s.%d.%d.tmp", target, (int)getpid(), attempt) >= name_bytes)
			return -ENAMETOOLONG;
		int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (fd >= 0 || errno != EEXIST)
			return fd >= 0 ? fd : -errno;
	}
	return -EEXIST;
}

// The rename itself must survive a power cut too; a directory that cannot be synced is no reason to fail.
static void directory_sync(const char *target)
{
	char directory[PATH_MAX];
	snprintf(directory, sizeof directory, "%s", target);
	char *slash = strrchr(directory, '/');
	if (slash)
		slash[1] = '\0';
	int fd = open(slash ? directory : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
}

static int stream_finish(FILE *file, int status)
{
	errno = 0;
	if (status == 0 && (fflush(file) || ferror(file) || fsync(fileno(file))))
		status = errno ? -errno : -EIO;
	if (fclose(file) && status == 0)
		status = -errno;
	return status;
}

int file_replaceable(const char *path)
{
	char target[PATH_MAX], name[PATH_MAX + 40];
	int status = target_resolve(path, target);
	if (status < 0)
		return status;
	int fd = temporary_open(target, name, sizeof name);
	if (fd < 0)
		return status_fail(-fd, "%s: cannot create a file beside it", path);
	close(fd);
	unlink(name);
	return 0;
}

int file_replace(const char *path, int (*compose)(FILE *out, const void *context), const void *context)
{
	char target[PATH_MAX], name[PATH_MAX + 40];
	int status = target_resolve(path, target);
	if (status < 0)
		return status;
	int fd = temporary_open(target, name, sizeof name);
	if (fd < 0)
		return status_fail(-fd, "%s: cannot create a file beside it", path);
	FILE *file = fdopen(fd, "w");
	if (!file) {
		status = -errno;
		close(fd);
	} else {
		status = stream_finish(file, compose(file, context));
	}
	if (status == 0 && rename(name, target) < 0)
		status = -errno;
	if (status < 0) {
		unlink(name);
		return status_fail(-status, "%s: cannot write it", path);
	}
	directory_sync(target);
	return 0;
}

// -EINVAL with zlib's own words, or -errno where the file itself could not be read.
static int unzip_failed(gzFile file, const char *path)
{
	int code, error = errno;
	const char *text = gzerror(file, &code);
	if (code == Z_ERRNO)
		return status_fail(error ? error : EIO, "%s", path);
	return status_say(code == Z_MEM_ERROR ? ENOMEM : EINVAL, "%s: damaged gzip data: %s", path, text);
}

static int stream_read(gzFile file, const char *path, char **text, size_t *text_bytes)
{
	size_t room = 1 << 16, used = 0;
	char *buffer = malloc(room);
	int got = 0;
	while (buffer && used < FILE_BYTES_MOST) {
		errno = 0;
		got = gzread(file, buffer + used, (unsigned)(room - used - 1));
		if (got <= 0)
			break;
		used += (size_t)got;
		if (used + 1 < room)
			continue;
		char *larger = realloc(buffer, room *= 2);
		if (!larger)
			free(buffer);
		buffer = larger;
	}
	int status = 0;
	if (!buffer)
		status = status_fail(ENOMEM, "%s", path);
	else if (got < 0)
		status = unzip_failed(file, path);
	else if (used >= FILE_BYTES_MOST)
		status = status_fail(EFBIG, "%s", path);
	if (status < 0) {
		free(buffer);
		return status;
	}
	buffer[used] = '\0';
	*text = buffer;
	*text_bytes = used;
	return 0;
}

int file_read(const char *path, char **text, size_t *text_bytes)
{
	errno = 0;
	gzFile file = gzopen(path, "rbe");
	if (!file)
		return status_fail(errno ? errno : ENOMEM, "%s", path);
	int status = stream_read(file, path, text, text_bytes);
	int closed = gzclose_r(file);
	if (status == 0 && closed == Z_BUF_ERROR) {
		free(*text);
		return status_say(EINVAL, "%s: the gzip data ends too early", path);
	}
	return status;
}
