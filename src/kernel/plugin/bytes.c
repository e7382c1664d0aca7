#include "kernel/plugin/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/status.h"

#define NAME_HEAD "tvp-kernel:"
enum { NAME_BYTES = 230 }; // with the head: the kernel takes 249

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

// As much of the name's end as there is room for.
static int memory_create(const char *shown_path)
{
	char name[sizeof NAME_HEAD + NAME_BYTES];
	size_t length = strlen(shown_path);
	bool is_long = length >= NAME_BYTES;
	snprintf(name, sizeof name, NAME_HEAD "%s%s", is_long ? "…" : "",
	         is_long ? shown_path + length - NAME_BYTES + sizeof "…" : shown_path);
	return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

const char *bytes_shown_path(const char *path)
{
	static const char head[] = "/memfd:" NAME_HEAD, tail[] = " (deleted)";
	static char target[sizeof head + NAME_BYTES + sizeof tail];
	ssize_t length = strncmp(path, "/proc/", strlen("/proc/")) == 0 ? readlink(path, target, sizeof target - 1) : 0;
	if (length <= 0)
		return path;
	target[length] = '\0';
	size_t head_bytes = strlen(head), tail_bytes = strlen(tail);
	if (strncmp(target, head, head_bytes) != 0 || (size_t)length < head_bytes + tail_bytes)
		return path;
	target[(size_t)length - tail_bytes] = '\0';
	return target + head_bytes;
}

int bytes_keep(const char *path, const char *shown_path, struct bytes_hash *hash)
{
	int from = open_regular(path);
	if (from < 0)
		return from;
	bytes_hash_begin(hash);
	int to = memory_create(shown_path);
	int status = to < 0 ? status_fail(errno, "memory for %s", path) : copy(from, to, path, hash);
	close(from);
	if (status == 0)
		fcntl(to, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
	else if (to >= 0)
		close(to);
	return status < 0 ? status : to;
}
