// Why a thread could not be bound to a CPU.
#ifndef TVP_HOST_BINDING_H
#define TVP_HOST_BINDING_H

/// The message for a CPU and an errno value: whether it is offline, no longer allowed, or binding is refused; only then
/// followed by way_out. Returns -error.
int binding_fail(int cpu, int error, const char *way_out);

#endif
