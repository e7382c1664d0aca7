// CPU features by cpuid (which also asks whether the OS saves the registers), and the size of the last cache level.
// Caveat: the answer is kept for the life of the process; TVP_ISA must be set before the first question.
#include "kernel/isa.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"scalar", "neon", "avx2", "avx512"};
enum { ISA_N = sizeof(names) / sizeof(names[0]), ISA_UNKNOWN = -1 };

const char *isa_name(enum isa isa)
{
	return names[isa];
}

static enum isa isa_detect(void)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma"))
		return ISA_AVX512;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		return ISA_AVX2;
	return ISA_SCALAR;
#elif defined(__aarch64__)
	return ISA_NEON;
#else
	return ISA_SCALAR;
#endif
}

static enum isa isa_lower(enum isa best, const char *wish)
{
	for (int isa = 0; wish && isa < ISA_N; isa++)
		if (!strcmp(wish, names[isa]) && isa != ISA_NEON && best != ISA_NEON && isa < (int)best)
			return (enum isa)isa;
	return best;
}

const char *isa_path(const struct problem *problem)
{
	(void)problem;
	return isa_name(isa_best());
}

enum isa isa_best(void)
{
	// Threads may race to fill it in: they all store the same value.
	static _Atomic int known = ISA_UNKNOWN;
	int isa = atomic_load_explicit(&known, memory_order_relaxed);
	if (isa == ISA_UNKNOWN) {
		isa = (int)isa_lower(isa_detect(), getenv("TVP_ISA"));
		atomic_store_explicit(&known, isa, memory_order_relaxed);
	}
	return (enum isa)isa;
}

// From sysfs, not sysconf(): on some AMD parts glibc adds up the last-level caches of the whole package.
static size_t cache_read(unsigned index)
{
	char path[80], unit = 0;
	unsigned long size = 0;
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu0/cache/index%u/size", index);
	FILE *file = fopen(path, "re");
	if (!file)
		return 0;
	int fields_n = fscanf(file, "%lu%c", &size, &unit);
	fclose(file);
	if (fields_n < 1)
		return 0;
	return (size_t)size << (unit == 'G' ? 30 : unit == 'M' ? 20 : unit == 'K' ? 10 : 0);
}

// Read once: ten files take longer than to fork, and runners inherit what is known.
size_t isa_cache_bytes(void)
{
	enum { LEVELS_MAX = 8 };
	static _Atomic size_t known;
	size_t most = atomic_load_explicit(&known, memory_order_relaxed);
	if (most > 0)
		return most;
	for (unsigned index = 0; index < LEVELS_MAX; index++) {
		size_t bytes = cache_read(index);
		most = bytes > most ? bytes : most;
	}
	most = most ? most : (size_t)32 << 20;
	atomic_store_explicit(&known, most, memory_order_relaxed);
	return most;
}
