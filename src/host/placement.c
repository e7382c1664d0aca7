// The plan, made with hwloc, and its application by the worker itself: two system calls and nothing else. A fresh child
// has to fault in every page it touches, 3.4 µs each on a virtual machine; binding through hwloc there cost 14 of them.
#include "host/placement.h"

#include "base/hot.h"
#include "base/status.h"
#include "host/binding.h"
#include "host/placement_order.h"
#include "host/topology_hwloc.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// Eight sets of 1024 CPUs: Linux knows at most 8192, and refuses a mask too short for those it could have.
enum { WORKERS_MAX = 1024, MASKS_N = 8, WORD_BITS = 8 * sizeof(unsigned long) };

struct placement {
	const struct topology *topology;
	enum pin pin;
	unsigned workers_n;
	unsigned cpus_n;            ///< 0 for PIN_NONE
	unsigned distinct_n;        ///< different CPUs among them
	int *cpu;                   ///< OS indices: worker w runs on cpu[w modulo cpus_n]
	cpu_set_t allowed[MASKS_N]; ///< what placement_release() restores
	bool fixed;                 ///< nobody can choose another
};

static const char *const names[PIN_N] = {
	[PIN_NONE] = "none",
	[PIN_COMPACT] = "compact",
	[PIN_SPREAD] = "spread",
	[PIN_SAME] = "same",
};

const char *pin_name(enum pin pin)
{
	return names[pin];
}

int pin_parse(const char *text, enum pin *pin)
{
	for (int i = 0; i < PIN_N; i++) {
		if (strcmp(text, names[i]) == 0) {
			*pin = (enum pin)i;
			return 0;
		}
	}
	return status_say(EINVAL, "unknown pin \"%s\" (none, compact, spread or same)", text);
}

static int cpus_assign(struct placement *placement)
{
	const struct topology *topology = placement->topology;
	unsigned cpus_n = placement->pin == PIN_SAME ? 1 : placement->workers_n;
	if (cpus_n > topology->cpus_n)
		cpus_n = topology->cpus_n;
	placement->cpu = calloc(topology->cpus_n, sizeof *placement->cpu);
	if (!placement->cpu || placement_order(topology, placement->pin == PIN_SPREAD, placement->cpu))
		return -ENOMEM;
	placement->distinct_n = placement->cpus_n = cpus_n;
	return 0;
}

int placement_plan(const struct topology *topology, enum pin pin, unsigned workers_n, struct placement **placement)
{
	*placement = NULL;
	if (workers_n < 1 || workers_n > WORKERS_MAX)
		return status_say(EINVAL, "%u workers: a plan has 1 to %d", workers_n, WORKERS_MAX);
	struct placement *planned = calloc(1, sizeof *planned);
	if (!planned)
		return status_fail(ENOMEM, "planning %u workers", workers_n);
	*planned = (struct placement){.topology = topology, .pin = pin, .workers_n = workers_n};
	if (pin != PIN_NONE && cpus_assign(planned)) {
		placement_free(planned);
		return status_fail(ENOMEM, "planning %u workers", workers_n);
	}
	for (unsigned i = 0; i < topology->cpus_n; i++)
		CPU_SET_S((size_t)topology->cpu[i].os_index, sizeof planned->allowed, planned->allowed);
	*placement = planned;
	return 0;
}

static bool cpu_allowed(const struct topology *topology, int os_index)
{
	for (unsigned i = 0; i < topology->cpus_n; i++)
		if (topology->cpu[i].os_index == os_index)
			return true;
	return false;
}

static unsigned distinct(const int *cpu, unsigned cpus_n)
{
	unsigned distinct_n = 0;
	for (unsigned i = 0, j; i < cpus_n; i++) {
		for (j = 0; j < i && cpu[j] != cpu[i]; j++)
			;
		distinct_n += j == i;
	}
	return distinct_n;
}

int placement_on(const struct topology *topology, const int *cpu, unsigned cpus_n, struct placement **placement)
{
	*placement = NULL;
	for (unsigned i = 0; i < cpus_n; i++)
		if (!cpu_allowed(topology, cpu[i]))
			return status_say(EINVAL, "CPU %d is not an allowed CPU", cpu[i]);
	struct placement *planned;
	int status = placement_plan(topology, PIN_COMPACT, cpus_n, &planned);
	if (status < 0)
		return status;
	int *copy = malloc(cpus_n * sizeof *copy);
	if (!copy) {
		placement_free(planned);
		return status_fail(ENOMEM, "planning %u workers", cpus_n);
	}
	free(planned->cpu);
	memcpy(copy, cpu, cpus_n * sizeof *copy);
	planned->cpu = copy;
	planned->cpus_n = cpus_n;
	planned->distinct_n = distinct(cpu, cpus_n);
	planned->fixed = true;
	*placement = planned;
	return 0;
}

void placement_fix(struct placement *placement)
{
	placement->fixed = true;
}

void placement_free(struct placement *placement)
{
	if (!placement)
		return;
	free(placement->cpu);
	free(placement);
}

HOT_IN_CHILD int placement_cpu(const struct placement *placement, unsigned worker)
{
	return placement->cpus_n ? placement->cpu[worker % placement->cpus_n] : -1;
}

unsigned placement_cpus_n(const struct placement *placement)
{
	return placement->cpus_n ? placement->distinct_n : placement->topology->cpus_n;
}

// Raw system calls: sched_getaffinity() of the C library clears the rest of the mask and CPU_COUNT() counts all of it,
// each with a page fault of its own.
HOT_IN_CHILD static int binding_check(int os_index)
{
	unsigned long mask[MASKS_N * sizeof(cpu_set_t) / sizeof(unsigned long)];
	long known_bytes = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
	if (known_bytes < 0)
		return status_fail(errno, "reading back the affinity mask");
	unsigned word = (unsigned)os_index / WORD_BITS, wrong = 0;
	for (unsigned i = 0; i < (size_t)known_bytes / sizeof *mask; i++)
		wrong |= mask[i] != (i == word ? 1ul << (unsigned)os_index % WORD_BITS : 0);
	if (!wrong)
		return 0;
	return status_say(EXDEV, "bound to CPU %d, but the kernel reports another affinity mask", os_index);
}

unsigned placement_allowed_n(const struct placement *placement)
{
	return placement->topology->cpus_n;
}

static int description_refuse(void)
{
	return status_say(ENOTSUP,
	                  "this topology is a description of another machine: it can be planned for, but not run on");
}

int placement_fail(const struct placement *placement, unsigned worker, int error)
{
	return binding_fail(placement_cpu(placement, worker), error,
	                    placement->fixed ? "" : "; --pin=none measures without");
}

HOT_IN_CHILD int placement_apply(const struct placement *placement, unsigned worker)
{
	if (!placement->topology->this_machine)
		return description_refuse();
	if (!placement->cpus_n)
		return 0;
	int os_index = placement_cpu(placement, worker);
	unsigned word = (unsigned)os_index / WORD_BITS;
	unsigned long mask[word + 1]; // the kernel takes the rest for zero
	for (unsigned i = 0; i <= word; i++)
		mask[i] = i == word ? 1ul << (unsigned)os_index % WORD_BITS : 0;
	if (syscall(SYS_sched_setaffinity, 0, sizeof mask, mask))
		return placement_fail(placement, worker, errno);
	return binding_check(os_index);
}

// Where binding is refused nothing was ever bound, and what is not bound can be measured.
static bool is_released(const struct placement *placement)
{
	cpu_set_t now[MASKS_N];
	memset(now, 0, sizeof now);
	return sched_getaffinity(0, sizeof now, now) == 0 && memcmp(now, placement->allowed, sizeof now) == 0;
}

int placement_release(const struct placement *placement)
{
	if (!placement->topology->this_machine)
		return description_refuse();
	if (sched_setaffinity(0, sizeof placement->allowed, placement->allowed) == 0)
		return 0;
	int error = errno;
	return is_released(placement) ? 0 : status_fail(error, "restoring the full affinity mask");
}

int placement_spare(const struct placement *placement)
{
	if (!placement->topology->this_machine)
		return description_refuse();
	cpu_set_t spare[MASKS_N];
	memcpy(spare, placement->allowed, sizeof spare);
	for (unsigned i = 0; i < placement->cpus_n; i++)
		CPU_CLR_S((size_t)placement->cpu[i], sizeof spare, spare);
	if (placement->cpus_n == 0 || CPU_COUNT_S(sizeof spare, spare) == 0)
		return placement_release(placement);
	if (sched_setaffinity(0, sizeof spare, spare))
		return status_fail(errno, "binding the caller to CPUs other than its workers'");
	return 0;
}

int placement_narrow(void)
{
	cpu_set_t allowed[MASKS_N], first[MASKS_N];
	size_t cpu = 0;
	if (sched_getaffinity(0, sizeof allowed, allowed))
		return status_fail(errno, "reading the CPUs this process may run on");
	while (cpu < 8 * sizeof allowed && !CPU_ISSET_S(cpu, sizeof allowed, allowed))
		cpu++;
	CPU_ZERO_S(sizeof first, first);
	CPU_SET_S(cpu, sizeof first, first);
	return sched_setaffinity(0, sizeof first, first) ? status_fail(errno, "binding this process to CPU %zu", cpu) : 0;
}
