// A pool's job whose data is sent to the workers and back, instead of shared: as Python's pickles are.
#ifndef TVP_EXEC_POOL_TRANSPORT_H
#define TVP_EXEC_POOL_TRANSPORT_H

#include "exec/pool.h"

/// A worker's private copy of a problem, for data that arrives by channel: the same layout, so that the same span
/// works.
struct problem_copy {
	const struct problem *source;
	struct problem problem;
};

void problem_copy_free(struct problem_copy *copy);

/// A worker's side: receive, compute on the private copy, send back. Returns 0 or -errno, no message.
int transport_work(struct exec *exec, unsigned worker, const struct job *job, struct problem_copy *copy);
/// The caller's side: every worker's part of the input; every worker's part of the output. 0 or -errno, no message.
int transport_send(struct exec *exec, const struct job *job);
int transport_receive(struct exec *exec, const struct job *job);

#endif
