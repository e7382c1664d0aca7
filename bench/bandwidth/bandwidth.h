// How a stream's messages get from the worker, which writes, to the caller, which reads. All channels use the same
// method. The mechanisms that are no channel have one each, because they do not send a copy of the data: vmsplice
// hands over its pages, process_vm_readv reads it from the writer's memory, and shared_memory leaves it in place.
#ifndef TVP_BENCH_BANDWIDTH_H
#define TVP_BENCH_BANDWIDTH_H

#include "bench/team/team.h"
#include "channel/channel.h"

enum { STREAM_PAGE_BYTES = 4096 };

// In shared memory.
struct stream_shared {
	struct eventcount go;                      ///< bursts requested so far
	struct eventcount head;                    ///< messages written so far, by methods without a channel
	struct eventcount tail;                    ///< messages read so far, by methods without a channel
	_Alignas(128) _Atomic uint32_t messages_n; ///< of the requested burst; 0: the writer ends
	_Atomic bool verify;                       ///< whether every byte is written and checked
	_Atomic uint64_t begin_ns;                 ///< the writer's clock before the burst's first message
	_Atomic int writer_pid;                    ///< for process_vm_readv
	_Atomic uintptr_t writer_memory;           ///< for process_vm_readv
};

// Each process has its own copy, because it drops the other process's end of the channel.
struct stream {
	const struct stream_method *method;
	struct channel channel;
	size_t bytes;  ///< of a message
	size_t stride; ///< from one slot to the next: whole pages
	unsigned slots_n;
	enum wait wait; ///< how the ends wait for head and tail
	struct stream_shared *shared;
	unsigned char *shared_slots; ///< for the method `shared_memory`
};

// The writer's or the reader's private things.
struct stream_end {
	struct stream *stream;
	unsigned char *memory;   ///< the writer's slots; the reader's room for one message
	unsigned char *expected; ///< what a verified message must be
	uint64_t number;         ///< of the last message
	uint64_t end_ns;         ///< the reader's clock after the burst's last message
};

struct stream_method {
	const char *name;     ///< NULL: that of a channel
	const char *channel;  ///< the channel that it uses; NULL: none
	unsigned slots_n;     ///< places for messages on the writer's side, used in rotation
	size_t held_bytes;    ///< a slot is free again once later messages exceed this: fewer slots do; 0: all are needed
	uint64_t burst_bytes; ///< approximate size of a burst
	bool in_place;        ///< to write and to read the payload is the transfer
	/// Whether the mechanism works here. Returns 0 or -errno (-ENOTSUP where a sandbox forbids it), with a message.
	/// NULL: it always works.
	int (*probe)(const struct stream *stream);
	/// TIMED. Where the writer puts message `number`, once that slot is free.
	unsigned char *(*slot)(struct stream_end *writer);
	/// TIMED. Hand the message over. Returns 0 or -errno.
	int (*push)(struct stream_end *writer, unsigned char *message);
	/// TIMED. Get message `number`. Returns 0 or -errno, -ENOTSUP with a message where the system forbids it.
	int (*pull)(struct stream_end *reader, unsigned char **message);
	/// TIMED. The reader has finished with it. May be NULL.
	void (*done)(struct stream_end *reader);
};

/// The method of that name, or that of channels where a channel has the name; NULL where neither has.
const struct stream_method *stream_method_find(const char *name);

/// Messages per burst.
uint32_t stream_messages_n(const struct stream_method *method, uint64_t bytes);

/// Verify, time bursts, verify again; a bare channel is only timed. The channel is open. Returns 0 or -errno, with a
/// message.
int stream_time(struct stream *stream, enum between between, const struct placement *placement, struct trial *trial);

#endif
