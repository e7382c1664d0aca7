// A bare round trip over two POSIX message queues: one byte there and one back.
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>

#include "base/status.h"
#include "bench/twin/twin.h"
#include "channel/leftovers.h"

static const char plain = 1, last = 2;

struct court {
	struct twin_pair pair;
	mqd_t there, back;
};

static int answer(struct team_member *member)
{
	const struct court *court = member->context;
	char message;
	while (mq_receive(court->there, &message, 1, NULL) == 1 && mq_send(court->back, &message, 1, 0) == 0)
		if (message == last)
			return 0;
	return status_fail(errno, "answering");
}

static int trip(const struct court *court, char message)
{
	if (mq_send(court->there, &message, 1, 0) == 0 && mq_receive(court->back, &message, 1, NULL) == 1)
		return 0;
	return status_fail(errno, "a round trip");
}

static int round_trip(void *context)
{
	return trip(context, plain);
}

static int dismiss(void *context)
{
	return trip(context, last);
}

// Without a name as soon as it is open: the kernel drops it with its last descriptor. The name is the one that is
// swept, should we be killed in between.
static int queue_open(mqd_t *queue)
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
		return status_say(ENOTSUP, "RLIMIT_MSGQUEUE or fs.mqueue.queues_max leaves no room for two queues");
	if (errno == ENOSYS || errno == EPERM || errno == EACCES)
		return status_say(ENOTSUP, "the kernel or its sandbox has no POSIX message queues for us");
	return status_fail(errno, "mq_open");
}

static int mq_trial(const struct twin_setup *setup, struct trial *trial)
{
	struct court court = {.pair = {.round_trip = round_trip, .answer = answer, .dismiss = dismiss}};
	int status = queue_open(&court.there);
	if (status < 0)
		return status;
	status = queue_open(&court.back);
	if (status == 0) {
		status = twin_time_pair(setup, &court.pair, trial);
		mq_close(court.back);
	}
	mq_close(court.there);
	return status;
}

const struct twin twin_mq = {
	.call = "mq",
	.summary = "a byte there and a byte back over two POSIX message queues",
	.trial = mq_trial,
};
