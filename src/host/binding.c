// Why a thread could not be bound to a CPU: all that the kernel says is a number.
#include "host/binding.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"

static bool is_offline(int cpu)
{
	char path[64], state[8] = "";
	snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/online", cpu);
	FILE *file = fopen(path, "re"); // not there for a CPU that cannot be taken offline
	if (file && !fgets(state, sizeof state, file))
		*state = '\0';
	if (file)
		fclose(file);
	return *state == '0';
}

int binding_fail(int cpu, int error, const char *way_out)
{
	if (error == EINVAL && is_offline(cpu))
		return status_say(error, "CPU %d is offline", cpu);
	if (error == EINVAL)
		return status_say(error, "CPU %d is no longer among those this process may use (cpuset)", cpu);
	if (error == EPERM || error == ENOSYS || error == EACCES)
		return status_say(error, "binding to CPU %d is refused here (%s)%s", cpu, strerror(error), way_out);
	return status_fail(error, "binding to CPU %d", cpu);
}
