// Where this program's own files are: relative to its executable, so that an installed tree may be moved.
#ifndef TVP_BASE_SELF_H
#define TVP_BASE_SELF_H

#include <stddef.h>

/// The running executable's path, or "" where that is unknown or too long. Returns out.
char *self_path(char *out, size_t out_bytes);
/// "<directory of the running executable>/<relative>", or "" where that is unknown or too long. Returns out.
char *self_beside(char *out, size_t out_bytes, const char *relative);

#endif
