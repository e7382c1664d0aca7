// A private IPC namespace for whoever opens System V channels.
// Only a runner opens channels: forked for one visit, holding no System V object, with one thread, and its workers do
// not exist yet. It loses nothing by leaving the shared namespace. A process with more threads stays in it, since
// unshare() moves only the calling thread. A forked child of such a process gets a namespace of its own again, since
// the objects of its parent's live as long as the parent.
#include "channel/leftovers.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static bool has_one_thread(void)
{
	struct stat task;
	return stat("/proc/self/task", &task) == 0 && task.st_nlink == 3; // one entry beside . and ..
}

static int file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	int status = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return status;
}

// Any user may create a user namespace, and its creator may create others in it. We keep our user and group ids.
static int unshare_as_user(void)
{
	char users[64], groups[64];
	snprintf(users, sizeof users, "%u %u 1", geteuid(), geteuid());
	snprintf(groups, sizeof groups, "%u %u 1", getegid(), getegid());
	if (unshare(CLONE_NEWUSER | CLONE_NEWIPC) < 0)
		return -errno;
	int status = file_write("/proc/self/setgroups", "deny");
	if (status == 0)
		status = file_write("/proc/self/uid_map", users);
	return status == 0 ? file_write("/proc/self/gid_map", groups) : status;
}

// Some security modules grant the namespace and then refuse our ids in it, which cannot be undone: a child tries first.
static int user_namespace_probe(void)
{
	int wait_status, pid = fork();
	if (pid == 0)
		_exit(unshare_as_user() < 0);
	if (pid < 0)
		return -errno;
	while (waitpid(pid, &wait_status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return wait_status == 0 ? 0 : -EPERM;
}

static int unshare_ipc(void)
{
	if (!has_one_thread())
		return -EBUSY;
	if (unshare(CLONE_NEWIPC) == 0)
		return 0;
	int status = user_namespace_probe();
	return status == 0 ? unshare_as_user() : status;
}

int channel_private_ipc(void)
{
	static pid_t asked; // the process to which `answer` applies: children inherit both
	static int answer;
	if (asked == getpid())
		return answer;
	answer = unshare_ipc();
	asked = getpid();
	return answer;
}

int channel_ipc_make(int (*get)(key_t key, int flags))
{
	int flags = IPC_CREAT | IPC_EXCL | CHANNEL_IPC_MODE, id;
	if (channel_private_ipc() == 0)
		return get(IPC_PRIVATE, flags);
	for (unsigned n = 0; n < CHANNEL_KEYS_N; n++)
		if ((id = get(channel_key(n), flags)) != -EEXIST)
			return id;
	return -EUSERS;
}
