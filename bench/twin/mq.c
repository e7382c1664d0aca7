// A twin that makes round trips over two POSIX message queues: one byte each way.
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>

#include "base/status.h"
#include "bench/twin/twin.h"
#include "channel/leftovers.h"

static const char ordinary = 1, last = 2;

struct mq_pair {
	struct twin_pair pair;
	mqd_t request, reply;
};

static int answer(struct team_member *member)
{
	const struct mq_pair *queues = member->context;
	char message;
	while (mq_receive(queues->request, &message, 1, NULL) == 1 && mq_send(queues->reply, &message, 1, 0) == 0)
		if (message == last)
			return 0;
	return status_fail(errno, "answering");
}

static int trip(const struct mq_pair *queues, char message)
{
	if (mq_send(queues->request, &message, 1, 0) == 0 && mq_receive(queues->reply, &message, 1, NULL) == 1)
		return 0;
	return status_fail(errno, "a round trip");
}

static int round_trip(void *context)
{
	return trip(context, ordinary);
}

static int stop(void *context)
{
	return trip(context, last);
}

// The queue loses its name as soon as it is open: the kernel removes it with its last descriptor. The name is one that
// a later start of tvp removes, in case this process is killed in between.
static int mq_queue_open(mqd_t *queue)
{
	struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = 1};
	char name[CHANNEL_MQ_NAME_BYTES];
	channel_mq_name(name);
	do
		*queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, &attributes);
	while (*queue < 0 && errno == EEXIST && (mq_unlink(name) == 0 || errno == ENOENT));
	if (*queue >= 0) {
		mq_unlink(name);
		return 0;
	}
	if (errno == EMFILE || errno == ENOSPC)
		return status_say(ENOTSUP, "RLIMIT_MSGQUEUE or fs.mqueue.queues_max does not allow two more queues");
	if (errno == ENOSYS || errno == EPERM || errno == EACCES)
		return status_say(ENOTSUP, "the kernel has no POSIX message queues, or a sandbox forbids them");
	return status_fail(errno, "mq_open");
}

static int mq_trial(const struct twin_setup *setup, struct trial *trial)
{
	struct mq_pair queues = {.pair = {.round_trip = round_trip, .answer = answer, .stop = stop}};
	int status = mq_queue_open(&queues.request);
	if (status < 0)
		return status;
	status = mq_queue_open(&queues.reply);
	if (status == 0) {
		status = twin_time_pair(setup, &queues.pair, trial);
		mq_close(queues.reply);
	}
	mq_close(queues.request);
	return status;
}

const struct twin twin_mq = {
	.call = "mq",
	.summary = "one byte each way over two POSIX message queues",
	.trial = mq_trial,
	.workers_least = 2,
	.workers_most = 2,
};
