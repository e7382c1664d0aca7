// Two stream sockets connected the way a server and its client are, by one thread.
#ifndef TVP_CHANNEL_CONNECTED_PAIR_H
#define TVP_CHANNEL_CONNECTED_PAIR_H

#include <sys/socket.h>

/// Bind a listener to `any_address` (the kernel picks the port or name that it lacks), connect, accept, stop
/// listening. Returns 0 with the two ends in fd, or -errno; no message.
int stream_connect_pair(const struct sockaddr *any_address, socklen_t bytes, int fd[2]);

#endif
