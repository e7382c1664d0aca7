// The registry of kernels, in list.def's order. Alone in its file, so that a test can bring its own.
#include <string.h>

#include "kernel/kernel.h"

#define KERNEL(name) extern const struct kernel kernel_##name;
#include "kernel/list.def"
#undef KERNEL

const struct kernel *const kernels[] = {
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
