// Resources that a team has used up to this instant. The kernel accounts a running thread's time at its ticks, 4 ms
// apart, which is as long as a whole visit. Reading one's own CPU clock, or that of another thread of one's process,
// has it accounted at once; a member process that spins is asked by a signal to read its own.
#include "bench/team/team_internal.h"

#include <errno.h>
#include <sys/resource.h>
#include <time.h>

#include "base/clock.h"

enum { ACCOUNT_DEADLINE_NS = 2000000 };

static struct team_shared *own_shared; // in a member process, for the handler of SIGUSR1

static void on_account_request(int signal)
{
	(void)signal;
	struct timespec own;
	int error = errno;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &own);
	atomic_fetch_add(&own_shared->accounted, 1);
	errno = error;
}

void team_account_on_request(const struct team *team)
{
	struct sigaction action = {.sa_handler = on_account_request, .sa_flags = SA_RESTART};
	own_shared = team->shared;
	sigaction(SIGUSR1, &action, NULL);
}

// A member that spins answers within microseconds; of one that is late, the time of the last tick counts.
static void request_accounts(const struct team *team)
{
	uint32_t before = atomic_load(&team->shared->accounted);
	uint64_t deadline_ns = clock_now_ns() + ACCOUNT_DEADLINE_NS;
	for (unsigned i = 0; i < team->started_n; i++)
		if (team->pids[i] > 0)
			kill(team->pids[i], SIGUSR1);
	while (atomic_load(&team->shared->accounted) - before < team->started_n && clock_now_ns() < deadline_ns)
		cpu_relax();
}

static uint64_t thread_cpu_ns(pthread_t thread)
{
	clockid_t clock;
	struct timespec used;
	if (pthread_getcpuclockid(thread, &clock) != 0 || clock_gettime(clock, &used) < 0)
		return 0;
	return (uint64_t)used.tv_sec * NS_PER_S + (uint64_t)used.tv_nsec;
}

static int members_usage(const struct team *team, struct usage *usage)
{
	int status = 0;
	*usage = (struct usage){0};
	if (team->config.spins && team->config.between == BETWEEN_PROCESSES)
		request_accounts(team);
	for (unsigned i = 0; i < team->started_n && status == 0; i++)
		if (team->config.between == BETWEEN_THREADS)
			usage->cpu_ns += thread_cpu_ns(team->threads[i]);
		else
			status = usage_of_process(team->pids[i], usage);
	usage->other_cpu_ns = usage->cpu_ns;
	return status;
}

// Between threads from its own clock: getrusage() would add the members' time as of the last tick.
static struct usage caller_usage(const struct team *team)
{
	struct usage usage = {0};
	usage_of(RUSAGE_SELF, &usage);
	if (team->config.between == BETWEEN_THREADS)
		usage.cpu_ns = thread_cpu_ns(pthread_self());
	return usage;
}

static void usage_add(struct usage *usage, const struct usage *other, int sign)
{
	const uint64_t times = (uint64_t)sign; // unsigned arithmetic wraps: -1 subtracts
	usage->cpu_ns += times * other->cpu_ns;
	usage->faults_n += times * other->faults_n;
	usage->switches_voluntary_n += times * other->switches_voluntary_n;
	usage->switches_involuntary_n += times * other->switches_involuntary_n;
}

// Querying many members takes the caller longer than some operations do: that cost is subtracted.
int team_usage(struct team *team, struct usage *usage)
{
	struct usage before = caller_usage(team);
	int status = members_usage(team, usage);
	usage_add(usage, &before, 1);
	usage_add(usage, &team->query_cost, -1);
	struct usage after = caller_usage(team);
	usage_add(&team->query_cost, &after, 1);
	usage_add(&team->query_cost, &before, -1);
	return status;
}
