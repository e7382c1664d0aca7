// Each worker's part of a job's data over its channel, into a private copy of the problem and back.
#include "exec/pool_transport.h"

#include <errno.h>
#include <sys/mman.h>

void problem_copy_free(struct problem_copy *copy)
{
	if (copy->problem.in)
		munmap(copy->problem.in, copy->problem.in_bytes);
	if (copy->problem.out)
		munmap(copy->problem.out, copy->problem.out_bytes);
	*copy = (struct problem_copy){0};
}

static int problem_copy_make(struct problem_copy *copy, const struct problem *source, enum pages pages)
{
	if (copy->source == source)
		return 0;
	problem_copy_free(copy);
	struct problem problem = *source;
	int protection = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	problem.in = problem.in_bytes ? mmap(NULL, problem.in_bytes, protection, flags, -1, 0) : NULL;
	problem.out = problem.out_bytes ? mmap(NULL, problem.out_bytes, protection, flags, -1, 0) : NULL;
	if (problem.in == MAP_FAILED || problem.out == MAP_FAILED)
		return -ENOMEM;
	// Advice only. Only the parts that arrive are ever touched, on pages of the kind that the problem asked for.
	int advice = pages == PAGES_HUGE ? MADV_HUGEPAGE : MADV_NOHUGEPAGE;
	if (problem.in)
		madvise(problem.in, problem.in_bytes, advice);
	if (problem.out)
		madvise(problem.out, problem.out_bytes, advice);
	*copy = (struct problem_copy){.source = source, .problem = problem};
	return 0;
}

static struct span_bytes span_bytes_of(const struct exec *exec, const struct job *job, unsigned worker)
{
	const struct problem *problem = job->problem;
	struct span_bytes bytes = {0};
	if (problem->kernel->span_bytes)
		problem->kernel->span_bytes(problem, exec_static_span(problem->items_n, worker, exec->config.workers_n),
		                            &bytes);
	return bytes;
}

int transport_work(struct exec *exec, unsigned worker, const struct job *job, struct problem_copy *copy)
{
	const struct channel_type *type = exec->config.transport;
	struct channel *channel = &exec->state->channels[worker];
	struct span_bytes bytes = span_bytes_of(exec, job, worker);
	int status = problem_copy_make(copy, job->problem, exec->config.pages);
	if (status == 0)
		status = type->recv(channel, 1, copy->problem.in + bytes.in_offset, bytes.in_bytes);
	if (status < 0) {
		channel_own(channel, 0); // the caller may be sending to us: a closed end tells it to stop
		return status;
	}
	struct job local = {.problem = &copy->problem, .schedule = job->schedule};
	exec_work(&exec->slots[worker], &local, worker, exec->config.workers_n, &exec->state->pool->cursor);
	return type->send(channel, 1, copy->problem.out + bytes.out_offset, bytes.out_bytes);
}

int transport_send(struct exec *exec, const struct job *job)
{
	for (unsigned worker = exec->first; worker < exec->config.workers_n; worker++) {
		struct span_bytes bytes = span_bytes_of(exec, job, worker);
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
		struct span_bytes bytes = span_bytes_of(exec, job, worker);
		int status = exec->config.transport->recv(&exec->state->channels[worker], 0,
		                                          job->problem->out + bytes.out_offset, bytes.out_bytes);
		if (status < 0)
			return status;
	}
	return 0;
}
