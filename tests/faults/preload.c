// A library to be preloaded into tvp that makes one call fail: the N-th of that name, in tvp itself, in a runner or in
// a worker. What the program is to do then is what scripts/faults.sh checks.
//
//   TVP_FAULT=CALL:N[:ERRNO][:DEPTH]   N from 1, "N+" for the N-th and all later ones; depth 0 is tvp, 1 a runner, 2
//   and
//                                      more its workers; slices that a gate starts count as runners
//   TVP_FAULT_COUNTS=FILE              a file of sizeof(struct counts) zeros, shared by all processes: calls so far
//
// Only calls made through the dynamic linker are seen: what the C library calls inside itself is not.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FAULT_RETURNS 0 // replaced by the error number

enum call {
#define CALL(name, failed, type, parameters, arguments, error) CALL_##name,
#include "calls.def"
#undef CALL
	CALL_open, // and openat; variadic, as is the next
	CALL_syscall_setaffinity,
	CALL_mq_open,
	CALL_N
};

static const char *const call_names[] = {
#define CALL(name, failed, type, parameters, arguments, error) #name,
#include "calls.def"
#undef CALL
	"open",
	"syscall_setaffinity",
	"mq_open",
};

enum { DEPTHS_N = 4 };

/// In the file of TVP_FAULT_COUNTS.
struct counts {
	_Atomic uint32_t calls_n[DEPTHS_N][CALL_N];
	_Atomic uint32_t failed_n;
};

static struct counts own_counts, *counts = &own_counts;
static int depth = -1; // not one of ours
static struct {
	int call;
	uint32_t first;
	bool later_too;
	int error;
	int depth;
} order = {.call = -1};

static int call_find(const char *name)
{
	for (int call = 0; call < CALL_N; call++)
		if (strcmp(call_names[call], name) == 0)
			return call;
	return -1;
}

static void order_read(const char *text)
{
	char name[40], plus = 0;
	int consumed = 0;
	if (!text || sscanf(text, "%39[^:]:%u%n", name, &order.first, &consumed) != 2)
		return;
	text += consumed;
	plus = *text;
	text += plus == '+';
	order.later_too = plus == '+';
	order.error = 0;
	order.depth = 0;
	if (sscanf(text, ":%d:%d", &order.error, &order.depth) == 0)
		order.depth = 0;
	order.call = call_find(name);
}

static void counts_map(const char *path)
{
	int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	// Not through our own mmap(), which would count.
	long mapped = syscall(SYS_mmap, NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	syscall(SYS_close, fd);
	if (mapped != -1)
		counts = (struct counts *)mapped;
}

__attribute__((constructor)) static void begin(void)
{
	char arguments[4096];
	int fd = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/cmdline", O_RDONLY);
	long bytes = fd >= 0 ? syscall(SYS_read, fd, arguments, sizeof arguments - 1) : 0;
	syscall(SYS_close, fd);
	arguments[bytes > 0 ? bytes : 0] = '\0';
	const char *program = strrchr(arguments, '/');
	if (strcmp(program ? program + 1 : arguments, "tvp") != 0)
		return;
	order_read(getenv("TVP_FAULT"));
	counts_map(getenv("TVP_FAULT_COUNTS"));
	const char *command = arguments + strlen(arguments) + 1;
	depth = command < arguments + bytes && strcmp(command, "slice") == 0 ? 1 : 0;
}

// Whether this call is to fail, with errno set.
static bool fails(enum call call, int usual_error)
{
	if (depth < 0)
		return false;
	int level = depth < DEPTHS_N ? depth : DEPTHS_N - 1;
	uint32_t n = atomic_fetch_add(&counts->calls_n[level][call], 1) + 1;
	if (order.call != (int)call || order.depth != level || n < order.first || (n > order.first && !order.later_too))
		return false;
	atomic_fetch_add(&counts->failed_n, 1);
	// No kernel interrupts a call for ever: who repeats it is right.
	if (usual_error == EINTR && order.later_too)
		usual_error = ECHILD;
	errno = order.error ? order.error : usual_error;
	return true;
}

extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t n, size_t bytes);
extern void *__libc_realloc(void *memory, size_t bytes);

// dlsym() itself allocates.
static void *real_of(const char *name)
{
	if (strcmp(name, "malloc") == 0)
		return __libc_malloc;
	if (strcmp(name, "calloc") == 0)
		return __libc_calloc;
	if (strcmp(name, "realloc") == 0)
		return __libc_realloc;
	return dlsym(RTLD_NEXT, name);
}

// A child is one deeper. The function's own address is asked for first, so that a child need not.
static void note_fork(enum call call, long result)
{
	if (call == CALL_fork && result == 0 && depth >= 0)
		depth++;
}

#define TAKE(...) __VA_ARGS__
#define CALL(name, failed, type, parameters, arguments, error)                         \
	type name parameters                                                               \
	{                                                                                  \
		static type(*real) parameters;                                                 \
		if (!real)                                                                     \
			real = (type(*) parameters)real_of(#name);                                 \
		if (fails(CALL_##name, error))                                                 \
			return #failed[0] == 'F' ? (type)(intptr_t)errno : (type)(intptr_t)failed; \
		type result = real arguments;                                                  \
		note_fork(CALL_##name, (long)(intptr_t)result);                                \
		return result;                                                                 \
	}
#include "calls.def"
#undef CALL

static mode_t mode_of(int flags, va_list arguments)
{
	return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
	va_list arguments;
	va_start(arguments, flags);
	mode_t mode = mode_of(flags, arguments);
	va_end(arguments);
	if (fails(CALL_open, EMFILE))
		return -1;
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));

typedef int mq_open_function(const char *name, int flags, ...);

int mq_open(const char *name, int flags, ...)
{
	static mq_open_function *real;
	if (!real)
		real = (mq_open_function *)dlsym(RTLD_NEXT, "mq_open");
	va_list arguments;
	va_start(arguments, flags);
	mode_t mode = va_arg(arguments, mode_t);
	void *attributes = va_arg(arguments, void *);
	va_end(arguments);
	if (fails(CALL_mq_open, ENOSPC))
		return -1;
	return flags & O_CREAT ? real(name, flags, mode, attributes) : real(name, flags);
}

long syscall(long number, ...)
{
	static long (*real)(long number, ...);
	if (!real)
		real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	va_list list;
	va_start(list, number);
	long argument[6];
	for (int i = 0; i < 6; i++)
		argument[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_sched_setaffinity && fails(CALL_syscall_setaffinity, EINVAL))
		return -1;
	return real(number, argument[0], argument[1], argument[2], argument[3], argument[4], argument[5]);
}
