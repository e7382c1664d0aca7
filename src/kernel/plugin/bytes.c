#include "kernel/plugin/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/status.h"

void bytes_hash_begin(struct bytes_hash *hash)
{
	hash->state = ((unsigned __int128)0x6c62272e07bb0142 << 64) | 0x62b821756295c58d;
}

void bytes_hash_add(struct bytes_hash *hash, const void *data, size_t bytes)
{
	const unsigned __int128 prime = ((unsigned __int128)1 << 88) | 0x13b;
	const unsigned char *at = data;
	for (size_t i = 0; i < bytes; i++)
		hash->state = (hash->state ^ at[i]) * prime;
}

char *bytes_hash_text(const struct bytes_hash *hash, char *out)
{
	snprintf(out, BYTES_HASH_TEXT, "%016llx%016llx", (unsigned long long)(hash->state >> 64),
	         (unsigned long long)hash->state);
	return out;
}

static int copy(int from, int to, const char *path, struct bytes_hash *hash)
{
	static char buffer[1 << 16];
	for (;;) {
		ssize_t read_n = read(from, buffer, sizeof buffer);
		if (read_n < 0)
			return status_fail(errno, "%s", path);
		if (read_n == 0)
			return 0;
		bytes_hash_add(hash, buffer, (size_t)read_n);
		for (ssize_t written = 0, n; written < read_n; written += n)
			if ((n = write(to, buffer + written, (size_t)(read_n - written))) < 0)
				return status_fail(errno, "copying %s into memory", path);
	}
}

// Not blocking: opening a FIFO would wait for a writer.
static int open_regular(const char *path)
{
	struct stat status;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file < 0 || fstat(file, &status) < 0) {
		int error = errno;
		if (file >= 0)
			close(file);
		return status_fail(error, "%s", path);
	}
	if (S_ISREG(status.st_mode))
		return file;
	close(file);
	return status_say(EINVAL, "%s is not a regular file", path);
}

int bytes_keep(const char *path, struct bytes_hash *hash)
{
	int from = open_regular(path);
	if (from < 0)
		return from;
	bytes_hash_begin(hash);
	int to = memfd_create("tvp-kernel", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int status = to < 0 ? status_fail(errno, "memory for %s", path) : copy(from, to, path, hash);
	close(from);
	if (status == 0)
		fcntl(to, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
	else if (to >= 0)
		close(to);
	return status < 0 ? status : to;
}
