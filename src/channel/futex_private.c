// A futex known by its address alone, which spares the kernel the look-up of the page behind it.
#define FUTEX_FLAG FUTEX_PRIVATE_FLAG
#include "channel/futex_doorbell.h"

const struct channel_type channel_futex_private = {
	.name = "futex_private",
	.summary = "shared memory, parked on a private futex",
	.joins = JOINS_THREADS,
	.apart = "a private futex is known only by its address within one process",
	.alternates = true,
	.open = mailbox_open_words,
	.send = mailbox_send,
	.recv = mailbox_recv,
	.close = mailbox_close,
};
