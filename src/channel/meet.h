// Two stream sockets that meet the way a server and its client do, in one thread.
#ifndef TVP_CHANNEL_MEET_H
#define TVP_CHANNEL_MEET_H

#include <sys/socket.h>

/// Bind a listener to `anywhere` (an address for which the kernel picks what is missing), connect, accept, stop
/// listening. Returns 0 with the two ends in fd, or -errno; no message.
int stream_meet(const struct sockaddr *anywhere, socklen_t bytes, int fd[2]);

#endif
