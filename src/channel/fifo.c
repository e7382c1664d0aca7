// Two FIFOs, one each way. Their names live from mkfifo() to open() only.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/status.h"
#include "channel/refuse.h"
#include "channel/stream.h"
#include "channel/leftovers.h"

enum { TRIES_N = 100 };

// A name may exist already, as a leftover or made on purpose: then the next number is tried.
static int name_make(char path[static PATH_MAX])
{
	for (unsigned n = 0; n < TRIES_N; n++) {
		int status = channel_fifo_path(path, PATH_MAX, n);
		if (status < 0)
			return status;
		if (mkfifo(path, 0600) == 0)
			return 0;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

// A reader that does not block is how both ends open in one process; it blocks from then on.
static int fifo_make(int fd[2])
{
	char path[PATH_MAX];
	int status = name_make(path);
	if (status < 0)
		return status;
	fd[0] = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	fd[1] = fd[0] < 0 ? -1 : open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd[1] < 0 || fcntl(fd[0], F_SETFL, 0) < 0)
		status = -errno;
	unlink(path);
	return status;
}

static int refuse(int error)
{
	if (error == EROFS || error == EACCES || error == ENOENT || error == EPERM || error == ENOSPC || error == EEXIST)
		return status_say(ENOTSUP, "cannot create a FIFO in the temporary directory ($TMPDIR, else /tmp): %s",
		                  strerror(error));
	return channel_refuse(error, "FIFO");
}

static int open_fifos(struct channel *channel)
{
	int there[2] = {-1, -1}, back[2] = {-1, -1};
	int status = fifo_make(there);
	if (status == 0)
		status = fifo_make(back);
	memcpy(channel->fd, (int[2][2]){{back[0], there[1]}, {there[0], back[1]}}, sizeof channel->fd);
	if (status < 0) {
		stream_close(channel);
		return refuse(-status);
	}
	return 0;
}

const struct channel_type channel_fifo = {
	.name = "fifo",
	.summary = "two FIFOs, one each way (64 KiB of buffer each)",
	.joins = JOINS_THREADS | JOINS_PROCESSES,
	.open = open_fifos,
	.own = stream_own,
	.send = stream_write,
	.recv = stream_read,
	.close = stream_close,
};
