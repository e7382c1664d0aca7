// Twins of `spawn`: one worker created and reaped on the caller's CPU, which does the same as those of `spawn`.
#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/status.h"
#include "host/task_limits.h"
#include "bench/twin/spawn_worker.h"
#include "bench/twin/twin.h"

static void *thread_body(void *argument)
{
	spawn_worker_run(argument, -1);
	return NULL;
}

static int create_and_join(void *context)
{
	pthread_t id;
	int error = pthread_create(&id, NULL, thread_body, context);
	return error || (error = pthread_join(id, NULL)) ? status_fail_task(error, "a thread") : 0;
}

static int fork_and_wait(void *context)
{
	int wait_status = 0;
	pid_t pid = fork();
	if (pid == 0)
		raw_exit(spawn_worker_run(context, -1));
	if (pid < 0 || waitpid(pid, &wait_status, 0) != pid)
		return status_fail_task(errno, "a process");
	return wait_status == 0 ? 0 : status_say(ECHILD, "a process (pid %d) failed", pid);
}

static int time_loop(const struct twin_setup *setup, struct trial *trial, int (*run)(void *context))
{
	int status = twin_pin(setup, 0); // the created worker inherits it
	struct spawn_stamps *stamps = status < 0 ? NULL : shared_map(sizeof *stamps);
	if (!stamps)
		return status < 0 ? status : -ENOMEM;
	status = trial_run(trial, &(struct operation){.context = stamps, .run = run});
	munmap(stamps, sizeof *stamps);
	return status;
}

static int pthread_trial(const struct twin_setup *setup, struct trial *trial)
{
	return time_loop(setup, trial, create_and_join);
}

static int fork_trial(const struct twin_setup *setup, struct trial *trial)
{
	return time_loop(setup, trial, fork_and_wait);
}

const struct twin twin_spawn_pthread = {
	.call = "spawn_pthread",
	.summary = "pthread_create and pthread_join of a worker that stores its time stamps",
	.trial = pthread_trial,
};

const struct twin twin_spawn_fork = {
	.call = "spawn_fork",
	.summary = "fork and waitpid of a worker that stores its time stamps",
	.trial = fork_trial,
};
