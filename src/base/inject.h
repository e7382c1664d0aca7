// Slowdowns of a known size, made on purpose, to validate the regression gate. This is their arithmetic and the reading
// of the request, in every build; only builds with the CMake option TVP_INJECT call it.
#ifndef TVP_BASE_INJECT_H
#define TVP_BASE_INJECT_H

#include <stdint.h>

/// The environment variable with the request: "NAME:KKKK", always four digits, so that the environment (and with it the
/// address of the stack) is the same whatever the slowdown. NAME is a kernel's, or "wait"; the slowdown is 1/KKKK:
/// "sum:0020" is 5 % more of the kernel sum, "sum:0000" is none, by the same instructions.
#define INJECT_VARIABLE "TVP_INJECT"
/// NAME of the slowdown that is not a kernel's: every timed operation takes 1/KKKK longer.
#define INJECT_WAIT "wait"

enum { INJECT_NAME_BYTES = 32 };

struct inject {
	char name[INJECT_NAME_BYTES]; ///< "": nothing was requested
	unsigned every;               ///< KKKK: of so many items one is done twice; 0: of none
};

/// Read a request. text: NULL is none. Returns 0, or -EINVAL with a message naming the variable; then *inject is none.
int inject_parse(const char *text, struct inject *inject);

/// This process's request: the variable as it was at the first call, in any thread. One that cannot be read is none
/// here.
const struct inject *inject_asked(void);

/// 0, or -EINVAL with a message, where the variable cannot be read.
int inject_check(void);

/// This process's request where it names `name`, even for a slowdown of none; else NULL.
const struct inject *inject_for(const char *name);

/// How many of the items [first, first + items_n) are done twice, in whole grains as long as there are so many items.
/// It depends on the position, so that however [0, N) is cut, the parts add up to N/every, to the nearest grain.
uint64_t inject_items(uint64_t first, uint64_t items_n, unsigned every, uint64_t grain_items);

#endif
