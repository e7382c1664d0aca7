#include "bench/command/weigh.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// The number behind a name in a file of /proc/PID, in bytes; 0 where it is not there.
static uint64_t kib_of(int pid, const char *file_name, const char *name)
{
	char path[64], text[4096];
	snprintf(path, sizeof path, "/proc/%d/%s", pid, file_name);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
	if (file >= 0)
		close(file);
	text[length > 0 ? length : 0] = '\0';
	const char *at = strstr(text, name);
	return at ? strtoull(at + strlen(name), NULL, 10) << 10 : 0;
}

static void keep_more(uint64_t *kept, uint64_t seen)
{
	*kept = seen > *kept ? seen : *kept;
}

void command_weigh(int pid, struct command_weight *weight)
{
	keep_more(&weight->pss_bytes, kib_of(pid, "smaps_rollup", "\nPss:"));
	keep_more(&weight->peak_bytes, kib_of(pid, "status", "\nVmHWM:"));
}

struct command_weight *command_weight_of(struct command_weights *weights, const char *model, unsigned workers_n)
{
	for (unsigned i = 0; i < weights->n; i++)
		if (weights->weight[i].workers_n == workers_n && strcmp(weights->weight[i].model, model) == 0)
			return &weights->weight[i];
	if (weights->n == COMMAND_WEIGHTS_MAX)
		return NULL;
	struct command_weight *made = &weights->weight[weights->n++];
	*made = (struct command_weight){.workers_n = workers_n};
	snprintf(made->model, sizeof made->model, "%s", model);
	return made;
}
