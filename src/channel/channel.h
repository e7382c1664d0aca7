// The contract of talk between two workers: a channel has two ends, 0 (the caller's) and 1 (the worker's).
#ifndef TVP_CHANNEL_CHANNEL_H
#define TVP_CHANNEL_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

enum channel_joins {
	JOINS_THREADS = 1,
	JOINS_PROCESSES = 2,
};

/// One open channel. `fd` is what most mechanisms need; others hang their state on `state` (in shared memory).
struct channel {
	const struct channel_type *type;
	int fd[2][2]; ///< [end][0: read, 1: write]; -1 when closed or unused
	void *state;
};

struct channel_type {
	const char *name;
	const char *summary;
	unsigned joins; ///< OR of enum channel_joins
	bool spins;     ///< waiting burns CPU

	/// Before the workers exist, in the caller. Returns 0 or -errno, with a message; releases what it took on failure.
	int (*open)(struct channel *channel);
	/// In a worker process that keeps `end`: drop the other (end -1: drop both). Threads share descriptors: never called.
	void (*own)(struct channel *channel, int end);
	/// TIMED. All of `bytes` from `end` to the other. Returns 0, -EPIPE (other side gone), -EINTR (a signal said to look
	/// round: nothing or part was sent, give up) or -errno.
	int (*send)(struct channel *channel, int end, const void *data, size_t bytes);
	/// TIMED. Exactly `bytes` arriving at `end`. Returns 0, -EPIPE at end of stream, -EINTR or -errno.
	int (*recv)(struct channel *channel, int end, void *data, size_t bytes);
	/// Close what this side still holds; safe after own() and after a failed open.
	void (*close)(struct channel *channel);
};

extern const struct channel_type *const channels[];
const struct channel_type *channel_find(const char *name);

#endif
