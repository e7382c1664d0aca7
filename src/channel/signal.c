// A queued real-time signal each way, to the very thread, which waits for it in read() of a signalfd.
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/status.h"
#include "channel/mailbox.h"
#include "channel/refuse.h"

// Which thread waits is not known at open(): it stores its id at its first wait. Who rings earlier stores RUNG_BEFORE
// instead. Both use compare-and-swap on `tid`, so exactly one of them is first, and the other sees it.
enum { NO_WAITER_YET = 0, RUNG_BEFORE = -1 };
struct signal_doorbell {
	_Atomic int tid; ///< the thread that waits, or one of the above
	int pid;         ///< of that thread; written before tid
	uint32_t
		early_n; ///< signals of this doorbell received while waiting for another channel's; used by the waiter alone
};

// Process-wide: the signal is blocked from the first open channel to the last.
static unsigned open_n;
static sigset_t mask_before;

static int ring(struct channel *channel, int end)
{
	const struct mailbox *mailbox = channel->state;
	struct signal_doorbell *bell = mailbox->bell[!end];
	// Acquire: pairs with waiter_store(), for the pid.
	int tid = atomic_load_explicit(&bell->tid, memory_order_acquire);
	if (tid == NO_WAITER_YET && atomic_compare_exchange_strong(&bell->tid, &tid, RUNG_BEFORE))
		return 0;
	if (tid == RUNG_BEFORE)
		return -EBUSY; // two messages at once
	// The pointer tells which of the thread's channels it is. The kernel's lock of the queue orders memory.
	siginfo_t info = {.si_code = SI_QUEUE, .si_value.sival_ptr = bell};
	return syscall(SYS_rt_tgsigqueueinfo, bell->pid, tid, SIGRTMIN, &info) < 0 ? -errno : 0;
}

// Returns whether the doorbell was rung before.
static bool waiter_store(struct signal_doorbell *bell)
{
	int before = NO_WAITER_YET, tid = (int)syscall(SYS_gettid);
	bell->pid = getpid();
	// Release: the pid goes before it; acquire: what the early ringer wrote.
	if (atomic_compare_exchange_strong(&bell->tid, &before, tid))
		return false;
	atomic_store_explicit(&bell->tid, tid, memory_order_release);
	return true;
}

// The doorbell that a signal rings; NULL if it came from none of our channels.
static struct signal_doorbell *doorbell_of(int code, void *value)
{
	return code == SI_QUEUE ? value : NULL;
}

static int wait(struct channel *channel, int end)
{
	const struct mailbox *mailbox = channel->state;
	struct signal_doorbell *bell = mailbox->bell[end];
	// Relaxed: only this end makes it a thread's id.
	if (atomic_load_explicit(&bell->tid, memory_order_relaxed) <= 0 && waiter_store(bell))
		return 0;
	if (bell->early_n > 0) {
		bell->early_n--;
		return 0;
	}
	for (;;) {
		struct signalfd_siginfo info;
		if (read(channel->fd[end][0], &info, sizeof info) < 0) {
			if (!channel_resumes())
				return -errno;
			continue;
		}
		struct signal_doorbell *rung = doorbell_of(info.ssi_code, (void *)(uintptr_t)info.ssi_ptr);
		if (rung == bell)
			return 0;
		if (rung)
			rung->early_n++;
	}
}

// What is pending would kill the process once unblocked, and this channel's doorbells are about to go.
static void drain(const struct mailbox *mailbox, const sigset_t *set)
{
	siginfo_t info;
	while (sigtimedwait(set, &info, &(struct timespec){0}) > 0) {
		struct signal_doorbell *rung = doorbell_of(info.si_code, info.si_value.sival_ptr);
		if (rung && rung != mailbox->bell[0] && rung != mailbox->bell[1])
			rung->early_n++;
	}
}

static void close_doorbells(struct channel *channel)
{
	sigset_t set;
	if (!channel->state)
		return;
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	drain(channel->state, &set);
	if (--open_n == 0)
		pthread_sigmask(SIG_SETMASK, &mask_before, NULL);
	for (int end = 0; end < 2; end++)
		if (channel->fd[end][0] >= 0)
			close(channel->fd[end][0]);
	memset(channel->fd, -1, sizeof channel->fd);
	mailbox_close(channel);
}

// One to ourselves and back: the limit is one of all the user's processes, and a sandbox may refuse the call.
static int can_queue(const struct mailbox *mailbox, const sigset_t *set)
{
	siginfo_t info = {.si_code = SI_QUEUE};
	int status = 0;
	if (syscall(SYS_rt_tgsigqueueinfo, getpid(), (int)syscall(SYS_gettid), SIGRTMIN, &info) < 0)
		status = errno != EAGAIN ? channel_refuse(errno, "queued signals")
		                         : status_say(ENOTSUP, "queued signals: all that this user may have are pending "
		                                               "(RLIMIT_SIGPENDING)");
	drain(mailbox, set);
	return status;
}

static int open_doorbells(struct channel *channel)
{
	sigset_t set, before;
	int status = mailbox_open(channel, sizeof(struct signal_doorbell));
	if (status < 0)
		return status;
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	pthread_sigmask(SIG_BLOCK, &set, &before); // inherited by the workers
	if (open_n++ == 0)
		mask_before = before;
	for (int end = 0; end < 2 && status == 0; end++) {
		channel->fd[end][0] = signalfd(-1, &set, SFD_CLOEXEC);
		if (channel->fd[end][0] < 0)
			status = channel_refuse(errno, "signalfd");
	}
	if (status == 0)
		status = can_queue(channel->state, &set);
	if (status < 0)
		close_doorbells(channel);
	return status;
}

#include "channel/mailbox_messages.h"

const struct channel_type channel_signal = {
	.name = "signal",
	.summary = "shared memory, a queued signal each way, parked in read() of a signalfd",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.alternates = true,
	.open = open_doorbells,
	.send = mailbox_send,
	.recv = mailbox_recv,
	.close = close_doorbells,
};
