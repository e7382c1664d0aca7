// The executable's own directory, as the kernel knows it.
#include "base/self.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

char *self_beside(char *out, size_t out_bytes, const char *relative)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
	path[length > 0 ? length : 0] = '\0';
	char *slash = strrchr(path, '/');
	*out = '\0';
	if (slash && (size_t)snprintf(out, out_bytes, "%.*s/%s", (int)(slash - path), path, relative) >= out_bytes)
		*out = '\0';
	return out;
}
