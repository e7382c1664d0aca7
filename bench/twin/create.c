// Twins that create and reap workers which only pin themselves: pthread_create and pthread_join, fork and waitpid.
#include <errno.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/status.h"
#include "host/task_limits.h"
#include "bench/twin/twin.h"

struct twin_thread {
	pthread_t id;
	const struct twin_setup *setup;
	unsigned worker;
};

struct twin_threads {
	unsigned n;
	struct twin_thread thread[EXEC_WORKERS_MAX];
};

static void *thread_body(void *argument)
{
	const struct twin_thread *thread = argument;
	return twin_pin(thread->setup, thread->worker) == 0 ? NULL : argument;
}

static int create_and_join(void *context)
{
	struct twin_threads *threads = context;
	unsigned created_n = 0;
	int error = 0;
	for (; created_n < threads->n && error == 0; created_n += error == 0)
		error = pthread_create(&threads->thread[created_n].id, NULL, thread_body, &threads->thread[created_n]);
	for (unsigned worker = 0; worker < created_n; worker++) {
		void *failed;
		pthread_join(threads->thread[worker].id, &failed);
		error = failed ? EXDEV : error;
	}
	return error ? status_fail_task(error, "pthread_create and pin") : 0;
}

static int pthread_trial(const struct twin_setup *setup, struct trial *trial)
{
	static struct twin_threads threads;
	threads.n = setup->workers_n;
	for (unsigned worker = 0; worker < threads.n; worker++)
		threads.thread[worker] = (struct twin_thread){.setup = setup, .worker = worker};
	return trial_run(trial, &(struct operation){.context = &threads, .run = create_and_join});
}

const struct twin twin_pthread = {
	.call = "pthread",
	.summary = "pthread_create and pthread_join of each worker",
	.trial = pthread_trial,
};

static int fork_failure(unsigned worker, pid_t pid, int wait_status)
{
	if (WIFSIGNALED(wait_status))
		return status_say(ECHILD, "worker %u (pid %d) killed by %s", worker, pid, signal_text(WTERMSIG(wait_status)));
	return status_say(EXDEV, "worker %u (pid %d) could not pin itself", worker, pid);
}

static int fork_and_wait(void *context)
{
	const struct twin_setup *setup = context;
	pid_t pid[EXEC_WORKERS_MAX];
	unsigned forked_n = 0;
	int status = 0;
	for (; forked_n < setup->workers_n && status == 0; forked_n += status == 0) {
		pid[forked_n] = fork();
		if (pid[forked_n] == 0)
			_exit(twin_pin(setup, forked_n) == 0 ? 0 : 1);
		status = pid[forked_n] < 0 ? status_fail_task(errno, "fork of worker %u", forked_n) : 0;
	}
	for (unsigned worker = 0; worker < forked_n; worker++) {
		int wait_status = 0;
		if (waitpid(pid[worker], &wait_status, 0) < 0)
			status = status_fail(errno, "waiting for worker %u", worker);
		else if (wait_status != 0)
			status = fork_failure(worker, pid[worker], wait_status);
	}
	return status;
}

static int fork_trial(const struct twin_setup *setup, struct trial *trial)
{
	return trial_run(trial, &(struct operation){.context = (void *)setup, .run = fork_and_wait});
}

const struct twin twin_fork = {
	.call = "fork",
	.summary = "fork and waitpid of each worker",
	.trial = fork_trial,
};
