// The executable's own directory: as the kernel knows it, or where /proc is missing as it was started.
#include "base/self.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

static void self_path(char path[PATH_MAX])
{
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
	path[length > 0 ? length : 0] = '\0';
	const char *started_as = (const char *)getauxval(AT_EXECFN);
	if (length <= 0 && (!started_as || !realpath(started_as, path)))
		path[0] = '\0';
}

char *self_beside(char *out, size_t out_bytes, const char *relative)
{
	char path[PATH_MAX];
	self_path(path);
	char *slash = strrchr(path, '/');
	*out = '\0';
	if (slash && (size_t)snprintf(out, out_bytes, "%.*s/%s", (int)(slash - path), path, relative) >= out_bytes)
		*out = '\0';
	return out;
}
