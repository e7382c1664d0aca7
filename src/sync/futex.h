// The futex system call, in its process-shared form: the same object between threads and between processes.
#ifndef TVP_SYNC_FUTEX_H
#define TVP_SYNC_FUTEX_H

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Sleep while *word == expected. Returns 0 (woken), -EAGAIN (it differed already) or -EINTR (a signal); wake-ups may
/// be spurious, so callers look at the word again whatever came back.
static inline int futex_wait(_Atomic uint32_t *word, uint32_t expected)
{
	return syscall(SYS_futex, word, FUTEX_WAIT, expected, 0, 0, 0) == 0 ? 0 : -errno;
}

/// Wake up to `sleepers_n` of those who sleep on the word.
static inline void futex_wake(_Atomic uint32_t *word, int sleepers_n)
{
	syscall(SYS_futex, word, FUTEX_WAKE, sleepers_n, 0, 0, 0);
}

#endif
