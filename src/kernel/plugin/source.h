// A kernel's C source, compiled once: the object is found again by what went into it.
#ifndef TVP_KERNEL_PLUGIN_SOURCE_H
#define TVP_KERNEL_PLUGIN_SOURCE_H

#include <limits.h>
#include <stdbool.h>

struct source_built {
	char object[PATH_MAX];
	char command[2048]; ///< the compiler's command, as it was or would be run
	char compiler[160]; ///< the first line of its --version
	bool was_there;     ///< compiled before
	char *said;         ///< what the compiler printed, malloc'd, to be freed; "" or NULL: nothing
};

/// Compile a source by $CC (default: cc) with $CFLAGS (default: -O3 -march=native) and $LDLIBS, each split at blanks,
/// unless the cache has it: by the preprocessed source, the compiler's version, the flags and this CPU. Returns 0;
/// -EINVAL with a message: it does not compile, `said` tells why; -ENOTSUP: there is no compiler; or another -errno,
/// with a message.
int source_build(const char *path, struct source_built *built);

#endif
