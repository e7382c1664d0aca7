// Bare loops beside `spawn`: one worker made and reaped on the caller's CPU, whose life is the same.
#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/status.h"
#include "bench/twin/life.h"
#include "bench/twin/twin.h"

static void *body(void *argument)
{
	spawn_live(argument, -1);
	return NULL;
}

static int create_and_join(void *context)
{
	pthread_t id;
	int error = pthread_create(&id, NULL, body, context);
	return error || (error = pthread_join(id, NULL)) ? status_fail(error, "a thread") : 0;
}

static int fork_and_wait(void *context)
{
	int wait_status = 0;
	pid_t pid = fork();
	if (pid == 0)
		raw_exit(spawn_live(context, -1));
	if (pid < 0 || waitpid(pid, &wait_status, 0) != pid)
		return status_fail(errno, "a process");
	return wait_status == 0 ? 0 : status_say(ECHILD, "a process (pid %d) did not end well", pid);
}

static int loop(const struct twin_setup *setup, struct trial *trial, int (*run)(void *context))
{
	int status = twin_pin(setup, 0); // the created inherit it
	struct spawn_life *life = status < 0 ? NULL : shared_map(sizeof *life);
	if (!life)
		return status < 0 ? status : -ENOMEM;
	status = trial_run(trial, &(struct operation){.context = life, .run = run});
	munmap(life, sizeof *life);
	return status;
}

static int pthread_trial(const struct twin_setup *setup, struct trial *trial)
{
	return loop(setup, trial, create_and_join);
}

static int fork_trial(const struct twin_setup *setup, struct trial *trial)
{
	return loop(setup, trial, fork_and_wait);
}

const struct twin twin_spawn_pthread = {
	.call = "spawn_pthread",
	.summary = "pthread_create and pthread_join of a worker that stamps its life",
	.trial = pthread_trial,
};

const struct twin twin_spawn_fork = {
	.call = "spawn_fork",
	.summary = "fork and waitpid of a worker that stamps its life",
	.trial = fork_trial,
};
