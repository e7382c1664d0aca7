// The contract of a channel: how two workers talk. It has two ends, 0 (the caller's) and 1 (the worker's). What a
// mechanism leaves in the kernel or in a file system is unlinked as soon as it is open; what cannot be unlinked while
// in use (System V) is created in a private namespace, or recognised and removed by the next start (leftovers.h).
#ifndef TVP_CHANNEL_CHANNEL_H
#define TVP_CHANNEL_CHANNEL_H

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

enum channel_joins {
	JOINS_THREADS = 1,
	JOINS_PROCESSES = 2,
};

enum { CHANNEL_MESSAGE_BYTES = 65536 };

/// One open channel. `fd` is what most mechanisms need; others have their state in `state` (in shared memory).
struct channel {
	const struct channel_type *type;
	size_t message_bytes; ///< set before open(): the largest message that will be sent; 0: CHANNEL_MESSAGE_BYTES
	bool never_abandoned; ///< set after open() by who ends with a dead partner anyhow: waits cannot be given up
	bool oversubscribed;  ///< set after open(): more ends than CPUs; a channel that spins first then does not
	int fd[2][2];         ///< [end][0: read, 1: write]; -1 when closed or unused
	void *state; ///< in memory shared by all workers (shared_map()), so that it is of one kind between threads and
	             ///< between processes; mapped by open(), unmapped by close()
};

/// One mechanism. "Caller": the process or thread with end 0, in a runner. All hooks but own() are required, only
/// send() and recv() are timed, and none may print or exit.
struct channel_type {
	const char *name;
	const char *summary; ///< one line for `tvp list channels`
	unsigned joins;      ///< OR of enum channel_joins
	const char *apart;   ///< why it cannot join the others; NULL where it joins both
	bool spins;          ///< waiting uses CPU time: the ends must not share a CPU
	bool spins_first;    ///< waiting uses CPU time for a while, then sleeps: the ends had better not share a CPU
	bool alternates;     ///< one message at a time each way: a sender knows, by an answer or otherwise, that its last
	                     ///< one arrived
	bool bare;           ///< it has no receiver: the null channel, which shows the harness's own cost

	/// Required; untimed; in the caller, before the workers exist: open both ends. Returns 0 or -errno, with a message,
	/// and releases what it took on failure. -ENOTSUP with the reason where this machine or its limits do not allow it:
	/// the row is then skipped, not failed.
	int (*open)(struct channel *channel);
	/// Untimed; in each process after the fork, never between threads, which share descriptors: drop the end that is
	/// not `end` (end -1: both). Cannot fail. NULL where there is nothing to drop.
	void (*own)(struct channel *channel, int end);
	/// Required; TIMED; at either end: send all of `bytes` (any number; 0: does nothing) from `end` to the other. May
	/// wait for the other end to receive. Returns 0, -EPIPE (the other side is gone), -EINTR (channels_abandoned:
	/// nothing or a part was sent, give up) or -errno; without a message.
	int (*send)(struct channel *channel, int end, const void *data, size_t bytes);
	/// Required; TIMED; at either end: wait for exactly `bytes` to arrive at `end`. Both sides know a message's length.
	/// Returns 0, -EPIPE (the other side is gone), -EINTR (as send()) or -errno; without a message.
	int (*recv)(struct channel *channel, int end, void *data, size_t bytes);
	/// Required; untimed; in every process that has the channel, once its last message is through: close what this side
	/// still holds. Cannot fail; safe after own(), after a failed open(), and twice.
	void (*close)(struct channel *channel);
};

/// Set by a signal handler that wants all waits in channels to end with -EINTR: loops that spin look at it, and so does
/// whoever a signal woke. The handler's signal must be repeated until they have ended: it may precede the call that
/// waits.
extern volatile sig_atomic_t channels_abandoned;
/// After a system call that failed: whether to repeat it, because a signal other than that handler's interrupted it
/// (some calls never restart by themselves; reading an AF_UNIX stream returns EINTR even when data is there).
static inline bool channel_resumes(void)
{
	return errno == EINTR && !channels_abandoned;
}

extern const struct channel_type *const channels[];
const struct channel_type *channel_find(const char *name);

/// Set `type` and `message_bytes`, then open. Returns as open().
int channel_open(struct channel *channel, const struct channel_type *type, size_t message_bytes);
/// own(), where the mechanism has one.
void channel_own(struct channel *channel, int end);

#endif
