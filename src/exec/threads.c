// One pthread_create and pthread_join per worker and dispatch.
#include <pthread.h>
#include <errno.h>
#include <stdlib.h>

#include "base/status.h"
#include "host/task_limits.h"
#include "exec/exec.h"

struct thread {
	pthread_t id;
	struct exec *exec;
	const struct job *job;
	unsigned worker;
};

struct model_state {
	_Alignas(128) _Atomic uint64_t cursor;
	struct thread thread[];
};

static int open_threads(struct exec *exec)
{
	size_t bytes = sizeof(struct model_state) + exec->config.workers_n * sizeof(struct thread);
	exec->state = aligned_alloc(_Alignof(struct model_state), (bytes + 127) / 128 * 128);
	if (!exec->state)
		return status_fail(ENOMEM, "threads");
	for (unsigned worker = 0; worker < exec->config.workers_n; worker++)
		exec->state->thread[worker] = (struct thread){.exec = exec, .worker = worker};
	return 0;
}

static void *body(void *argument)
{
	const struct thread *thread = argument;
	exec_share(thread->exec, thread->job, thread->worker, &thread->exec->state->cursor);
	return NULL;
}

static int dispatch(struct exec *exec, const struct job *job)
{
	struct thread *thread = exec->state->thread;
	unsigned workers_n = exec->config.workers_n, created_n = exec->first;
	exec->generation++;
	// Relaxed: pthread_create orders it before everything the thread does.
	atomic_store_explicit(&exec->state->cursor, 0, memory_order_relaxed);

	int status = 0;
	for (; created_n < workers_n && status == 0; created_n += status == 0) {
		thread[created_n].job = job;
		int error = pthread_create(&thread[created_n].id, NULL, body, &thread[created_n]);
		// While those made so far live: the limit that was reached is named.
		status = error ? status_fail_task(error, "pthread_create of worker %u", created_n) : 0;
	}
	if (exec->first == 1 && status == 0)
		exec_share(exec, job, 0, &exec->state->cursor);
	for (unsigned worker = exec->first; worker < created_n; worker++)
		pthread_join(thread[worker].id, NULL);
	// The next threads must not inherit worker 0's pin.
	if (exec->first == 1)
		placement_release(exec->config.placement);
	return status < 0 ? status : exec_gather(exec);
}

static void close_threads(struct exec *exec)
{
	free(exec->state);
	exec->state = NULL;
}

const struct model model_threads = {
	.name = "threads",
	.summary = "pthread_create and pthread_join per dispatch",
	.open = open_threads,
	.dispatch = dispatch,
	.close = close_threads,
};
