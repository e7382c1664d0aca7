// Where this program's own files are, relative to its executable, so that an installed tree may be moved; and in which
// pid namespace it runs.
#ifndef TVP_BASE_SELF_H
#define TVP_BASE_SELF_H

#include <stddef.h>

/// The running executable's path, or "" where that is unknown or too long. Returns out.
char *self_path(char *out, size_t out_bytes);
/// "<directory of the running executable>/<relative>", or "" where that is unknown or too long. Returns out.
char *self_beside(char *out, size_t out_bytes, const char *relative);

/// A number that tells pid namespaces of this machine from each other, to stand beside a pid in names that processes of
/// several namespaces may see: a pid says nothing about a process of another. 0 where it is unknown.
unsigned long self_pid_namespace(void);

#endif
