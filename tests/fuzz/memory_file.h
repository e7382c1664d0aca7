// The readers take paths: a file in memory that is written anew for each input.
#ifndef TVP_TESTS_FUZZ_MEMORY_FILE_H
#define TVP_TESTS_FUZZ_MEMORY_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/// Its path, static; aborts where there is no memory, which no input causes.
static inline const char *memory_file(const uint8_t *data, size_t bytes)
{
	static char path[40];
	static int fd = -1;
	if (fd < 0)
		fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, 0) < 0 || pwrite(fd, data, bytes, 0) != (ssize_t)bytes)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return path;
}

#endif
