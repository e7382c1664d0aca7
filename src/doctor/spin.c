// The spin. Children are told by the clock when to begin and to end, so that nobody has to be woken.
#include "doctor/spin.h"

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/status.h"
#include "doctor/period.h"

enum {
	PERIODIC_LEAST_NS = 4000,
	QUANTUM_STEPS = 64, ///< some 100 ns
	FIRST_QUANTA = 256, ///< that the usual time is first known from
	SPEED_NS = 10 * 1000 * 1000,
	LATE_NS = 1000 * 1000,
	ALONE_LEAST_NS = 5 * 1000 * 1000,
	START_NS = 2 * 1000 * 1000, ///< until the first begins
	FORK_NS = 300 * 1000,       ///< for each process to be made
};

// One step needs the result of the one before: its time is the CPU's, not the memory's.
static inline uint64_t quantum(uint64_t x)
{
	for (int i = 0; i < QUANTUM_STEPS; i++) {
		x = x * 6364136223846793005ull + 1442695040888963407ull;
		__asm__ volatile("" : "+r"(x));
	}
	return x;
}

/// Quanta without gap since the last speed was kept.
struct speed {
	uint64_t since_ns, ns, n;
	double usual_ns;
};

static uint64_t least_of_first(uint64_t *x)
{
	uint64_t least_ns = UINT64_MAX, last_ns = clock_now_ns();
	for (int i = 0; i < FIRST_QUANTA; i++) {
		*x = quantum(*x);
		uint64_t now_ns = clock_now_ns();
		least_ns = now_ns - last_ns < least_ns ? now_ns - last_ns : least_ns;
		last_ns = now_ns;
	}
	return least_ns;
}

static void speed_keep(struct gap_log *log, struct speed *speed, uint64_t now_ns)
{
	if (speed->n > 0) {
		speed->usual_ns = (double)speed->ns / (double)speed->n;
		gap_speed_add(log, speed->usual_ns);
	}
	*speed = (struct speed){.since_ns = now_ns, .usual_ns = speed->usual_ns};
}

// The usual time, from a beginning that may be interrupted itself.
static void first_quanta(struct gap_log *log, struct speed *speed, uint64_t *x)
{
	uint64_t begin_ns = clock_now_ns(), least_ns = least_of_first(x), now_ns = clock_now_ns();
	uint64_t usual_ns = 2 * FIRST_QUANTA * least_ns;
	*speed = (struct speed){.since_ns = now_ns, .usual_ns = (double)least_ns};
	if (now_ns - begin_ns > usual_ns + GAP_LEAST_NS)
		gap_add(log, now_ns, now_ns - begin_ns - usual_ns);
}

static void spin_until(struct gap_log *log, uint64_t end_ns)
{
	uint64_t x = 1, begin_ns = clock_now_ns();
	struct speed speed;
	first_quanta(log, &speed, &x);
	uint64_t last_ns = speed.since_ns;
	while (last_ns < end_ns) {
		x = quantum(x);
		uint64_t now_ns = clock_now_ns(), took_ns = now_ns - last_ns;
		if (took_ns > (uint64_t)speed.usual_ns + GAP_LEAST_NS) {
			gap_add(log, now_ns, took_ns - (uint64_t)speed.usual_ns);
		} else {
			speed.ns += took_ns;
			speed.n++;
		}
		last_ns = now_ns;
		if (now_ns - speed.since_ns >= SPEED_NS)
			speed_keep(log, &speed, now_ns);
	}
	log->ran_ns += last_ns - begin_ns;
}

static uint64_t involuntary_n(void)
{
	struct rusage usage;
	return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_nivcsw : 0;
}

/// When which process does what.
struct spin_times {
	uint64_t alone_ns, slot_ns; ///< the first one's begin; how long each is alone
	unsigned stride;            ///< every so many CPUs is tried alone
	uint64_t together_ns, end_ns;
};

static void sleep_until(uint64_t at_ns)
{
	struct timespec at = {(time_t)(at_ns / NS_PER_S), (long)(at_ns % NS_PER_S)};
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
		;
}

// Who is woken late has lost that time, too, but for what waking takes.
static void late_add(struct gap_log *log, uint64_t begin_ns)
{
	uint64_t now_ns = clock_now_ns(), late_ns = now_ns - begin_ns;
	if (late_ns < LATE_NS)
		return;
	gap_add(log, now_ns, late_ns);
	log->ran_ns += late_ns;
}

static void phase_run(struct gap_log *log, uint64_t begin_ns, uint64_t end_ns)
{
	sleep_until(begin_ns);
	late_add(log, begin_ns);
	uint64_t before_n = involuntary_n();
	spin_until(log, end_ns);
	log->involuntary_n = involuntary_n() - before_n;
}

// In the child: never returns. A CPU that it may not use after all is left empty.
static _Noreturn void child_run(struct spin_cpu *own, unsigned index, const struct spin_times *times, pid_t parent)
{
	size_t bytes = CPU_ALLOC_SIZE(own->cpu + 1);
	cpu_set_t *set = CPU_ALLOC(own->cpu + 1);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!set || getppid() != parent)
		_exit(1);
	CPU_ZERO_S(bytes, set);
	CPU_SET_S((size_t)own->cpu, bytes, set);
	if (sched_setaffinity(0, bytes, set) < 0)
		_exit(1);
	uint64_t alone_ns = times->alone_ns + index / times->stride * times->slot_ns;
	if (index % times->stride == 0)
		phase_run(&own->log[SPIN_ALONE], alone_ns, alone_ns + times->slot_ns);
	phase_run(&own->log[SPIN_TOGETHER], times->together_ns, times->end_ns);
	for (int phase = 0; phase < SPIN_PHASES_N; phase++)
		own->log[phase].period_ns = period_find(&own->log[phase], PERIODIC_LEAST_NS).period_ns;
	_exit(0);
}

// Begins at a time when all processes are there.
static struct spin_times times_plan(struct spin *spin, uint64_t duration_ns)
{
	struct spin_times times = {.stride = 1};
	while (duration_ns / 2 / ((spin->cpus_n + times.stride - 1) / times.stride) < ALONE_LEAST_NS &&
	       times.stride < spin->cpus_n)
		times.stride++;
	spin->alone_n = (spin->cpus_n + times.stride - 1) / times.stride;
	times.slot_ns = duration_ns / 2 / spin->alone_n;
	times.alone_ns = clock_now_ns() + START_NS + spin->cpus_n * FORK_NS;
	times.together_ns = times.alone_ns + spin->alone_n * times.slot_ns + START_NS;
	times.end_ns = times.together_ns + duration_ns / 2;
	return times;
}

static int children_run(struct spin *spin, pid_t *child, const struct spin_times *times)
{
	int status = 0;
	unsigned started_n = 0;
	pid_t parent = getpid();
	for (; started_n < spin->cpus_n && status == 0; started_n += status == 0) {
		child[started_n] = fork();
		if (child[started_n] == 0)
			child_run(&spin->cpu[started_n], started_n, times, parent);
		if (child[started_n] < 0)
			status = status_fail(errno, "process %u of %u", started_n + 1, spin->cpus_n);
	}
	for (unsigned i = 0; i < started_n; i++) {
		if (status < 0)
			kill(child[i], SIGKILL);
		while (waitpid(child[i], NULL, 0) < 0 && errno == EINTR)
			;
	}
	return status;
}

int spin_run(struct spin *spin, const struct topology *topology, uint64_t duration_ns)
{
	*spin = (struct spin){.cpus_n = topology_cpus_n(topology)};
	spin->bytes = spin->cpus_n * sizeof *spin->cpu;
	spin->cpu = shared_map(spin->bytes);
	pid_t *child = calloc(spin->cpus_n, sizeof *child);
	int status = spin->cpu && child ? 0 : status_fail(ENOMEM, "room for %u CPUs", spin->cpus_n);
	for (unsigned i = 0; status == 0 && i < spin->cpus_n; i++)
		spin->cpu[i].cpu = topology_cpus(topology)[i].os_index;
	if (status == 0) {
		struct spin_times times = times_plan(spin, duration_ns);
		status = children_run(spin, child, &times);
	}
	free(child);
	return status;
}

void spin_close(struct spin *spin)
{
	if (spin->cpu)
		munmap(spin->cpu, spin->bytes);
	*spin = (struct spin){0};
}

const struct spin_cpu *spin_worst(const struct spin *spin, enum spin_phase phase)
{
	const struct spin_cpu *worst = NULL;
	for (unsigned i = 0; i < spin->cpus_n; i++) {
		const struct gap_log *log = &spin->cpu[i].log[phase];
		if (log->ran_ns && (!worst || gap_share(log) > gap_share(&worst->log[phase])))
			worst = &spin->cpu[i];
	}
	return worst;
}

double spin_share(const struct spin *spin, enum spin_phase phase)
{
	double sum = 0;
	unsigned n = 0;
	for (unsigned i = 0; i < spin->cpus_n; i++)
		if (spin->cpu[i].log[phase].ran_ns) {
			sum += gap_share(&spin->cpu[i].log[phase]);
			n++;
		}
	return n ? sum / n : NAN;
}
