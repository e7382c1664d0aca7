// Why the kernel would not make another process or thread: EAGAIN alone names none of the limits it can mean.
#ifndef TVP_HOST_TASK_LIMITS_H
#define TVP_HOST_TASK_LIMITS_H

/// As status_fail(), for a failed fork(), clone(), pthread_create() or posix_spawn(): after EAGAIN the message names
/// the limit that is reached (pids.max of the cgroup, RLIMIT_NPROC, threads-max), after ENOMEM the overcommit policy
/// where that is why. Call at once: the limit is looked for as things stand. Returns -error.
int status_fail_task(int error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
