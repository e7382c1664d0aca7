// Processes that execute a program: fork and then exec, and posix_spawn, which glibc makes with
// clone(CLONE_VM | CLONE_VFORK) and exec, so that it copies nothing of its creator.
#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hot.h"
#include "base/self.h"
#include "base/status.h"
#include "bench/spawn/spawn.h"

// Arguments are written before anything is timed.
struct spawn_state {
	const char *path;
	struct command {
		char file[16], offset[16], cpu[16];
		char *argument[5];
	} command[SPAWN_BURST_MAX];
};

// An environment would be copied by every exec, and everybody's is of another size.
static char *const no_environment[] = {NULL};

static bool executable(const char *path)
{
	return access(path, X_OK) == 0;
}

const char *spawn_tiny_path(void)
{
	static char path[PATH_MAX];
	static const char *const places[] = {"tvp-tiny", TVP_LIBEXEC_FROM_BIN "/tvp-tiny"};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (executable(self_beside(path, sizeof path, places[i])))
			return path;
	return NULL;
}

static void command_write(struct command *command, const struct spawning *spawning, unsigned index)
{
	snprintf(command->file, sizeof command->file, "%d", spawning->lives_file);
	snprintf(command->offset, sizeof command->offset, "%zu", index * sizeof *spawning->lives);
	snprintf(command->cpu, sizeof command->cpu, "%d", spawning->bind_cpu);
	static char name[] = "tvp-tiny";
	char *cpu = spawning->bind_cpu >= 0 ? command->cpu : NULL;
	memcpy(command->argument, (char *[]){name, command->file, command->offset, cpu, NULL}, sizeof command->argument);
}

static int start(struct spawning *spawning)
{
	spawning->state = malloc(sizeof *spawning->state);
	if (!spawning->state)
		return status_fail(ENOMEM, "commands");
	spawning->state->path = spawn_tiny_path();
	if (!spawning->state->path)
		return status_say(ENOTSUP,
		                  "tvp-tiny is neither beside this program nor in " TVP_LIBEXEC_FROM_BIN " from there");
	for (unsigned i = 0; i < spawning->burst_n; i++)
		command_write(&spawning->state->command[i], spawning, i);
	return 0;
}

static void shut(struct spawning *spawning)
{
	free(spawning->state);
	spawning->state = NULL;
}

HOT_IN_CHILD static int create_exec(struct spawning *spawning, unsigned index)
{
	const struct spawn_state *state = spawning->state;
	pid_t pid = fork();
	if (pid == 0) {
		raw_call(SYS_execve, (long)state->path, (long)state->command[index].argument, (long)no_environment, 0);
		raw_exit(SPAWN_NOT_EXECUTED);
	}
	spawning->pid[index] = pid;
	return pid < 0 ? status_fail(errno, "fork of worker %u", index) : 0;
}

static int create_posix_spawn(struct spawning *spawning, unsigned index)
{
	const struct spawn_state *state = spawning->state;
	int error =
		posix_spawn(&spawning->pid[index], state->path, NULL, NULL, state->command[index].argument, no_environment);
	return error ? status_fail(error, "posix_spawn of worker %u, %s", index, state->path) : 0;
}

const struct spawn_call spawn_exec = {
	.name = "exec",
	.executes = true,
	.open = start,
	.create = create_exec,
	.reap = spawn_reap_process,
	.close = shut,
};

const struct spawn_call spawn_posix_spawn = {
	.name = "posix_spawn",
	.executes = true,
	.open = start,
	.create = create_posix_spawn,
	.reap = spawn_reap_process,
	.close = shut,
};
