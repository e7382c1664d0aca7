// The parts of facts_read(). Internal to src/host.
#ifndef TVP_HOST_FACTS_PARTS_H
#define TVP_HOST_FACTS_PARTS_H

#include "host/facts.h"

#include <stdbool.h>
#include <stddef.h>

#define FACT_UNKNOWN "not available here"

/// The first line of a file without its newline; "" and false where it cannot be read (an empty file is false too).
bool line_read(const char *path, char *line, size_t line_bytes);

/// cpu_model, cpu_vendor, cpu_family, cpu_model_number, cpu_stepping, hypervisor, cpu_mitigations.
void facts_add_cpu(struct facts *facts);
/// smt, governor, turbo.
void facts_add_power(struct facts *facts, const struct topology *topology);
/// kernel, libc, page_bytes, memory_bytes, aslr, load_average, scheduling.
void facts_add_system(struct facts *facts);
/// compiler, compiler_flags, git_revision, build.
void facts_add_build(struct facts *facts);
/// The warnings, from the facts read before.
void facts_judge(struct facts *facts, const struct topology *topology);

#endif
