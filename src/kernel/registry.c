// The registry of kernels, in list.def's order. Alone in its file, so that a test can bring its own.
#include <errno.h>
#include <string.h>

#include "base/status.h"
#include "kernel/kernel.h"

#define KERNEL(name) extern const struct kernel kernel_##name;
#include "kernel/list.def"
#undef KERNEL

enum {
#define KERNEL(name) INDEX_##name,
#include "kernel/list.def"
#undef KERNEL
	BUILT_IN_N,
	FILES_MAX = 32
};

const struct kernel *kernels[BUILT_IN_N + FILES_MAX + 1] = {
#define KERNEL(name) &kernel_##name,
#include "kernel/list.def"
#undef KERNEL
	NULL,
};

const struct kernel *kernel_find(const char *name)
{
	for (const struct kernel *const *kernel = kernels; *kernel; kernel++)
		if (strcmp((*kernel)->name, name) == 0)
			return *kernel;
	return NULL;
}

int kernels_add(const struct kernel *kernel)
{
	unsigned n = 0;
	while (kernels[n])
		n++;
	const struct kernel *other = kernel_find(kernel->name);
	if (other && !other->plugin)
		return status_say(EINVAL,
		                  "its name, \"%s\", is that of a kernel of tvp itself: give it another in its descriptor",
		                  kernel->name);
	if (other)
		return status_say(EINVAL, "another file's kernel is called \"%s\", too: give it another name in its descriptor",
		                  kernel->name);
	if (n == BUILT_IN_N + FILES_MAX)
		return status_say(EINVAL, "one file of a kernel too many: at most %d", FILES_MAX);
	kernels[n] = kernel;
	return 0;
}
