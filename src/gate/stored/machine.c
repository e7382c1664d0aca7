// The source's revision (git_revision) is not among these: results are compared because it differs.
#include "gate/stored/machine.h"

#include <stdlib.h>
#include <string.h>

static const char *const keys[] = {
	"cpu_model", "cpus_n",   "allowed_cpus", "quota_cpus",     "kernel",
	"libc",      "governor", "compiler",     "compiler_flags", "build",
};
enum { KEYS_N = sizeof keys / sizeof *keys };
_Static_assert((int)KEYS_N < (int)MACHINE_FACTS_MAX, "room for every difference");

// How much of "Linux 6.1.0-9 x86_64" names the series: up to the second full stop.
static size_t series_length(const char *kernel)
{
	size_t major = strcspn(kernel, ".");
	return kernel[major] ? major + 1 + strcspn(kernel + major + 1, ".- ") : major;
}

static bool same(const char *key, const char *a, const char *b, enum machine_kernel kernel)
{
	if (strcmp(a, b) == 0)
		return true;
	if (kernel == MACHINE_KERNEL_RELEASE || strcmp(key, "kernel") != 0)
		return false;
	size_t length = series_length(a);
	return length == series_length(b) && strncmp(a, b, length) == 0;
}

static unsigned number_of(const struct facts *facts, const char *key)
{
	const char *text = facts_get(facts, key);
	return text ? (unsigned)atoi(text) : 1; // files of versions before there were several have neither fact
}

bool machine_pins_alike(const struct facts *a, const struct facts *b)
{
	bool matters = number_of(a, "cpu_kinds_n") > 1 || number_of(b, "cpu_kinds_n") > 1;
	return !matters || number_of(a, "pin_rule") == number_of(b, "pin_rule");
}

unsigned machine_compare(const struct facts *a, const struct facts *b, enum machine_kernel kernel,
                         struct machine_difference *out)
{
	unsigned n = 0;
	for (unsigned i = 0; i < KEYS_N; i++) {
		const char *of_a = facts_get(a, keys[i]), *of_b = facts_get(b, keys[i]);
		of_a = of_a ? of_a : "not in the file";
		of_b = of_b ? of_b : "not in the file";
		if (!same(keys[i], of_a, of_b, kernel))
			out[n++] = (struct machine_difference){keys[i], of_a, of_b};
	}
	if (!machine_pins_alike(a, b)) {
		const char *of_a = facts_get(a, "pin_rule"), *of_b = facts_get(b, "pin_rule");
		out[n++] = (struct machine_difference){"pin_rule", of_a ? of_a : "1", of_b ? of_b : "1"};
	}
	return n;
}

// The hash, up to the first blank; behind it stand the path and the compiler.
static bool same_file(const char *a, const char *b)
{
	size_t length = strcspn(a, " ");
	return length == strcspn(b, " ") && strncmp(a, b, length) == 0;
}

unsigned machine_compare_plugins(const struct facts *a, const struct facts *b, struct machine_difference *out)
{
	unsigned n = 0;
	for (unsigned i = 0; i < a->facts_n && n < MACHINE_FACTS_MAX; i++) {
		const struct fact *fact = &a->fact[i];
		if (strncmp(fact->key, PLUGIN_FACT, strlen(PLUGIN_FACT)) != 0)
			continue;
		const char *other = facts_get(b, fact->key);
		if (other && !same_file(fact->value, other))
			out[n++] = (struct machine_difference){fact->key, fact->value, other};
	}
	return n;
}
