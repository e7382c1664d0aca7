// A futex known by its page: the same object between threads and between processes.
#define FUTEX_FLAG 0
#include "channel/futex_doorbell.h"

const struct channel_type channel_futex = {
	.name = "futex",
	.summary = "shared memory, parked on a process-shared futex",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.alternates = true,
	.open = mailbox_open_words,
	.send = mailbox_send,
	.recv = mailbox_recv,
	.close = mailbox_close,
};
