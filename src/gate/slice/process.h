// A process group of its own for whatever a side runs: its output is collected, a deadline or an interrupt ends it, and
// nothing of it is left, whatever it does.
#ifndef TVP_GATE_PROCESS_H
#define TVP_GATE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How interrupts are received while slices run.
struct listener {
	int signals; ///< descriptor of SIGCHLD, SIGINT, SIGTERM, SIGHUP (unless it is ignored)
	bool interrupted;
	uint64_t grace_ns;          ///< from SIGTERM to SIGKILL; 5 s unless changed
	char *preexisting_children; ///< children it had before, of a shell that became it by exec; NULL: none
};

/// Block those signals and become the reaper of orphans. Children that exist now are left alone. Call once, from the
/// only thread. Returns 0 or -errno.
int listener_open(struct listener *listener);
void listener_close(struct listener *listener);
/// Between slices: whether an interrupt has arrived.
bool listener_check(struct listener *listener);

enum { PROCESS_ERRORS_BYTES = 4096 };

struct process {
	int pid;      ///< -1: none
	int out, err; ///< our ends of its stdout and stderr; -1 once at their end
	char *text;   ///< what it printed
	size_t text_bytes, room_bytes;
	char errors[PROCESS_ERRORS_BYTES]; ///< the beginning of what it printed on stderr, which names the cause
	size_t errors_bytes;
	int status; ///< why its output is not collected any more: -EFBIG, -ENOMEM; 0: it is
};

/// In the child, after its descriptors, its group and its signals were set: exec. Must not return.
typedef void process_exec(const void *context);

/// Start one. Returns 0 or -errno, with a message; close it in any case.
int process_start(struct process *process, process_exec *exec, const void *context);

/// Collect until it has ended or must be ended; kill what is left of it and of its children. Returns 0 with
/// *wait_status; -ETIMEDOUT; -EINTR; -EFBIG (it printed too much); or -ENOMEM.
int process_finish(struct process *process, struct listener *listener, uint64_t deadline_ns, int *wait_status);

void process_close(struct process *process);

#endif
