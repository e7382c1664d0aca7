// What a plug-in says of itself, as plain data: written by the process that opened it, read by the one that never does.
#ifndef TVP_KERNEL_PLUGIN_DESCRIPTOR_H
#define TVP_KERNEL_PLUGIN_DESCRIPTOR_H

#include "kernel/kernel.h"
#include "kernel/tvp/kernel.h"

enum { PLUGIN_NAME_BYTES = 24, PLUGIN_TEXT_BYTES = 160, PLUGIN_SIZE_BYTES = 32 };

struct plugin_descriptor {
	char name[PLUGIN_NAME_BYTES];
	char summary[PLUGIN_TEXT_BYTES];
	char size_default[PLUGIN_SIZE_BYTES];
	char compiler[PLUGIN_TEXT_BYTES]; ///< what its object says it was compiled with
	uint32_t size_forms;
	uint32_t parameters_n;
	struct plugin_parameter {
		char name[PLUGIN_NAME_BYTES], help[PLUGIN_TEXT_BYTES], values[PLUGIN_TEXT_BYTES];
		uint64_t preset, least, most;
	} parameter[TVP_PARAMETERS_MAX];
	uint32_t sends;     ///< not 0: the bytes of a span are known
	uint32_t has_check; ///< not 0: it has a hook of its own
};

/// Terminate every text, and check all of it: it comes from a process in which anything may have written anywhere.
/// Returns 0 or -EPROTO with a message.
int plugin_descriptor_check(struct plugin_descriptor *descriptor);

/// A kernel without hooks, with what the descriptor says. Its texts are interned, its parameters called "NAME.n".
/// parameters: room for TVP_PARAMETERS_MAX + 1. Returns 0, -ENOMEM, or -EPROTO with a message (a preset or a default
/// size that it does not take itself).
int plugin_descriptor_kernel(const struct plugin_descriptor *descriptor, struct kernel_parameter *parameters,
                             struct kernel *kernel);

/// The name of a kernel whose file cannot be opened: "mine.so" of "dir/mine.so", as far as it can stand in a spec. With
/// its dot, no kernel of tvp has such a name.
const char *plugin_file_name(const char *path);

#endif
