// Loading a topology, this machine's or a described one, and the table of allowed CPUs everything else works from.
// hwloc 2.9 crashes on some damaged XML files and complains on stderr: a description is first tried in a forked child.
#include "host/topology_hwloc.h"

#include "base/status.h"
#include "host/task_limits.h"
#include "host/cgroup.h"
#include "host/crash_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// What hwloc takes from its environment and offers no other switch for. Plugins (OpenCL, GL, PCI) add nothing to CPUs
// and take 2 ms to load, 40 ms from a cold disk, but the one for XML reads files that hwloc itself did not write. The
// others would put a described machine, which launchers export for their own use, in the place of this one.
static const char *const described_by[] = {"HWLOC_XMLFILE", "HWLOC_SYNTHETIC"};
enum { DESCRIBED_BY_N = sizeof described_by / sizeof *described_by, OVERRIDES_N = DESCRIBED_BY_N + 1 };

struct override {
	const char *variable;
	const char *value; ///< NULL: unset
	char *before;      ///< malloc'd; NULL: was unset
};

static int override_begin(struct override *override)
{
	const char *before = getenv(override->variable);
	override->before = before ? strdup(before) : NULL;
	if (before && !override->before)
		return status_fail(ENOMEM, "opening the topology");
	if (override->value)
		setenv(override->variable, override->value, 1);
	else
		unsetenv(override->variable);
	return 0;
}

static void override_end(struct override *override)
{
	if (override->before)
		setenv(override->variable, override->before, 1);
	else
		unsetenv(override->variable);
	free(override->before);
}

const char *topology_ignored_variable(void)
{
	for (size_t i = 0; i < DESCRIBED_BY_N; i++)
		if (getenv(described_by[i]))
			return described_by[i];
	return NULL;
}

void topology_ignored_unset(void)
{
	for (size_t i = 0; i < DESCRIBED_BY_N; i++)
		unsetenv(described_by[i]);
}

static int hwloc_configure(hwloc_topology_t hwloc, const char *source)
{
	// The x86 component moves this thread to every CPU to query it; Linux's sysfs has the same information.
	if (!source)
		hwloc_topology_set_components(hwloc, HWLOC_TOPOLOGY_COMPONENTS_FLAG_BLACKLIST, "x86");
	if (hwloc_topology_set_io_types_filter(hwloc, HWLOC_TYPE_FILTER_KEEP_NONE) ||
	    hwloc_topology_set_icache_types_filter(hwloc, HWLOC_TYPE_FILTER_KEEP_NONE) ||
	    hwloc_topology_set_type_filter(hwloc, HWLOC_OBJ_MISC, HWLOC_TYPE_FILTER_KEEP_NONE))
		return status_fail(errno, "setting hwloc's filters");
	if (!source)
		return 0;
	return topology_source_is_xml(source) ? hwloc_topology_set_xml(hwloc, source)
	                                      : hwloc_topology_set_synthetic(hwloc, source);
}

static bool has_cpuless_node(hwloc_topology_t hwloc)
{
	for (hwloc_obj_t node = NULL; (node = hwloc_get_next_obj_by_type(hwloc, HWLOC_OBJ_NUMANODE, node));)
		if (hwloc_bitmap_iszero(node->cpuset))
			return true;
	return false;
}

// hwloc 2.9 fails an assertion where it is to remove nodes without CPUs and the machine has such nodes of its own: then
// all of them stay.
static int restrict_to(hwloc_topology_t hwloc, hwloc_const_bitmap_t cpus)
{
	unsigned long flags = has_cpuless_node(hwloc) ? 0 : HWLOC_RESTRICT_FLAG_REMOVE_CPULESS;
	if (hwloc_topology_restrict(hwloc, cpus, flags))
		return status_fail(errno, "restricting the topology to some of its CPUs");
	return 0;
}

// hwloc respects the cpuset, but not the affinity mask that we were started with (taskset).
static int restrict_to_affinity(const struct topology *topology)
{
	hwloc_bitmap_t mask = hwloc_bitmap_alloc();
	if (!mask)
		return status_fail(ENOMEM, "reading the affinity mask");
	int status = hwloc_get_cpubind(topology->hwloc, mask, HWLOC_CPUBIND_THREAD);
	if (status)
		status = status_fail(errno, "reading the affinity mask");
	else if (!hwloc_bitmap_isincluded(hwloc_topology_get_topology_cpuset(topology->hwloc), mask))
		status = restrict_to(topology->hwloc, mask);
	hwloc_bitmap_free(mask);
	return status;
}

// The cache farthest from a CPU, whatever its level; NULL where the machine has none.
static hwloc_obj_t last_cache(hwloc_obj_t pu)
{
	hwloc_obj_t last = NULL;
	for (hwloc_obj_t object = pu->parent; object; object = object->parent)
		if (hwloc_obj_type_is_dcache(object->type))
			last = object;
	return last;
}

int topology_index(struct topology *topology)
{
	free(topology->cpu);
	topology->cpu = NULL;
	topology->cpus_n = topology->cores_n = 0;
	int pus_n = hwloc_get_nbobjs_by_type(topology->hwloc, HWLOC_OBJ_PU);
	if (pus_n < 1)
		return status_say(EINVAL, "the topology has no CPU");
	topology->cpu = calloc((size_t)pus_n, sizeof *topology->cpu);
	if (!topology->cpu)
		return status_fail(ENOMEM, "indexing the topology");
	hwloc_obj_t core_before = NULL, cache_before = NULL;
	for (int i = 0; i < pus_n; i++) {
		hwloc_obj_t pu = hwloc_get_obj_by_type(topology->hwloc, HWLOC_OBJ_PU, (unsigned)i);
		hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(topology->hwloc, HWLOC_OBJ_CORE, pu);
		hwloc_obj_t package = hwloc_get_ancestor_obj_by_type(topology->hwloc, HWLOC_OBJ_PACKAGE, pu);
		struct topology_cpu *cpu = &topology->cpu[i];
		// A machine without cores has one per CPU.
		bool sibling = core && core == core_before;
		cpu->os_index = (int)pu->os_index;
		cpu->core = sibling ? topology->cores_n - 1 : topology->cores_n++;
		cpu->smt = sibling ? cpu[-1].smt + 1 : 0;
		cpu->node = topology_node_of_pu(topology, pu);
		cpu->package = package ? package->logical_index : 0;
		// Where no cache is known, each core counts as one.
		hwloc_obj_t cache = last_cache(pu);
		bool shares = i > 0 && (cache ? cache == cache_before : !cache_before && sibling);
		cpu->cache = i == 0 ? 0 : cpu[-1].cache + !shares;
		core_before = core;
		cache_before = cache;
	}
	topology->cpus_n = (unsigned)pus_n;
	return topology_kinds_index(topology);
}

static int load_under(struct topology *topology, const char *source)
{
	if (hwloc_topology_init(&topology->hwloc))
		return status_fail(ENOMEM, "hwloc_topology_init");
	if (hwloc_configure(topology->hwloc, source) || hwloc_topology_load(topology->hwloc))
		return status_fail(errno ? errno : EIO, "reading the topology of %s", source ? source : "this machine");
	topology->this_machine = !source && hwloc_topology_is_thissystem(topology->hwloc);
	topology->quota_cpus = topology->this_machine ? cgroup_quota_cpus("") : 0.0;
	int status = topology_nodes_index(topology);
	if (status == 0 && topology->this_machine)
		status = restrict_to_affinity(topology);
	return status ? status : topology_index(topology);
}

int topology_restrict(struct topology *topology, hwloc_const_bitmap_t cpus)
{
	int status = restrict_to(topology->hwloc, cpus);
	return status ? status : topology_index(topology);
}

static int source_load(struct topology *topology, const char *source)
{
	struct override overrides[OVERRIDES_N];
	unsigned n = 0;
	int status = 0;
	if (!source || !topology_source_is_xml(source))
		overrides[n++] = (struct override){"HWLOC_PLUGINS_PATH", "/dev/null", NULL};
	for (size_t i = 0; i < DESCRIBED_BY_N; i++)
		overrides[n++] = (struct override){described_by[i], NULL, NULL};
	unsigned begun_n = 0;
	while (status == 0 && begun_n < n)
		if ((status = override_begin(&overrides[begun_n])) == 0)
			begun_n++;
	if (status == 0)
		status = load_under(topology, source);
	while (begun_n > 0)
		override_end(&overrides[--begun_n]);
	return status;
}

static void source_try_child(const char *source)
{
	struct rlimit no_core = {0, 0};
	setrlimit(RLIMIT_CORE, &no_core);
	int null = open("/dev/null", O_WRONLY);
	if (null >= 0)
		dup2(null, STDERR_FILENO);
	signal(SIGALRM, SIG_DFL); // whatever a handler of whoever loads this would make of it
	alarm(10);
	struct topology topology = {0};
	struct topology_part *parts;
	unsigned parts_n;
	int status = source_load(&topology, source);
	if (!status)
		status = topology_parts(&topology, &parts, &parts_n);
	_exit(status == -ENOMEM ? ENOMEM : status ? EINVAL : 0);
}

static int source_judge(const char *source, int wait_status)
{
	if (WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGALRM)
		return status_say(EINVAL, "\"%s\": hwloc takes more than 10 s to read it", source);
	if (WIFSIGNALED(wait_status))
		return status_say(EINVAL, "\"%s\" is damaged: hwloc cannot read it (%s)", source,
		                  strsignal(WTERMSIG(wait_status)));
	if (WEXITSTATUS(wait_status) == ENOMEM)
		return status_fail(ENOMEM, "\"%s\"", source);
	return WEXITSTATUS(wait_status) ? topology_source_refuse(source) : 0;
}

// Whether a description can be read at all, found out in a child, whose crash does no harm and whose stderr is dropped.
static int source_try(const char *source)
{
	if (topology_source_is_xml(source) && access(source, R_OK))
		return status_fail(errno, "%s", source);
	pid_t child = fork();
	if (child < 0)
		return status_fail_task(errno, "%s: fork", source);
	if (child == 0)
		source_try_child(source);
	int wait_status;
	while (waitpid(child, &wait_status, 0) < 0)
		if (errno != EINTR)
			return status_fail(errno, "%s: waitpid", source);
	return source_judge(source, wait_status);
}

int topology_open(struct topology **topology, const char *source)
{
	*topology = NULL;
	int status = source ? source_try(source) : 0;
	if (status)
		return status;
	struct topology *opened = calloc(1, sizeof *opened);
	if (!opened)
		return status_fail(ENOMEM, "opening the topology");
	struct crash_guard guard;
	// Of a description as well: what its child could load may fail here for want of memory.
	crash_guard_begin(&guard, source ? source : "this machine");
	status = source_load(opened, source);
	crash_guard_end(&guard);
	if (status)
		topology_close(opened);
	else
		*topology = opened;
	return status;
}

void topology_close(struct topology *topology)
{
	if (!topology)
		return;
	if (topology->hwloc)
		hwloc_topology_destroy(topology->hwloc);
	free(topology->cpu);
	free(topology->node);
	free(topology->distance);
	free(topology);
}
