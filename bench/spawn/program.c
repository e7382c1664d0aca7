// Processes that execute a program: fork and then exec, and posix_spawn, which glibc implements by
// clone(CLONE_VM | CLONE_VFORK) and exec, so that it copies no page tables.
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
#include "host/task_limits.h"
#include "bench/spawn/spawn.h"

// The arguments are written before the timing starts.
struct spawn_state {
	const char *path;
	struct command {
		char file[16], offset[16], cpu[16];
		char *argument[5];
	} command[SPAWN_BURST_MAX];
};

// Empty: every exec copies the environment, whose size differs between users.
static char *const no_environment[] = {NULL};

static bool executable(const char *path)
{
	return access(path, X_OK) == 0;
}

const char *spawn_tiny_path(void)
{
	static char path[PATH_MAX];
	char beside[PATH_MAX];
	static const char *const paths[] = {"tvp-tiny", TVP_LIBEXEC_FROM_BIN "/tvp-tiny"};
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (executable(self_beside(beside, sizeof beside, paths[i])) && realpath(beside, path))
			return path; // without "..": each part of a path takes time in every exec
	return NULL;
}

static void command_write(struct command *command, const struct spawn_burst *burst, unsigned index)
{
	snprintf(command->file, sizeof command->file, "%d", burst->stamps_file);
	snprintf(command->offset, sizeof command->offset, "%zu", index * sizeof *burst->stamps);
	snprintf(command->cpu, sizeof command->cpu, "%d", burst->bind_cpu);
	static char name[] = "tvp-tiny";
	char *cpu = burst->bind_cpu >= 0 ? command->cpu : NULL;
	memcpy(command->argument, (char *[]){name, command->file, command->offset, cpu, NULL}, sizeof command->argument);
}

static int open_commands(struct spawn_burst *burst)
{
	burst->state = malloc(sizeof *burst->state);
	if (!burst->state)
		return status_fail(ENOMEM, "commands");
	burst->state->path = spawn_tiny_path();
	if (!burst->state->path)
		return status_say(ENOTSUP, "tvp-tiny is neither in this program's directory nor in " TVP_LIBEXEC_FROM_BIN
		                           " relative to it");
	for (unsigned i = 0; i < burst->workers_n; i++)
		command_write(&burst->state->command[i], burst, i);
	return 0;
}

static void close_commands(struct spawn_burst *burst)
{
	free(burst->state);
	burst->state = NULL;
}

HOT_IN_CHILD static int create_exec(struct spawn_burst *burst, unsigned index)
{
	const struct spawn_state *state = burst->state;
	pid_t pid = fork();
	if (pid == 0) {
		raw_call(SYS_execve, (long)state->path, (long)state->command[index].argument, (long)no_environment, 0);
		raw_exit(SPAWN_NOT_EXECUTED);
	}
	burst->pid[index] = pid;
	return pid < 0 ? status_fail_task(errno, "fork of worker %u", index) : 0;
}

static int create_posix_spawn(struct spawn_burst *burst, unsigned index)
{
	const struct spawn_state *state = burst->state;
	int error =
		posix_spawn(&burst->pid[index], state->path, NULL, NULL, state->command[index].argument, no_environment);
	return error ? status_fail_task(error, "posix_spawn of worker %u, %s", index, state->path) : 0;
}

const struct spawn_call spawn_exec = {
	.name = "exec",
	.executes = true,
	.open = open_commands,
	.create = create_exec,
	.reap = spawn_reap_process,
	.close = close_commands,
};

const struct spawn_call spawn_posix_spawn = {
	.name = "posix_spawn",
	.executes = true,
	.open = open_commands,
	.create = create_posix_spawn,
	.reap = spawn_reap_process,
	.close = close_commands,
};
