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
	return status_say(ENOTSUP, "%s: all %llu file descriptors that this process may have (RLIMIT_NOFILE) are taken",
	                  what, (unsigned long long)limit.rlim_cur);
}

int channel_refuse(int error, const char *what)
{
	switch (error) {
	case EMFILE:
		return refuse_descriptors(what);
	case ENFILE:
		return status_say(ENOTSUP, "%s: all file descriptors that this machine may have (fs.file-max) are taken", what);
	case ENOSYS:
	case EAFNOSUPPORT:
	case EPROTONOSUPPORT:
		return status_say(ENOTSUP, "%s: this kernel does not offer it", what);
	case EPERM:
	case EACCES:
		return status_say(ENOTSUP, "%s: not permitted here (a sandbox or a security module)", what);
	case ENOSPC:
		return status_say(ENOTSUP, "%s: as many as this machine allows are there already", what);
	case EUSERS: // of channel_ipc_make()
		return status_say(ENOTSUP, "%s: all %d that a process may make without an IPC namespace of its own are taken",
		                  what, CHANNEL_KEYS_N);
	case EADDRNOTAVAIL:
	case ENETUNREACH:
	case ENETDOWN:
		return status_say(ENOTSUP, "%s: the loopback interface is not up", what);
	case EADDRINUSE:
		return status_say(ENOTSUP, "%s: no free address is left", what);
	default:
		return status_fail(error, "%s", what);
	}
}
