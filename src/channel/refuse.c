// Which errors are a machine's limits rather than our faults.
#include "channel/refuse.h"

#include <errno.h>
#include <sys/resource.h>

#include "base/status.h"
#include "channel/leftovers.h"

static int refuse_descriptors(const char *what)
{
	struct rlimit limit = {0};
	getrlimit(RLIMIT_NOFILE, &limit);
	return status_say(ENOTSUP, "%s: all %llu file descriptors of this process are in use (RLIMIT_NOFILE)", what,
	                  (unsigned long long)limit.rlim_cur);
}

int channel_refuse(int error, const char *what)
{
	switch (error) {
	case EMFILE:
		return refuse_descriptors(what);
	case ENFILE:
		return status_say(ENOTSUP, "%s: all file descriptors of this machine are in use (fs.file-max)", what);
	case ENOSYS:
	case EAFNOSUPPORT:
	case EPROTONOSUPPORT:
		return status_say(ENOTSUP, "%s: not supported by this kernel", what);
	case EPERM:
	case EACCES:
		return status_say(ENOTSUP, "%s: not permitted here, by a sandbox or a security module", what);
	case ENOSPC:
		return status_say(ENOTSUP, "%s: the limit of this machine is reached", what);
	case EUSERS: // of channel_ipc_make()
		return status_say(ENOTSUP,
		                  "%s: all %d that a process can create without an IPC namespace of its own are in use", what,
		                  CHANNEL_KEYS_N);
	case EADDRNOTAVAIL:
	case ENETUNREACH:
	case ENETDOWN:
		return status_say(ENOTSUP, "%s: the loopback interface is down", what);
	case EADDRINUSE:
		return status_say(ENOTSUP, "%s: no address is free", what);
	default:
		return status_fail(error, "%s", what);
	}
}
