// Kills and reaps the children of a process that has ended: this process, their subreaper, is their parent now.
#include "host/orphans.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

enum { REAP_DEADLINE_S = 5 };

char *children_list(void)
{
	char path[64], *line = NULL;
	size_t line_bytes = 0;
	snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
	FILE *children = fopen(path, "re");
	if (!children)
		return NULL;
	// The whole line: a truncated number would be another process.
	if (getline(&line, &line_bytes, children) < 0 && line)
		*line = '\0';
	fclose(children);
	return line;
}

static bool list_has(const char *list, long pid)
{
	for (char *rest; list; list = rest) {
		long listed = strtol(list, &rest, 10);
		if (rest == list)
			return false;
		if (listed == pid)
			return true;
	}
	return false;
}

// Returns whether there may be any.
static bool kill_children(const char *preexisting_children)
{
	char *line = children_list();
	bool any = !line;
	for (char *rest = line, *word; (word = strsep(&rest, " ")) != NULL;) {
		int pid = atoi(word);
		if (pid <= 1 || list_has(preexisting_children, pid))
			continue;
		kill(pid, SIGKILL);
		any = true;
	}
	free(line);
	return any;
}

void orphans_end(const char *preexisting_children)
{
	uint64_t deadline_ns = clock_now_ns() + REAP_DEADLINE_S * NS_PER_S;
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (;;) {
		int pid = waitpid(-1, NULL, WNOHANG);
		if (pid < 0 || clock_now_ns() > deadline_ns)
			return;
		if (pid > 0)
			continue;
		if (!kill_children(preexisting_children))
			return;
		sigtimedwait(&set, NULL, &(struct timespec){.tv_nsec = 1000000});
	}
}
