// The machine as hwloc sees it, this one or a described one. topology.c and placement.c are the only users of hwloc.
#ifndef TVP_HOST_TOPOLOGY_H
#define TVP_HOST_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct topology;

/// source NULL: this machine (allowed CPUs only; I/O and other objects filtered out so that loading takes ms, not
/// tens); a path ending in .xml: an hwloc XML file; anything else: an hwloc synthetic description ("pack:8 core:64
/// pu:2"). Returns 0, -ENOENT / -EINVAL (no such file, malformed; status_message() names it), or another -errno of the
/// system. Call before threads exist: hwloc reads its environment here, and a described machine is first tried in a
/// child.
int topology_open(struct topology **topology, const char *source);
void topology_close(struct topology *topology);

bool topology_is_this_machine(const struct topology *topology);

/// A variable of the environment that describes another machine to hwloc (launchers of MPI programs export such), and
/// that topology_open() ignores; NULL: there is none.
const char *topology_ignored_variable(void);
/// Take such variables out of the environment.
void topology_ignored_unset(void);

/// Processing units (hardware threads) this process may run on: cpuset and affinity mask applied.
unsigned topology_cpus_n(const struct topology *topology);
/// Counts among the allowed part.
unsigned topology_cores_n(const struct topology *topology);
unsigned topology_packages_n(const struct topology *topology);
unsigned topology_numa_nodes_n(const struct topology *topology);

/// One allowed CPU. The table is in hwloc's logical order: what is near in the machine is near in the table, SMT
/// siblings are neighbours, and every core, cache, NUMA node and package is one contiguous part of it.
struct topology_cpu {
	int os_index;     ///< the kernel's number
	unsigned core;    ///< 0 to cores_n - 1, rising through the table
	unsigned smt;     ///< 0 for the first allowed CPU of its core, 1 for the second, …
	unsigned cache;   ///< of the last level, rising through the table; CPUs that share it have the same
	unsigned package; ///< 0 to packages_n - 1, rising through the table
	int node;         ///< the NUMA node with memory that is nearest, by the kernel's number; -1: none is known
	unsigned kind;    ///< 0 to kinds_n - 1; not in the table's order
};

/// topology_cpus_n() entries, owned by the topology.
const struct topology_cpu *topology_cpus(const struct topology *topology);

/// A NUMA node with memory that this process may use, whether or not CPUs of it are allowed.
struct topology_node {
	int os_index; ///< the kernel's number
	uint64_t bytes;
};
/// All of them, owned by the topology.
const struct topology_node *topology_nodes(const struct topology *topology, unsigned *nodes_n);
/// Whether one of them has that number of the kernel's.
bool topology_has_node(const struct topology *topology, uint64_t node);
/// The node of an allowed CPU, both by the kernel's numbers; -1: none is known.
int topology_node_of(const struct topology *topology, int cpu);
/// The node that is farthest from this one, by the firmware's table of distances, the first of those; -1: no other.
int topology_node_farthest(const struct topology *topology, int node);

enum { TOPOLOGY_KINDS_MAX = 16 };

/// A kind of CPUs: of the big or of the little cores of a hybrid machine.
struct topology_kind {
	char name[32];   ///< "IntelCore", "capacity 997"; "" where nothing is known of it
	unsigned cpus_n; ///< allowed ones, at least one
};

/// Kinds among the allowed CPUs, the strongest first; one where all are alike.
unsigned topology_kinds_n(const struct topology *topology);
/// topology_kinds_n() entries, owned by the topology.
const struct topology_kind *topology_kinds(const struct topology *topology);
/// Whether it is known which kind is the strongest; else they stand in hwloc's order.
bool topology_kinds_ranked(const struct topology *topology);
/// The allowed CPUs of one kind, as topology_allowed_list() writes them. Returns `out`.
char *topology_kind_list(const struct topology *topology, unsigned kind, char *out, size_t out_bytes);

enum { TOPOLOGY_CHOICE_BYTES = 160 };

/// Keep only some of the allowed CPUs, for all that follows: `cpus` is a list of CPUs (3), ranges (2-5), node:N and
/// package:N (NULL: all), `kind` the number of a kind or its name (NULL: all). Of this machine, binds the calling
/// process to them, too, which its children inherit. Call before threads exist. Returns 0; -EINVAL, naming what is no
/// such CPU or not allowed (or more text than TOPOLOGY_CHOICE_BYTES); or another -errno.
int topology_choose(struct topology *topology, const char *cpus, const char *kind);
/// What was given to topology_choose(); NULL.
const char *topology_chosen_cpus(const struct topology *topology);
const char *topology_chosen_kind(const struct topology *topology);

/// The allowed CPUs as the kernel writes lists: "0-3,8". Cut with "…" where `out` is too small. Returns `out`.
char *topology_allowed_list(const struct topology *topology, char *out, size_t out_bytes);

/// A branch of the machine that is drawn: packages, NUMA nodes, dies or last-level caches differ there.
struct topology_part {
	unsigned depth;     ///< 0: the whole machine
	char name[120];     ///< "package 0 · NUMA node 0, 15.6 GiB · L3 32 MiB", "group 0"; "" only of a whole machine
	unsigned cpu_first; ///< its part of topology_cpus()
	unsigned cpus_n;
	bool leaf; ///< no parts below: its cores come next
};

/// All parts, depth first, malloc'd (caller frees). Returns 0 or -ENOMEM.
int topology_parts(const struct topology *topology, struct topology_part **parts, unsigned *parts_n);

/// Size of the largest cache (the last level) in bytes; 0 when unknown.
size_t topology_llc_bytes(const struct topology *topology);

/// The cgroup's quota in CPUs (cpu.max of v2, cpu.cfs_quota_us of v1, the smallest on the way up the tree), as it was
/// when the topology was opened; 0.0 when there is no quota, and of a described machine.
double topology_quota_cpus(const struct topology *topology);
/// For plans: as if there were this quota.
void topology_quota_set(struct topology *topology, double quota_cpus);
/// The most workers that can run at once: the allowed CPUs, or the quota rounded down, at least 1.
unsigned topology_parallel_n(const struct topology *topology);

/// The topology as hwloc XML, malloc'd (caller frees). Returns 0 or -errno.
int topology_xml(const struct topology *topology, char **xml);

#endif
