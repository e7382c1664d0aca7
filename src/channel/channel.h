// The contract of talk between two workers: a channel has two ends, 0 (the caller's) and 1 (the worker's).
// What a mechanism leaves in the kernel or in a file system is unlinked as soon as it is open; what cannot be unlinked
// while in use (System V) is made in a private namespace, or swept (sweep.h).
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

/// One open channel. `fd` is what most mechanisms need; others hang their state on `state` (in shared memory).
struct channel {
	const struct channel_type *type;
	size_t message_bytes; ///< set before open(): the largest message that will be sent; 0: CHANNEL_MESSAGE_BYTES
	bool never_abandoned; ///< set after open() by who ends with a dead partner anyhow: waits need no way to be given up
	bool oversubscribed;  ///< set after open(): more ends than CPUs; who spins first does not
	int fd[2][2];         ///< [end][0: read, 1: write]; -1 when closed or unused
	void *state; ///< in memory shared by all workers (shared_map()), so that it is of one kind between threads and
	             ///< between processes; mapped by open(), unmapped by close()
};

struct channel_type {
	const char *name;
	const char *summary;
	unsigned joins;    ///< OR of enum channel_joins
	const char *apart; ///< why it cannot join the others; NULL where it joins both
	bool spins;        ///< waiting burns CPU: the ends must not share one
	bool spins_first;  ///< waiting burns CPU for a while, then sleeps: the ends may share one, and had better not
	bool alternates;   ///< one message at a time each way: a sender knows, by an answer or otherwise, that its last one
	                   ///< arrived
	bool bare;         ///< nobody is at the other end: the null channel, which shows the harness's own cost

	/// Before the workers exist, in the caller. Returns 0 or -errno, with a message; releases what it took on failure.
	/// -ENOTSUP with the reason where this machine or its limits do not allow it: the row is then skipped, not failed.
	int (*open)(struct channel *channel);
	/// In a worker process that keeps `end`: drop the other (end -1: drop both). Threads share descriptors: never
	/// called. NULL where there is nothing to drop.
	void (*own)(struct channel *channel, int end);
	/// TIMED. All of `bytes` (any number; 0: nothing happens) from `end` to the other. Returns 0, -EPIPE (other side
	/// gone), -EINTR (a signal said to look round: nothing or part was sent, give up) or -errno.
	int (*send)(struct channel *channel, int end, const void *data, size_t bytes);
	/// TIMED. Exactly `bytes` arriving at `end`. Returns 0, -EPIPE at end of stream, -EINTR or -errno.
	int (*recv)(struct channel *channel, int end, void *data, size_t bytes);
	/// Close what this side still holds; safe after own() and after a failed open.
	void (*close)(struct channel *channel);
};

/// Set by a signal handler that wants whoever waits in a channel to give up with -EINTR: loops that spin look at it,
/// and whoever a signal woke. The handler's signal must come again until they have: it may precede the call that waits.
extern volatile sig_atomic_t channels_abandoned;
/// After a system call that failed: whether to call again, since a signal that was none of ours cut it short (some
/// calls never restart by themselves; reading an AF_UNIX stream says EINTR even with data there).
static inline bool channel_resumes(void)
{
	return errno == EINTR && !channels_abandoned;
}

extern const struct channel_type *const channels[];
const struct channel_type *channel_find(const char *name);

/// Set up `type` and `message_bytes`, then open. Returns as open().
int channel_open(struct channel *channel, const struct channel_type *type, size_t message_bytes);
/// own(), where the mechanism has one.
void channel_own(struct channel *channel, int end);

#endif
