// The executable's own directory, as the kernel knows it or, where /proc is missing, as it was started; and the
// namespace.
#include "base/self.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

char *self_path(char *out, size_t out_bytes)
{
	char resolved[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", out, out_bytes);
	out[length > 0 && (size_t)length < out_bytes ? length : 0] = '\0';
	const char *started_as = (const char *)getauxval(AT_EXECFN);
	if (length <= 0 && started_as && realpath(started_as, resolved) && strlen(resolved) < out_bytes)
		strcpy(out, resolved);
	return out;
}

char *self_beside(char *out, size_t out_bytes, const char *relative)
{
	char path[PATH_MAX];
	char *slash = strrchr(self_path(path, sizeof path), '/');
	*out = '\0';
	if (slash && (size_t)snprintf(out, out_bytes, "%.*s/%s", (int)(slash - path), path, relative) >= out_bytes)
		*out = '\0';
	return out;
}

unsigned long self_pid_namespace(void)
{
	struct stat namespace;
	return stat("/proc/self/ns/pid", &namespace) == 0 ? (unsigned long)namespace.st_ino : 0;
}
