// Listen, connect, accept. connect() returns as soon as the connection is queued, so one thread can play both sides.
#include "channel/connected_pair.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static int socket_bound(const struct sockaddr *any_address, socklen_t bytes)
{
	int fd = socket(any_address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, any_address, bytes) == 0)
		return fd < 0 ? -errno : fd;
	int error = errno;
	close(fd);
	return -error;
}

static int socket_address(int fd, int (*get)(int fd, struct sockaddr *address, socklen_t *bytes),
                          struct sockaddr_storage *address, socklen_t *bytes)
{
	*bytes = sizeof *address;
	memset(address, 0, sizeof *address);
	return get(fd, (struct sockaddr *)address, bytes) < 0 ? -errno : 0;
}

// Anybody on this machine may connect to a listener; only who has our client's address is the other end.
static int accept_client(int listener, int client)
{
	struct sockaddr_storage own, peer;
	socklen_t own_bytes, peer_bytes;
	int status = socket_address(client, getsockname, &own, &own_bytes);
	while (status == 0) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			return -errno;
		if (socket_address(fd, getpeername, &peer, &peer_bytes) == 0 && peer_bytes == own_bytes &&
		    memcmp(&own, &peer, own_bytes) == 0)
			return fd;
		close(fd);
	}
	return status;
}

static int connect_to(int client, int listener)
{
	struct sockaddr_storage address;
	socklen_t bytes;
	int status = listen(listener, 8) < 0 ? -errno : socket_address(listener, getsockname, &address, &bytes);
	if (status == 0 && connect(client, (struct sockaddr *)&address, bytes) < 0)
		status = -errno;
	return status;
}

int stream_connect_pair(const struct sockaddr *any_address, socklen_t bytes, int fd[2])
{
	int listener = socket_bound(any_address, bytes);
	if (listener < 0)
		return listener;
	int status = fd[0] = socket_bound(any_address, bytes);
	if (status >= 0)
		status = connect_to(fd[0], listener);
	if (status == 0)
		status = fd[1] = accept_client(listener, fd[0]);
	close(listener);
	if (status < 0 && fd[0] >= 0)
		close(fd[0]);
	return status < 0 ? status : 0;
}
