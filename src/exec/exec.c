// What all models share: the registry, cutting a job into shares, slots, usage.
#include "exec/exec.h"

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hot.h"
#include "base/status.h"
#include "base/units.h"
#include "exec/compute.h"
#include "host/scheduling.h"

#define MODEL(name) extern const struct model model_##name;
#include "exec/list.def"
#undef MODEL

const struct model *const models[] = {
#define MODEL(name) &model_##name,
#include "exec/list.def"
#undef MODEL
	NULL,
};

const struct model *model_find(const char *name)
{
	for (const struct model *const *model = models; *model; model++)
		if (strcmp((*model)->name, name) == 0)
			return *model;
	return NULL;
}

const struct model *model_baseline(void)
{
	const struct model *const *model = models;
	while (!(*model)->baseline)
		model++;
	return *model;
}

int schedule_parse(const char *text, struct schedule *schedule)
{
	*schedule = (struct schedule){.kind = SCHEDULE_STATIC, .chunk_items = 1};
	if (strcmp(text, "static") == 0)
		return 0;
	if (strcmp(text, "strided") == 0) {
		schedule->kind = SCHEDULE_STRIDED;
		return 0;
	}
	if (strncmp(text, "dynamic:", 8) == 0) {
		schedule->kind = SCHEDULE_DYNAMIC;
		if (units_parse_count(text + 8, 1, UINT64_C(1) << 40, &schedule->chunk_items) == 0)
			return 0;
	}
	return status_say(EINVAL, "schedule '%s' (static, strided, or dynamic:CHUNK with a chunk of at least 1 item)",
	                  text);
}

char *schedule_format(char *out, size_t out_bytes, const struct schedule *schedule)
{
	if (schedule->kind == SCHEDULE_DYNAMIC)
		snprintf(out, out_bytes, "dynamic:%llu", (unsigned long long)schedule->chunk_items);
	else
		snprintf(out, out_bytes, "%s", schedule->kind == SCHEDULE_STRIDED ? "strided" : "static");
	return out;
}

HOT_IN_CHILD struct span exec_static_span(uint64_t items_n, unsigned worker, unsigned workers_n)
{
	uint64_t share = items_n / workers_n, rest = items_n % workers_n;
	uint64_t begin = worker * share + (worker < rest ? worker : rest);
	uint64_t end = begin + share + (worker < rest ? 1 : 0);
	return (struct span){begin, end, 1};
}

static void work_dynamic(const struct job *job, _Atomic uint64_t *cursor, double *partial)
{
	const struct problem *problem = job->problem;
	uint64_t chunk = job->schedule.chunk_items, items_n = job_items(job);
	for (;;) {
		// Relaxed: the cursor only hands out numbers; results travel with the slot's release store.
		uint64_t begin = atomic_fetch_add_explicit(cursor, chunk, memory_order_relaxed);
		if (begin >= items_n)
			return;
		uint64_t left = items_n - begin;
		span_compute(problem, (struct span){begin, begin + (left < chunk ? left : chunk), 1}, partial);
	}
}

HOT_IN_CHILD void exec_work(struct slot *slot, const struct job *job, unsigned worker, unsigned workers_n,
                            _Atomic uint64_t *cursor)
{
	const struct problem *problem = job->problem;
	double partial = 0;
	uint64_t begin_ns = clock_now_ns();
	switch (job->schedule.kind) {
	case SCHEDULE_STATIC:
		span_compute(problem, exec_static_span(job_items(job), worker, workers_n), &partial);
		break;
	case SCHEDULE_STRIDED:
		span_compute(problem, (struct span){worker, job_items(job), workers_n}, &partial);
		break;
	case SCHEDULE_DYNAMIC:
		work_dynamic(job, cursor, &partial);
		break;
	}
	uint64_t end_ns = clock_now_ns();
	// All at once, at the end: a spinning caller reads this line all the time, and every first write to it costs a
	// transfer.
	slot->begin_ns = begin_ns;
	slot->end_ns = end_ns;
	slot->partial = partial;
	slot->cpu = sched_getcpu();
}

HOT_IN_CHILD void slot_finish(struct slot *slot, int error, int32_t generation)
{
	slot->error = error;
	// Release: whoever reads this generation with acquire sees the slot and the output written before it.
	atomic_store_explicit(&slot->status, generation, memory_order_release);
}

HOT_IN_CHILD void exec_share(struct exec *exec, const struct job *job, unsigned worker, _Atomic uint64_t *cursor)
{
	struct slot *slot = &exec->slots[worker];
	int error = placement_apply(exec->config.placement, worker);
	if (error == 0)
		exec_work(slot, job, worker, exec->config.workers_n, cursor);
	else
		slot->unbound = true;
	slot_finish(slot, error, exec->generation);
}

const char *signal_text(int signal)
{
	static _Thread_local char text[64];
	const char *name = sigabbrev_np(signal);
	if (signal == SIGKILL && scheduling_is_real_time())
		snprintf(text, sizeof text, "SIGKILL (probably RLIMIT_RTTIME: real-time scheduling)");
	else if (name)
		snprintf(text, sizeof text, "SIG%s", name);
	else
		snprintf(text, sizeof text, "signal %d", signal);
	return text;
}

int slot_failure(const struct exec *exec, unsigned worker)
{
	const struct slot *slot = &exec->slots[worker];
	if (slot->unbound && slot->error)
		return status_wrap(placement_fail(exec->config.placement, worker, -slot->error), "worker %u", worker);
	if (atomic_load_explicit(&slot->status, memory_order_acquire) != SLOT_DEAD)
		return slot->error ? status_fail(-slot->error, "worker %u", worker)
		                   : status_say(EPROTO, "worker %u did not finish its share", worker);
	int pid = abs(slot->pid);
	if (slot->error) // it said why before it ended
		return status_fail(-slot->error, "worker %u (pid %d)", worker, pid);
	if (WIFSIGNALED(slot->wait_status))
		return status_say(ECHILD, "worker %u (pid %d) killed by %s", worker, pid,
		                  signal_text(WTERMSIG(slot->wait_status)));
	return status_say(ECHILD, "worker %u (pid %d) exited with code %d", worker, pid, WEXITSTATUS(slot->wait_status));
}

int exec_death(const struct exec *exec)
{
	for (unsigned worker = exec->first; worker < exec->config.workers_n; worker++)
		if (atomic_load_explicit(&exec->slots[worker].status, memory_order_acquire) == SLOT_DEAD)
			return slot_failure(exec, worker);
	return 0;
}

int exec_gather(struct exec *exec)
{
	double total = 0;
	for (unsigned worker = 0; worker < exec->config.workers_n; worker++) {
		struct slot *slot = &exec->slots[worker];
		int32_t status = atomic_load_explicit(&slot->status, memory_order_acquire);
		if (status != exec->generation || slot->error != 0) {
			// Others are unfinished because one died: that one is the reason.
			int death = exec_death(exec);
			return death < 0 ? death : slot_failure(exec, worker);
		}
		total += slot->partial;
	}
	exec->total = total;
	return 0;
}

void exec_forget(struct exec *exec)
{
	exec->total = NAN;
	for (unsigned worker = 0; worker < exec->config.workers_n; worker++)
		exec->slots[worker].partial = NAN;
}

unsigned exec_critical(const struct exec *exec)
{
	unsigned critical = 0;
	for (unsigned worker = 1; worker < exec->config.workers_n; worker++)
		if (exec->slots[worker].end_ns > exec->slots[critical].end_ns)
			critical = worker;
	return critical;
}

int exec_cpus_check(const struct exec *exec)
{
	for (unsigned worker = 0; worker < exec->config.workers_n; worker++) {
		int planned = placement_cpu(exec->config.placement, worker);
		if (planned >= 0 && exec->slots[worker].cpu != planned)
			return status_say(ESTALE, "worker %u ended on CPU %d, but was planned for CPU %d", worker,
			                  exec->slots[worker].cpu, planned);
	}
	return 0;
}

HOT_IN_CHILD void worker_process_begin(int parent)
{
	// Through syscall(), as for the pin: one page of the C library to fault in, not one for each wrapper.
	syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	// The parent may have died before that call: then the signal will never be sent.
	if (syscall(SYS_getppid) != parent)
		_exit(0);
}

static bool spins(enum wait wait)
{
	return wait != WAIT_PARK;
}

bool exec_oversubscribed(const struct exec_config *config)
{
	unsigned planned_n = placement_cpus_n(config->placement), allowed_n = placement_allowed_n(config->placement);
	return config->workers_n > planned_n || config->workers_n + (config->caller == CALLER_WORKS ? 0 : 1) > allowed_n;
}

const char *exec_unsupported(const struct exec_config *config)
{
	const struct model *model = config->model;
	if (config->transport && !model->resident)
		return "only the workers of pools can be sent data";
	if (config->transport && !(config->transport->joins & (model->processes ? JOINS_PROCESSES : JOINS_THREADS)))
		return config->transport->apart ? config->transport->apart
		                                : "this channel cannot connect the workers of this model";
	if (config->transport && config->transport->bare)
		return "this channel has no receiver";
	if (config->transport && config->transport->spins && exec_oversubscribed(config))
		return "more ends would spin in the channel than there are CPUs";
	if (model->resident && config->wait == WAIT_SPIN && config->workers_n > placement_cpus_n(config->placement))
		return "more workers would spin than there are CPUs; use --wait=park";
	return NULL;
}

void exec_effective_waits(const struct exec_config *config, enum wait *workers_wait, enum wait *caller_wait)
{
	// Workers keep to the plan's CPUs, and so does a caller that is one of them; one that waits may use any allowed
	// CPU.
	unsigned planned_n = placement_cpus_n(config->placement), allowed_n = placement_allowed_n(config->placement);
	bool workers_fit = config->workers_n <= planned_n;
	bool caller_fits = config->caller == CALLER_WORKS ? workers_fit : config->workers_n + 1 <= allowed_n;
	*workers_wait = spins(config->wait) && !workers_fit ? WAIT_PARK : config->wait;
	*caller_wait = spins(config->wait) && !caller_fits ? WAIT_PARK : config->wait;
}

int exec_open(struct exec *exec, const struct exec_config *config)
{
	*exec = (struct exec){.config = *config, .first = config->caller == CALLER_WORKS ? 1 : 0};
	if (config->workers_n < 1 || config->workers_n > EXEC_WORKERS_MAX)
		return status_say(EINVAL, "%u workers (1 to %d)", config->workers_n, EXEC_WORKERS_MAX);
	const char *reason = exec_unsupported(config);
	if (reason)
		return status_say(ENOTSUP, "%s", reason);
	exec->slots = shared_map(config->workers_n * sizeof *exec->slots);
	if (!exec->slots)
		return -ENOMEM;
	int status = config->model->open(exec);
	if (status < 0)
		exec_close(exec);
	return status;
}

int exec_usage(struct exec *exec, struct usage *usage)
{
	*usage = (struct usage){0};
	// The residents first: they bring the accounting of this process up to date.
	int status = exec->config.model->usage ? exec->config.model->usage(exec, usage) : 0;
	usage_of(RUSAGE_SELF, usage);
	usage_of(RUSAGE_CHILDREN, usage);
	return status;
}

void exec_close(struct exec *exec)
{
	if (!exec->slots)
		return;
	exec->config.model->close(exec);
	munmap(exec->slots, exec->config.workers_n * sizeof *exec->slots);
	exec->slots = NULL;
}
