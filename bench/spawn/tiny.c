// tvp-tiny FILE OFFSET [CPU]: a minimal program, static and without a C library, so that the kernel's exec is what is
// timed. It does what every created worker does and writes its time stamps to the inherited file at that offset.
#include "bench/twin/spawn_worker.h"

// The kernel starts a program with its arguments on the stack and no return address.
#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall tiny_start\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n_start:\n\tmov x0, sp\n\tbl tiny_start\n");
#endif

_Noreturn void tiny_start(const long *stack);

static long number_of(const char *text)
{
	long number = 0;
	for (; *text >= '0' && *text <= '9'; text++)
		number = number * 10 + (*text - '0');
	return number;
}

_Noreturn __attribute__((used)) void tiny_start(const long *stack)
{
	long arguments_n = stack[0];
	const char *const *argument = (const char *const *)(stack + 1);
	struct spawn_stamps stamps;
	if (arguments_n < 3)
		raw_exit(SPAWN_NOT_WRITTEN);
	long code = spawn_worker_run(&stamps, arguments_n > 3 ? (int)number_of(argument[3]) : -1);
	// To a file, not to a pipe, which would wake the creator before the end that it waits for.
	if (code == SPAWN_DONE && raw_call(SYS_pwrite64, number_of(argument[1]), (long)&stamps, sizeof stamps,
	                                   number_of(argument[2])) != sizeof stamps)
		code = SPAWN_NOT_WRITTEN;
	raw_exit(code);
}
