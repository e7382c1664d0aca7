// Other programs of this kind that measure at the same time: each disturbs the other, and neither would know.
#ifndef TVP_HOST_OTHER_RUNS_H
#define TVP_HOST_OTHER_RUNS_H

#include <stdint.h>

/// Bind an abstract Unix socket named by this process, which others find in /proc/net/unix for as long as this process
/// lives: nothing to clean up, and nobody can be kept from measuring by it. It is seen in the same network namespace
/// only, which containers have of their own. A second call does nothing. Failing is silent: then nobody is warned.
void other_runs_announce(void);

/// How many others have announced themselves; *pid: of one of them, as it was called in its own PID namespace.
unsigned other_runs_n(int *pid);

/// Wait until there are none, for at most so long. Returns how many are left.
unsigned other_runs_wait(uint64_t most_ns, int *pid);

#endif
