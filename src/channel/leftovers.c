// How what a killed process left is recognised as ours, and its removal.
#include "channel/leftovers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/self.h"

// A key: 4 bits of magic, 6 of number, 22 of pid (the kernel's largest). The magic alone would prove little; with the
// mode, the user and the dead pid nothing else looks like it.
enum { KEY_MAGIC = 0x5, PID_BITS = 22, PID_MASK = (1 << PID_BITS) - 1, MAGIC_SHIFT = 28 };
// A pid says nothing about a process of another pid namespace, which may share our objects or our directory. What is
// older than any visit can be belongs to no living process.
enum { ORPHAN_AGE_S = 3600, FIFO_AGE_S = 60 };

key_t channel_key(unsigned n)
{
	return (key_t)(KEY_MAGIC << MAGIC_SHIFT | n % CHANNEL_KEYS_N << PID_BITS | ((unsigned)getpid() & PID_MASK));
}

static bool is_dead(int pid)
{
	return pid > 0 && kill(pid, 0) < 0 && errno == ESRCH;
}

void channel_mq_name(char name[static CHANNEL_MQ_NAME_BYTES])
{
	snprintf(name, CHANNEL_MQ_NAME_BYTES, "/tvp-%u", geteuid());
}

static const char *fifo_directory(void)
{
	const char *directory = getenv("TMPDIR");
	return directory && *directory ? directory : "/tmp";
}

int channel_fifo_path(char *path, size_t path_bytes, unsigned n)
{
	int length =
		snprintf(path, path_bytes, "%s/tvp-%lu-%d-%u.fifo", fifo_directory(), self_pid_namespace(), getpid(), n);
	return length < 0 || (size_t)length >= path_bytes ? -ENAMETOOLONG : 0;
}

static void remove_fifo(int directory, const char *name)
{
	unsigned long namespace;
	int pid, end = 0;
	unsigned n;
	struct stat file;
	if (sscanf(name, "tvp-%lu-%d-%u.fifo%n", &namespace, &pid, &n, &end) != 3 || end == 0 || name[end])
		return;
	if (fstatat(directory, name, &file, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISFIFO(file.st_mode) || file.st_uid != geteuid())
		return;
	// A FIFO has a name for a moment only: an old one is an orphan, whoever has its creator's pid now.
	if ((namespace == self_pid_namespace() && is_dead(pid)) || time(NULL) - file.st_ctime > FIFO_AGE_S)
		unlinkat(directory, name, 0);
}

static void remove_fifos(void)
{
	DIR *directory = opendir(fifo_directory());
	for (struct dirent *entry; directory && (entry = readdir(directory));)
		if (strncmp(entry->d_name, "tvp-", 4) == 0)
			remove_fifo(dirfd(directory), entry->d_name);
	if (directory)
		closedir(directory);
}

// One object as /proc/sysvipc shows it.
struct object {
	int key, id, last_pid;
	unsigned mode, creator_user;
	long long changed_s;
};

static bool message_queue_parse(const char *line, struct object *object)
{
	return sscanf(line, "%d %d %o %*u %*u %d %*d %*u %*u %u %*u %*d %*d %lld", &object->key, &object->id, &object->mode,
	              &object->last_pid, &object->creator_user, &object->changed_s) == 6;
}

static bool semaphore_parse(const char *line, struct object *object)
{
	if (sscanf(line, "%d %d %o %*u %*u %*u %u %*u %*d %lld", &object->key, &object->id, &object->mode,
	           &object->creator_user, &object->changed_s) != 5)
		return false;
	int pid = semctl(object->id, 0, GETPID);
	object->last_pid = pid < 0 ? 0 : pid;
	return true;
}

// The key's pid may be that of a living process in another pid namespace. The kernel reports the last user's pid in our
// namespace, 0 where ours does not have it.
static bool is_orphan(const struct object *object)
{
	unsigned key = (unsigned)object->key;
	if (key >> MAGIC_SHIFT != KEY_MAGIC || object->mode != CHANNEL_IPC_MODE || object->creator_user != geteuid() ||
	    !is_dead((int)(key & PID_MASK)))
		return false;
	return object->last_pid != 0 ? is_dead(object->last_pid) : time(NULL) - object->changed_s > ORPHAN_AGE_S;
}

static void remove_objects(const char *path, bool (*parse)(const char *line, struct object *object),
                           void (*remove)(int id))
{
	char line[256];
	FILE *list = fopen(path, "re");
	while (list && fgets(line, sizeof line, list)) {
		struct object object; // the heading does not parse
		if (parse(line, &object) && is_orphan(&object))
			remove(object.id);
	}
	if (list)
		fclose(list);
}

static void message_queue_remove(int id)
{
	msgctl(id, IPC_RMID, NULL);
}

static void semaphore_remove(int id)
{
	semctl(id, 0, IPC_RMID);
}

void channel_remove_leftovers(void)
{
	char name[CHANNEL_MQ_NAME_BYTES];
	channel_mq_name(name);
	mq_unlink(name);
	remove_fifos();
	remove_objects("/proc/sysvipc/msg", message_queue_parse, message_queue_remove);
	remove_objects("/proc/sysvipc/sem", semaphore_parse, semaphore_remove);
}
