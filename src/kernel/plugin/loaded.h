// In tvp-kernel-host only: the plug-in opened, and its hooks as those of a struct kernel. There is one in a process.
#ifndef TVP_KERNEL_PLUGIN_LOADED_H
#define TVP_KERNEL_PLUGIN_LOADED_H

#include "kernel/plugin/request.h"

/// Open the request's file, and check that it is a plug-in that this tvp can use. Notes in the request what it is at,
/// now and whenever a hook is called. Returns 0 or -EPROTO with a message.
int loaded_open(struct plugin_request *request);

/// Copy what the plug-in says of itself into the request.
void loaded_describe(void);

/// The plug-in as a kernel, registered under its name, with hooks that call it. Returns 0 or a status with a message.
int loaded_register(void);

/// A kernel's hooks, as that kernel has them: need() with traffic(), prepare().
int loaded_need(struct problem *problem, struct traffic *traffic);
int loaded_prepare(struct problem *problem);
void loaded_run(const struct problem *problem, struct span span, double *partial);
/// As struct kernel's, by the plug-in's own check(), or else by the reference. 0 or -EBADMSG.
int loaded_check(const struct problem *problem, struct span span, double total);
bool loaded_has_check(void);
/// Whether the bytes of a span are known, and what they are: -EPROTO where they lie outside of the problem.
bool loaded_sends(void);
int loaded_span_bytes(const struct problem *problem, struct span span, struct span_bytes *bytes);

#endif
