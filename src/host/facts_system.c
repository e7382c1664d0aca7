// The kernel, the C library, the memory, and how this program itself was built.
#include "host/facts_parts.h"

#include "host/scheduling.h"

#include <gnu/libc-version.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/utsname.h>
#include <unistd.h>

#ifndef TVP_COMPILER_FLAGS
#define TVP_COMPILER_FLAGS "unknown"
#endif
#ifndef TVP_GIT_REVISION
#define TVP_GIT_REVISION "unknown"
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BUILD_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BUILD_SANITIZED 1
#endif
#endif

static const char *build_kind(void)
{
#if defined(BUILD_SANITIZED)
	return "sanitized";
#elif !defined(__OPTIMIZE__)
	return "not optimized";
#elif !defined(NDEBUG)
	return "optimized, assertions on";
#else
	return "release";
#endif
}

static const char *aslr_state(void)
{
	char line[16];
	int now = personality(0xffffffff);
	if (now >= 0 && (now & ADDR_NO_RANDOMIZE))
		return "off for this process";
	if (!line_read("/proc/sys/kernel/randomize_va_space", line, sizeof line))
		return FACT_UNKNOWN;
	if (strcmp(line, "0") == 0)
		return "off";
	return strcmp(line, "1") == 0 ? "partial" : "on";
}

const char *facts_revision(void)
{
	return TVP_GIT_REVISION;
}

static void load_add(struct facts *facts)
{
	char line[64], one[16], five[16], fifteen[16];
	if (line_read("/proc/loadavg", line, sizeof line) && sscanf(line, "%15s %15s %15s", one, five, fifteen) == 3)
		facts_add(facts, "load_average", "%s %s %s", one, five, fifteen);
	else
		facts_add(facts, "load_average", FACT_UNKNOWN);
}

static void scheduling_add(struct facts *facts)
{
	int policy = scheduling_policy();
	struct sched_param parameters = {0};
	sched_getparam(0, &parameters);
	if (scheduling_is_real_time())
		facts_add(facts, "scheduling", "%s, priority %d", policy == SCHED_FIFO ? "SCHED_FIFO" : "SCHED_RR",
		          parameters.sched_priority);
	else
		facts_add(facts, "scheduling", "%s",
		          policy == SCHED_OTHER   ? "SCHED_OTHER"
		          : policy == SCHED_BATCH ? "SCHED_BATCH"
		          : policy == SCHED_IDLE  ? "SCHED_IDLE"
		                                  : FACT_UNKNOWN);
}

void facts_add_system(struct facts *facts)
{
	struct utsname name;
	if (uname(&name) == 0)
		facts_add(facts, "kernel", "%s %s %s", name.sysname, name.release, name.machine);
	else
		facts_add(facts, "kernel", FACT_UNKNOWN);
	facts_add(facts, "libc", "glibc %s", gnu_get_libc_version());
	long page_bytes = sysconf(_SC_PAGESIZE), pages_n = sysconf(_SC_PHYS_PAGES);
	facts_add(facts, "page_bytes", "%ld", page_bytes);
	facts_add(facts, "memory_bytes", "%lld", (long long)page_bytes * pages_n);
	facts_add(facts, "aslr", "%s", aslr_state());
	load_add(facts);
	scheduling_add(facts);
}

void facts_add_build(struct facts *facts)
{
#ifdef __clang__
	facts_add(facts, "compiler", "%s", __VERSION__);
#else
	facts_add(facts, "compiler", "gcc %s", __VERSION__);
#endif
	facts_add(facts, "compiler_flags", "%s", TVP_COMPILER_FLAGS);
	facts_add(facts, "git_revision", "%s", facts_revision());
	facts_add(facts, "build", "%s", build_kind());
}
