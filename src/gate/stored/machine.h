// Whether two results come from one kind of machine and one kind of build.
#ifndef TVP_GATE_MACHINE_H
#define TVP_GATE_MACHINE_H

#include <stdbool.h>

#include "host/facts.h"

enum { MACHINE_FACTS_MAX = 16 };

/// One fact that differs; the values live as long as the facts. "not in the file" where one has no such fact.
struct machine_difference {
	const char *key;
	const char *a, *b;
};

/// Whether the kernels must be of one release, or only of one series: "6.1" of "Linux 6.1.0-9 x86_64".
enum machine_kernel { MACHINE_KERNEL_RELEASE, MACHINE_KERNEL_SERIES };

/// Whether a pin means the same CPUs in both: by the same rule (PIN_RULE), or on CPUs that are all of one kind, where
/// the rules agree.
bool machine_pins_alike(const struct facts *a, const struct facts *b);

/// What differs of CPU model, CPUs (number, which, quota), kernel, C library, governor, compiler, its flags, the kind
/// of build and, where pins do not mean the same, their rule. `out` has room for MACHINE_FACTS_MAX. Returns how many.
unsigned machine_compare(const struct facts *a, const struct facts *b, enum machine_kernel kernel,
                         struct machine_difference *out);

/// The kernels from files that both have and whose bytes differ: of each the fact plugin_NAME. It is what is compared,
/// and no reason to refuse. `out` has room for MACHINE_FACTS_MAX. Returns how many.
unsigned machine_compare_plugins(const struct facts *a, const struct facts *b, struct machine_difference *out);

#endif
