// How a stream's messages get from the worker, who writes, to the caller, who reads: one way for all channels, one each
// for mechanisms that are none, because the data is not sent: its pages are lent, it is fetched, or it is where both
// can see it.
#ifndef TVP_BENCH_BANDWIDTH_H
#define TVP_BENCH_BANDWIDTH_H

#include "bench/team/team.h"
#include "channel/channel.h"

enum { STREAM_PAGE_BYTES = 4096 };

// In shared memory.
struct notes {
	struct eventcount go;                      ///< counts the bursts asked for
	struct eventcount head;                    ///< messages written, by ways without a channel
	struct eventcount tail;                    ///< messages read
	_Alignas(128) _Atomic uint32_t messages_n; ///< of the burst asked for; 0: leave
	_Atomic bool verify;                       ///< whether every byte is to be written and checked
	_Atomic uint64_t begin_ns;                 ///< the writer's clock before the burst's first message
	_Atomic int writer_pid;                    ///< of process_vm_readv, as is the next
	_Atomic uintptr_t writer_memory;
};

// Each process has its own: it drops the other's end of the channel.
struct stream {
	const struct way *way;
	struct channel channel;
	size_t bytes;  ///< of a message
	size_t stride; ///< from slot to slot: whole pages
	unsigned slots_n;
	enum wait wait; ///< how head and tail are waited for
	struct notes *notes;
	unsigned char *shared; ///< the slots, of the way that shares them
};

// One side of it.
struct end {
	struct stream *stream;
	unsigned char *memory; ///< slots of the writer, one message of the reader
	unsigned char *wanted; ///< what a verified message must be
	uint64_t number;       ///< of the last message
	uint64_t end_ns;       ///< the reader's clock after the burst's last message
};

struct way {
	const char *name;     ///< NULL: the channel's
	const char *channel;  ///< that it stands on; NULL: none
	unsigned slots_n;     ///< places for messages at the writer's, used in turns
	size_t held_bytes;    ///< with more than this in later messages a place is free again: fewer do; 0: all are needed
	uint64_t burst_bytes; ///< about so much in a burst
	bool in_place;        ///< writing and reading the payload is the transfer
	/// Whether a sandbox lets us. Returns 0 or -errno, -ENOTSUP where it does not, with a message. NULL: it does.
	int (*try_out)(const struct stream *stream);
	/// TIMED. Where the writer composes message `number`, once that place is free.
	unsigned char *(*slot)(struct end *writer);
	/// TIMED. Let it go. Returns 0 or -errno.
	int (*push)(struct end *writer, unsigned char *message);
	/// TIMED. Get message `number`. Returns 0 or -errno, -ENOTSUP with a message where it is forbidden here.
	int (*pull)(struct end *reader, unsigned char **message);
	/// TIMED. The reader is done with it; may be NULL.
	void (*done)(struct end *reader);
};

/// The way of that name; that of all channels where a channel is called so; NULL where neither is.
const struct way *way_find(const char *name);

/// Messages of a burst.
uint32_t stream_messages(const struct way *way, uint64_t bytes);

/// Verify, time bursts, verify again; of a bare channel just time. The channel is open. Returns 0 or -errno, with a
/// message.
int stream_run(struct stream *stream, enum between between, const struct placement *placement, struct trial *trial);

#endif
