// Names like "@tvp-measures-1234" in /proc/net/unix; the @ stands for the zero byte that makes a name abstract.
#include "host/other_runs.h"

#include "base/clock.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define NAME "tvp-measures-"
enum { LOOK_NS = 100 * 1000 * 1000 };

void other_runs_announce(void)
{
	static int announced = -1;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int length = snprintf(address.sun_path + 1, sizeof address.sun_path - 1, NAME "%d", (int)getpid());
	if (announced >= 0)
		return;
	announced = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t bytes = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
	if (announced >= 0 && bind(announced, (const struct sockaddr *)&address, bytes) < 0) {
		close(announced);
		announced = -1;
	}
}

unsigned other_runs_n(int *pid)
{
	unsigned others_n = 0;
	char line[512];
	FILE *file = fopen("/proc/net/unix", "re");
	while (file && fgets(line, sizeof line, file)) {
		const char *name = strstr(line, " @" NAME);
		int other;
		if (!name || sscanf(name, " @" NAME "%d", &other) != 1 || other == (int)getpid())
			continue;
		*pid = other;
		others_n++;
	}
	if (file)
		fclose(file);
	return others_n;
}

unsigned other_runs_wait(uint64_t most_ns, int *pid)
{
	uint64_t begin_ns = clock_now_ns();
	unsigned others_n;
	while ((others_n = other_runs_n(pid)) > 0 && clock_now_ns() - begin_ns < most_ns)
		nanosleep(&(struct timespec){.tv_nsec = LOOK_NS}, NULL);
	return others_n;
}
