// What only the kernel could keep: names and objects that would outlive a SIGKILL of everyone. A private namespace
// frees System V objects with its last process; where there is none to be had, they and the names of the instant
// between making and unlinking can be told from anybody else's, and the next start removes them.
#ifndef TVP_CHANNEL_LEFTOVERS_H
#define TVP_CHANNEL_LEFTOVERS_H

#include <stddef.h>
#include <sys/types.h>

enum {
	CHANNEL_KEYS_N = 64, ///< System V objects that one process can make where it has no namespace of its own
	CHANNEL_IPC_MODE =
		0611, ///< of our System V objects: rw for the owner, and x bits, which mean nothing to the kernel, as a mark
};

/// For open(): put this process, and the threads and children it makes from now on, into an IPC namespace of its own,
/// once. Returns 0 when it is in one, else -errno, no message: -EBUSY where other threads exist already, who would stay
/// behind.
int channel_private_ipc(void);

/// Key number n (0 to CHANNEL_KEYS_N - 1) of this process. Where it has a namespace of its own, IPC_PRIVATE serves as
/// well.
key_t channel_key(unsigned n);

/// Make one System V object: get(key, flags) is msgget() or semget() and returns the id or -errno. In a namespace of
/// its own where possible, else under the first key that is free: it must then be used once at once (a message to
/// oneself, SETVAL), so that the kernel notes by whom. Returns the id or -errno (-EUSERS: all keys are taken), no
/// message.
int channel_ipc_make(int (*get)(key_t key, int flags));

/// The name of this user's POSIX message queues, between mq_open() and mq_unlink(). A queue is in use by its descriptor
/// alone, so who finds the name taken may unlink it and go on, whosever it is: nobody is hurt.
enum { CHANNEL_MQ_NAME_BYTES = 32 };
void channel_mq_name(char name[static CHANNEL_MQ_NAME_BYTES]);

/// Where FIFO n of this process has its name, between mkfifo() and unlink(). Returns 0 or -ENAMETOOLONG, no message.
int channel_fifo_path(char *path, size_t path_bytes, unsigned n);

/// Remove what a creator that died left of all these, this user's only. Silent; a few system calls where nothing is
/// left. A pid that lives again as somebody else's postpones it to a later start.
void channel_remove_leftovers(void);

#endif
