// What each pair of CPUs took: of visits that measure many pairs, and of rows that are one pair each.
#ifndef TVP_REPORT_TABLE_CPU_PAIRS_H
#define TVP_REPORT_TABLE_CPU_PAIRS_H

#include "report/table/derive.h"
#include "report/text/document.h"

/// One pair, whichever of the two began. There is no interval: few visits or one measured it.
struct cpu_pair {
	int32_t cpu[2]; ///< by the kernel's numbers, the lower one first
	bool processes; ///< else threads
	double wall_ns; ///< median over its visits
	uint32_t visits_n;
};

struct cpu_pairs {
	struct cpu_pair *pair; ///< malloc'd; by threads and processes, then by CPUs
	uint32_t n;
	int32_t *cpu; ///< malloc'd; the CPUs that occur, rising
	uint32_t cpus_n;
	const char *experiment; ///< whose pairs they are; NULL: there are none
};

enum { CPU_MATRIX_MOST = 32 };

/// Returns 0 or -ENOMEM. Free with cpu_pairs_free() either way.
int cpu_pairs_open(struct cpu_pairs *pairs, const struct derived *derived);
void cpu_pairs_free(struct cpu_pairs *pairs);
/// The position of a CPU among those that occur.
uint32_t cpu_pairs_index(const struct cpu_pairs *pairs, int32_t cpu);

/// Print them as a matrix of at most CPU_MATRIX_MOST CPUs, threads above the diagonal and processes below it; nothing
/// where there are none. Returns 0 or -ENOMEM.
int cpu_matrix_print(const struct document *document, const struct derived *derived);

#endif
