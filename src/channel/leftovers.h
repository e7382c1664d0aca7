// Names and System V objects outlive a SIGKILL of all processes that use them. A private IPC namespace frees its
// objects with its last process; where none can be had, our objects, and the names that exist between creating and
// unlinking, can be told from anybody else's, and the next start removes them.
#ifndef TVP_CHANNEL_LEFTOVERS_H
#define TVP_CHANNEL_LEFTOVERS_H

#include <stddef.h>
#include <sys/types.h>

enum {
	CHANNEL_KEYS_N = 64, ///< System V objects that one process can make where it has no namespace of its own
	CHANNEL_IPC_MODE =
		0611, ///< of our System V objects: rw for the owner; x bits, which the kernel ignores, are our mark
};

/// For open(): put this process, and the threads and children it makes from now on, into an IPC namespace of its own,
/// once. Returns 0 when it is in one, else -errno, no message: -EBUSY where other threads exist already, which would
/// stay in the old one.
int channel_private_ipc(void);

/// Key number n (0 to CHANNEL_KEYS_N - 1) of this process. Where it has a namespace of its own, IPC_PRIVATE serves as
/// well.
key_t channel_key(unsigned n);

/// Create one System V object: get(key, flags) is msgget() or semget() and returns the id or -errno. In a namespace of
/// its own where possible, else under the first free key: it must then be used at once (a message to oneself, SETVAL),
/// so that the kernel records by whom. Returns the id or -errno (-EUSERS: all keys are in use), no message.
int channel_ipc_make(int (*get)(key_t key, int flags));

/// The name of this user's POSIX message queues, between mq_open() and mq_unlink(). A queue is used by its
/// descriptor only, so whoever finds the name in use may unlink it and go on: its owner does not need it.
enum { CHANNEL_MQ_NAME_BYTES = 32 };
void channel_mq_name(char name[static CHANNEL_MQ_NAME_BYTES]);

/// Where FIFO n of this process has its name, between mkfifo() and unlink(). Returns 0 or -ENAMETOOLONG, no message.
int channel_fifo_path(char *path, size_t path_bytes, unsigned n);

/// Remove what dead creators left of all these, this user's only. Silent; a few system calls where nothing is left. A
/// pid that another process has now postpones the removal to a later start.
void channel_remove_leftovers(void);

#endif
