// Kernels from files of the user: shared objects, or C sources. This process never opens one: it starts
// tvp-kernel-host, a program without GSL, which opens it and answers (request.h). A kernel that comes from a file
// is a struct kernel in the registry like any other; its hooks ask the host.
#ifndef TVP_KERNEL_PLUGIN_PLUGIN_H
#define TVP_KERNEL_PLUGIN_PLUGIN_H

#include "base/arena.h"
#include "kernel/kernel.h"
#include "kernel/plugin/descriptor.h"

enum { PLUGIN_HASH_BYTES = 33 };

struct plugin_answer;

struct plugin {
	struct kernel kernel; ///< as it is registered
	struct kernel_parameter parameter[TVP_PARAMETERS_MAX + 1];
	const char *path;                 ///< as the user gave it
	int file;                         ///< its bytes, as they were when tvp began: a sealed copy in memory
	char hash[PLUGIN_HASH_BYTES];     ///< of these bytes
	char compiler[PLUGIN_TEXT_BYTES]; ///< what it says it was compiled with
	char broken[400];                 ///< why it cannot be measured at all; "": it can
	struct plugin_answer *answers;
};

/// Copy the file's bytes, and ask the host for the descriptor. The kernel has its own name or, where it cannot be
/// opened and so has none, the file's. Returns 0, or -errno with a message: the file cannot be read.
int plugin_open(const char *path, const char *shown_path, struct plugin **plugin);
/// Give back one that was opened and not registered. What a registered one has stays for the program's life.
void plugin_drop(struct plugin *plugin);
/// Register its kernel. One that cannot be opened is registered, too: its row fails. Returns 0, or -EINVAL with a
/// message: the name is taken.
int plugin_register(struct plugin *plugin);

/// Whether a status of this kernel's hooks is that of a plug-in which failed, which is its row's result and no reason
/// to refuse the run.
bool plugin_failed(const struct kernel *kernel, int status);
/// Whether the kernel comes from a file that could not be opened at all.
bool plugin_is_broken(const struct kernel *kernel);

/// What need() and traffic() say of a problem (size and options are filled in): asked once for each. A kernel's hooks
/// call it. Returns 0; -EINVAL (need() refuses it); -EPROTO: the plug-in failed. With a message.
int plugin_need(struct problem *problem, struct traffic *traffic);

/// In a process of its own: fill the problem's data in the arena (arena_open_file()), and compute once. Sets what
/// prepare() sets. Returns 0; -EINTR; -EPROTO with a message: the plug-in failed.
int plugin_prepare(struct problem *problem, const struct arena *arena);

/// What a runner hands to the host that it becomes.
struct plugin_visit {
	const struct problem *problem;
	const struct arena *arena;
	size_t huge_bytes;
	const char *spec; ///< its name
	int trial_file;   ///< 0: none
};
/// In a runner: become the host, which makes the visit. Returns only where that fails: -errno with a message.
int plugin_exec(const struct plugin_visit *visit);
/// In a process of its own, which opens the file anew: compute a few times as the spec says. *right_n: how many results
/// were right before one was wrong. Returns 0; -EBADMSG: one was; or another status with a message.
int plugin_try(const struct plugin_visit *visit, unsigned *right_n);

/// How long prepare() and the first run may take together, in ns; also of whatever else the host is asked, up to 10 s.
void plugin_deadline_set(uint64_t deadline_ns);

#endif
