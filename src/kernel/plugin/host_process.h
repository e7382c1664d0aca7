// Starting tvp-kernel-host and waiting for it, as for a program that may crash, hang, exit, or leave processes.
#ifndef TVP_KERNEL_PLUGIN_HOST_PROCESS_H
#define TVP_KERNEL_PLUGIN_HOST_PROCESS_H

#include "kernel/plugin/request.h"

/// The memory of a request, for both: zero but for its head; *file is what the host maps it by. NULL with a message.
struct plugin_request *plugin_request_open(const char *path, enum plugin_task task, int *file);
void plugin_request_close(struct plugin_request *request, int file);

/// In a child: execute the host with this request. The request's descriptors are inherited. Returns only where that
/// fails: -errno with a message.
int host_exec(const struct plugin_request *request, int file);

/// Start the host, wait until it has ended, and end what it left. Returns 0 with its answer; -EINTR: an interrupt waits
/// to be received; the status of its answer; or -EPROTO: it ended without one. The message begins with the path.
int host_run(struct plugin_request *request, int file, uint64_t deadline_ns);

#endif
