// Each worker's part of a job's data over its channel, into a private copy of the problem and back.
#include "exec/pool_transport.h"

#include <errno.h>
#include <sys/mman.h>

#include "base/arena.h"

void problem_copy_free(struct problem_copy *copy)
{
	if (copy->problem.in)
		munmap(copy->problem.in, copy->problem.in_bytes);
	if (copy->problem.out)
		munmap(copy->problem.out, copy->problem.out_bytes);
	*copy = (struct problem_copy){0};
}

static struct span_bytes span_bytes_of(const struct exec *exec, const struct problem *problem, uint64_t items_n,
                                       unsigned worker)
{
	struct span_bytes bytes = {0};
	if (problem->kernel->span_bytes)
		problem->kernel->span_bytes(problem, exec_static_span(items_n, worker, exec->config.workers_n), &bytes);
	return bytes;
}

// Of a fresh mapping only the part that jobs of the whole problem use; on pages of the kind that the problem asked for.
static int memory_make(char **memory, size_t bytes, size_t used_offset, size_t used_bytes, enum pages pages)
{
	*memory = NULL;
	if (bytes == 0)
		return 0;
	char *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (base == MAP_FAILED)
		return -ENOMEM;
	madvise(base, bytes, pages == PAGES_HUGE ? MADV_HUGEPAGE : MADV_NOHUGEPAGE); // advice only
	*memory = base;
	return used_bytes > 0 ? memory_touch(base + used_offset, used_bytes, true) : 0;
}

static int problem_copy_make(struct problem_copy *copy, const struct exec *exec, const struct problem *source,
                             unsigned worker)
{
	if (copy->source == source)
		return 0;
	problem_copy_free(copy);
	struct span_bytes used = span_bytes_of(exec, source, source->items_n, worker);
	copy->problem = *source;
	copy->problem.in = copy->problem.out = NULL;
	int status = memory_make(&copy->problem.in, source->in_bytes, used.in_offset, used.in_bytes, exec->config.pages);
	if (status == 0)
		status =
			memory_make(&copy->problem.out, source->out_bytes, used.out_offset, used.out_bytes, exec->config.pages);
	copy->source = status == 0 ? source : NULL;
	return status;
}

static struct span_bytes share_of(const struct exec *exec, const struct job *job, unsigned worker)
{
	return span_bytes_of(exec, job->problem, job_items(job), worker);
}

int transport_work(struct exec *exec, unsigned worker, const struct job *job, struct problem_copy *copy)
{
	const struct channel_type *type = exec->config.transport;
	struct channel *channel = &exec->state->channels[worker];
	struct span_bytes bytes = share_of(exec, job, worker);
	int status = problem_copy_make(copy, exec, job->problem, worker);
	if (status == 0)
		status = type->recv(channel, 1, copy->problem.in + bytes.in_offset, bytes.in_bytes);
	if (status < 0) {
		channel_own(channel, 0); // the caller may be sending to us: a closed end tells it to stop
		return status;
	}
	struct job local = {.problem = &copy->problem, .schedule = job->schedule, .items_n = job->items_n};
	exec_work(&exec->slots[worker], &local, worker, exec->config.workers_n, &exec->state->pool->cursor);
	return type->send(channel, 1, copy->problem.out + bytes.out_offset, bytes.out_bytes);
}

int transport_send(struct exec *exec, const struct job *job)
{
	for (unsigned worker = exec->first; worker < exec->config.workers_n; worker++) {
		struct span_bytes bytes = share_of(exec, job, worker);
		int status = exec->config.transport->send(&exec->state->channels[worker], 0, job->problem->in + bytes.in_offset,
		                                          bytes.in_bytes);
		if (status < 0)
			return status;
	}
	return 0;
}

int transport_receive(struct exec *exec, const struct job *job)
{
	for (unsigned worker = exec->first; worker < exec->config.workers_n; worker++) {
		struct span_bytes bytes = share_of(exec, job, worker);
		int status = exec->config.transport->recv(&exec->state->channels[worker], 0,
		                                          job->problem->out + bytes.out_offset, bytes.out_bytes);
		if (status < 0)
			return status;
	}
	return 0;
}
