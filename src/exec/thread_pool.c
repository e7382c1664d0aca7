// Resident threads: Python's multiprocessing.pool.ThreadPool, without Python.
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/status.h"
#include "host/task_limits.h"
#include "exec/pool.h"

struct thread {
	pthread_t id;
	struct exec *exec;
	unsigned worker;
};

static void *body(void *argument)
{
	const struct thread *thread = argument;
	pool_worker(thread->exec, thread->worker);
	return NULL;
}

static int open_pool(struct exec *exec)
{
	int status = pool_open(exec);
	if (status < 0)
		return status;
	struct model_state *state = exec->state;
	struct thread *thread = state->workers = calloc(exec->config.workers_n, sizeof *thread);
	if (!thread)
		return status_fail(ENOMEM, "%u threads", exec->config.workers_n);
	for (; state->created_n < exec->config.workers_n; state->created_n++) {
		unsigned worker = state->created_n;
		thread[worker] = (struct thread){.exec = exec, .worker = worker};
		int error = pthread_create(&thread[worker].id, NULL, body, &thread[worker]);
		if (error)
			return status_fail_task(error, "pthread_create of worker %u", worker);
	}
	return pool_ready(exec);
}

static void close_pool(struct exec *exec)
{
	pool_stop(exec);
	struct model_state *state = exec->state;
	struct thread *thread = state ? state->workers : NULL;
	for (unsigned worker = exec->first; thread && worker < state->created_n; worker++)
		pthread_join(thread[worker].id, NULL);
	placement_release(exec->config.placement);
	pool_close(exec);
}

const struct model model_thread_pool = {
	.name = "thread_pool",
	.summary = "resident threads",
	.resident = true,
	.open = open_pool,
	.dispatch = pool_dispatch,
	.usage = pool_usage,
	.close = close_pool,
};
