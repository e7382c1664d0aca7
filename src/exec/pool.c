// Dispatching to residents. Spinning: one store by the caller, one by each worker. Parked: one futex wake each way.
#include "exec/pool.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/status.h"
#include "exec/pool_transport.h"

static unsigned residents_n(const struct exec *exec)
{
	return exec->config.workers_n - exec->first;
}

static int channels_open(struct exec *exec)
{
	struct model_state *state = exec->state;
	unsigned workers_n = exec->config.workers_n;
	state->channels = calloc(workers_n, sizeof *state->channels);
	if (!state->channels)
		return status_fail(ENOMEM, "%u channels", workers_n);
	for (unsigned worker = 0; worker < workers_n; worker++)
		state->channels[worker] = (struct channel){.type = exec->config.transport, .fd = {{-1, -1}, {-1, -1}}};
	for (unsigned worker = exec->first; worker < workers_n; worker++) {
		int status = channel_open(&state->channels[worker], exec->config.transport, 0);
		if (status < 0)
			return status_wrap(status, "channel of worker %u", worker);
		state->channels[worker].oversubscribed = exec_oversubscribed(&exec->config);
	}
	return 0;
}

int pool_open(struct exec *exec)
{
	struct model_state *state = exec->state = calloc(1, sizeof *state);
	if (!state)
		return status_fail(ENOMEM, "pool");
	state->created_n = exec->first;
	state->pool_bytes = sizeof *state->pool + exec->config.workers_n * sizeof(struct usage);
	state->pool = shared_map(state->pool_bytes);
	if (!state->pool)
		return -ENOMEM;
	exec_effective_waits(&exec->config, &state->pool->workers_wait, &state->pool->caller_wait);
	atomic_store_explicit(&state->pool->unfinished.word, residents_n(exec), memory_order_relaxed);
	exec->generation = 1;
	return exec->config.transport ? channels_open(exec) : 0;
}

static int worker_command(struct exec *exec, unsigned worker, struct problem_copy *copy)
{
	struct pool *pool = exec->state->pool;
	const struct job *job = pool->newest.message;
	if (pool->newest.command == COMMAND_USAGE) {
		// The kernel accounts a running thread's time at ticks, 4 ms apart; reading one's own clock accounts it now.
		struct timespec own;
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &own);
		pool->usage[worker] = (struct usage){0};
		if (exec->config.model->processes) // a thread's is in the caller's own
			usage_of(RUSAGE_SELF, &pool->usage[worker]);
		return 0;
	}
	if (exec->config.transport)
		return transport_work(exec, worker, job, copy);
	exec_work(&exec->slots[worker], job, worker, exec->config.workers_n, &pool->cursor);
	return 0;
}

static void worker_finish(struct exec *exec, unsigned worker, int error, uint32_t generation)
{
	struct pool *pool = exec->state->pool;
	slot_finish(&exec->slots[worker], error, (int32_t)generation);
	if (pool->caller_wait != WAIT_SPIN)
		eventcount_count_down(&pool->unfinished, 0);
}

// The caller may be blocked at the other end of a channel that just failed at this one, where nothing will come any
// more. A process ends, which the caller is told; a thread ends them all.
static void worker_give_up(struct exec *exec, unsigned worker, int error)
{
	exec->slots[worker].error = error;
	if (exec->config.model->processes)
		_exit(0);
	status_fail(-error, "worker %u", worker);
	if (exec->config.abandon)
		exec->config.abandon(exec->config.abandon_context, -error, status_message());
}

void pool_worker(struct exec *exec, unsigned worker)
{
	struct pool *pool = exec->state->pool;
	struct problem_copy copy = {0};
	int error = placement_apply(exec->config.placement, worker);
	exec->slots[worker].unbound = error < 0;
	uint32_t generation = 1;
	worker_finish(exec, worker, error, generation);
	for (;;) {
		generation = eventcount_wait(&pool->newest, generation == 1 ? 0 : generation, pool->workers_wait);
		if (pool->newest.command == COMMAND_EXIT)
			break;
		error = worker_command(exec, worker, &copy);
		if (error < 0 && exec->config.transport)
			worker_give_up(exec, worker, error);
		worker_finish(exec, worker, error, generation);
	}
	problem_copy_free(&copy);
}

// A process that dies closes its descriptors first, and SIGCHLD comes some microseconds later: it ends the sleep.
static int death_awaited(const struct exec *exec)
{
	enum { LOOKS_N = 100 };
	int death = exec_death(exec);
	for (int look = 0; death == 0 && exec->config.model->processes && look < LOOKS_N; look++) {
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
		death = exec_death(exec);
	}
	return death;
}

// A channel breaks because a worker died: the message names that worker, if there is one, not the broken pipe. Resident
// threads are then asleep in their channels, where nobody can end them alone.
static int pool_failed(struct exec *exec, int status)
{
	exec->state->broken = true;
	int death = death_awaited(exec);
	if (death == 0)
		status_fail(-status, "dispatching to resident workers");
	if (!exec->config.model->processes && exec->config.abandon)
		exec->config.abandon(exec->config.abandon_context, -status, status_message());
	return death < 0 ? death : status;
}

static int wait_residents(struct exec *exec)
{
	struct pool *pool = exec->state->pool;
	uint32_t unfinished_n;
	if (pool->caller_wait != WAIT_SPIN) {
		// `broken` too: command_publish() may have overwritten the zero of a pool_reap() just before it.
		while ((unfinished_n = atomic_load_explicit(&pool->unfinished.word, memory_order_acquire)) != 0 &&
		       !exec->state->broken)
			eventcount_wait(&pool->unfinished, unfinished_n, pool->caller_wait);
		return exec_gather(exec);
	}
	for (unsigned worker = exec->first; worker < exec->config.workers_n; worker++)
		// Acquire: pairs with slot_finish(). A dead worker's slot says so instead.
		for (;;) {
			int32_t status = atomic_load_explicit(&exec->slots[worker].status, memory_order_acquire);
			if (status == exec->generation || status == SLOT_DEAD)
				break;
			cpu_relax();
		}
	return exec_gather(exec);
}

// After the residents' creation, since they inherit their creator's mask. A waiting caller that spins is bound to other
// CPUs than theirs: on one of them it would use the time of the worker it waits for, and nothing moves two spinning
// threads apart.
static int caller_place(struct exec *exec)
{
	if (exec->config.caller == CALLER_WORKS)
		return placement_apply(exec->config.placement, 0);
	// A caller that sends and receives sleeps in the channel, unless that spins: the scheduler places it well enough.
	const struct channel_type *transport = exec->config.transport;
	bool sleeps =
		transport ? !transport->spins && !transport->spins_first : exec->state->pool->caller_wait == WAIT_PARK;
	return sleeps ? 0 : placement_spare(exec->config.placement);
}

int pool_ready(struct exec *exec)
{
	int status = caller_place(exec);
	if (status < 0)
		return status;
	// exec_gather() checks the caller's own slot, too.
	if (exec->first == 1)
		slot_finish(&exec->slots[0], 0, exec->generation);
	return wait_residents(exec);
}

// Bump the generation, so that every resident runs `command`.
static void command_publish(struct exec *exec, enum command command, const struct job *job)
{
	struct pool *pool = exec->state->pool;
	exec->generation = exec->generation == INT32_MAX ? 2 : exec->generation + 1;
	pool->newest.command = command;
	// After a failure a resident may still be reading the last message: it remains a valid one.
	if (job)
		pool->newest.message = job;
	// Relaxed: published, like command and message, by the store to `newest`. Cache lines that nobody will read are not
	// written.
	if (job && job->schedule.kind == SCHEDULE_DYNAMIC)
		atomic_store_explicit(&pool->cursor, 0, memory_order_relaxed);
	if (pool->caller_wait != WAIT_SPIN)
		atomic_store_explicit(&pool->unfinished.word, residents_n(exec), memory_order_relaxed);
	eventcount_set(&pool->newest, (uint32_t)exec->generation, pool->workers_wait);
}

int pool_dispatch(struct exec *exec, const struct job *job)
{
	if (exec->state->broken)
		return pool_failed(exec, -ECHILD);
	if (exec->config.transport && job->schedule.kind != SCHEDULE_STATIC)
		return status_say(ENOTSUP, "only the static schedule can send data by channel");
	command_publish(exec, COMMAND_JOB, job);
	int status = exec->config.transport ? transport_send(exec, job) : 0;
	if (exec->first == 1 && status == 0) {
		exec_work(&exec->slots[0], job, 0, exec->config.workers_n, &exec->state->pool->cursor);
		slot_finish(&exec->slots[0], 0, exec->generation);
	}
	if (exec->config.transport && status == 0)
		status = transport_receive(exec, job);
	return status < 0 ? pool_failed(exec, status) : wait_residents(exec);
}

int pool_usage(struct exec *exec, struct usage *usage)
{
	command_publish(exec, COMMAND_USAGE, NULL);
	if (exec->first == 1)
		slot_finish(&exec->slots[0], 0, exec->generation);
	int status = wait_residents(exec);
	for (unsigned worker = exec->first; status == 0 && worker < exec->config.workers_n; worker++) {
		const struct usage *own = &exec->state->pool->usage[worker];
		usage->cpu_ns += own->cpu_ns;
		usage->faults_n += own->faults_n;
		usage->switches_voluntary_n += own->switches_voluntary_n;
		usage->switches_involuntary_n += own->switches_involuntary_n;
	}
	return status;
}

void pool_stop(struct exec *exec)
{
	if (exec->state && exec->state->pool)
		command_publish(exec, COMMAND_EXIT, NULL);
}

void pool_reap(struct exec *exec, unsigned worker, int wait_status)
{
	struct pool *pool = exec->state->pool;
	exec->state->broken = true;
	exec->slots[worker].wait_status = wait_status;
	atomic_store_explicit(&exec->slots[worker].status, SLOT_DEAD, memory_order_release);
	// Whatever the count was: the caller must stop waiting. Workers that finish later may wrap it; this pool is only
	// closed now.
	eventcount_set(&pool->unfinished, 0, WAIT_PARK);
}

void pool_close(struct exec *exec)
{
	struct model_state *state = exec->state;
	if (!state)
		return;
	for (unsigned worker = exec->first; state->channels && worker < exec->config.workers_n; worker++)
		exec->config.transport->close(&state->channels[worker]);
	free(state->channels);
	free(state->workers);
	if (state->pool)
		munmap(state->pool, state->pool_bytes);
	free(state);
	exec->state = NULL;
}
