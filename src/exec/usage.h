// What processes and threads have used: CPU time, page faults, context switches.
#ifndef TVP_EXEC_USAGE_H
#define TVP_EXEC_USAGE_H

#include <stdint.h>

/// Resources used so far; of an executor by its caller and its workers since exec_open().
struct usage {
	uint64_t cpu_ns, faults_n, switches_voluntary_n, switches_involuntary_n;
	uint64_t other_cpu_ns; ///< of cpu_ns, what the other side used, where an experiment tells the sides apart
};

struct rusage;
/// Add what the kernel says.
void usage_add_rusage(struct usage *usage, const struct rusage *rusage);
/// Add getrusage(who) to `usage`.
void usage_of(int who, struct usage *usage);
/// How long a process's first thread, or with 0 the calling thread, could have run and had no CPU yet, also where it
/// has ended and is not reaped; NAN where the kernel does not say.
double usage_queued_ns(int pid);
/// Add what a living process has used. Returns 0, or -ESRCH with a message.
int usage_of_process(int pid, struct usage *usage);

#endif
