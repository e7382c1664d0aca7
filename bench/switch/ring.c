// The token's way round: pipes, counts and working sets.
#include "bench/switch/ring.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/status.h"

enum { PAGE_BYTES = 4096 };
static const uint64_t token_over = UINT64_MAX;

// Known words, one per page: their sum tells that the whole set was read.
static int set_open(struct arena *set, size_t bytes)
{
	*set = (struct arena){0};
	int status = bytes == 0 ? 0 : arena_open(set, bytes, MEMORY_PRIVATE, PAGES_4K);
	for (size_t offset = 0; status == 0 && offset + sizeof(uint64_t) <= bytes; offset += PAGE_BYTES)
		*(uint64_t *)(set->base + offset) = offset / PAGE_BYTES + 1;
	return status;
}

// Never inlined: in the ring and alone the same instructions read.
__attribute__((noinline)) static int set_read(const struct arena *set, size_t bytes)
{
	const uint64_t *words = (const uint64_t *)set->base;
	size_t words_n = bytes / sizeof *words, pages_n = (words_n * sizeof *words + PAGE_BYTES - 1) / PAGE_BYTES;
	uint64_t sum = 0;
	for (size_t i = 0; i < words_n; i++)
		sum += words[i];
	return sum == pages_n * (pages_n + 1) / 2 ? 0 : status_say(EBADMSG, "a working set of %zu bytes changed", bytes);
}

int ring_sets_open(struct ring *ring, unsigned sets_n)
{
	int status = 0;
	for (unsigned i = 0; i < sets_n && status == 0; i++)
		status = set_open(&ring->set[i], ring->bytes);
	return status;
}

void ring_sets_close(struct ring *ring)
{
	for (unsigned i = 0; i < ring->tasks_n; i++)
		arena_close(&ring->set[i]);
}

// Interrupted by SIGCHLD both go on: a worker's death is the business of that signal's handler.
static int token_pass(int fd, uint64_t token)
{
	ssize_t wrote;
	while ((wrote = write(fd, &token, sizeof token)) < 0 && errno == EINTR)
		;
	return wrote == sizeof token ? 0 : status_fail(wrote < 0 ? errno : EIO, "passing the token on");
}

static int token_take(int fd, uint64_t wanted, uint64_t *token)
{
	ssize_t got;
	while ((got = read(fd, token, sizeof *token)) < 0 && errno == EINTR)
		;
	if (got != sizeof *token)
		return status_fail(got < 0 ? errno : EPIPE, "taking the token");
	if (*token == wanted || *token == token_over)
		return 0;
	return status_say(EBADMSG, "the token counts %llu hops, and %llu were made", (unsigned long long)*token,
	                  (unsigned long long)wanted);
}

int ring_lap(struct ring *ring)
{
	int status = token_pass(ring->pipe[1][1], ring->token + 1);
	if (status == 0)
		status = token_take(ring->pipe[0][0], ring->token + ring->tasks_n, &ring->token);
	return status < 0 ? status : set_read(&ring->set[0], ring->bytes);
}

int ring_lap_alone(struct ring *ring)
{
	int status = 0;
	for (unsigned i = 0; i < ring->tasks_n && status == 0; i++) {
		status = token_pass(ring->pipe[i][1], ring->token + 1);
		if (status == 0)
			status = token_take(ring->pipe[i][0], ring->token + 1, &ring->token);
		if (status == 0)
			status = set_read(&ring->set[i], ring->bytes);
	}
	return status;
}

int ring_member(struct team_member *member)
{
	const struct ring *ring = member->context;
	unsigned index = member->index + 1, next = (index + 1) % ring->tasks_n;
	struct arena set;
	int status = set_open(&set, ring->bytes);
	uint64_t token = 0;
	for (uint64_t wanted = index; status == 0 && token != token_over; wanted += ring->tasks_n) {
		status = token_take(ring->pipe[index][0], wanted, &token);
		if (status == 0 && token != token_over)
			status = set_read(&set, ring->bytes);
		if (status == 0)
			status = token_pass(ring->pipe[next][1], token == token_over ? token_over : token + 1);
	}
	arena_close(&set);
	return status;
}

int ring_farewell(struct ring *ring)
{
	int status = token_pass(ring->pipe[1][1], token_over);
	return status < 0 ? status : token_take(ring->pipe[0][0], token_over, &ring->token);
}

int token_ring_open(struct ring *ring)
{
	for (unsigned i = 0; i < ring->tasks_n; i++)
		ring->pipe[i][0] = ring->pipe[i][1] = -1;
	for (unsigned i = 0; i < ring->tasks_n; i++)
		if (pipe2(ring->pipe[i], O_CLOEXEC) < 0) {
			int error = errno;
			token_ring_close(ring);
			return error == EMFILE ? status_say(ENOTSUP, "RLIMIT_NOFILE is too low for %u pipes", ring->tasks_n)
			                       : status_fail(error, "pipe %u of %u", i, ring->tasks_n);
		}
	return 0;
}

void token_ring_close(struct ring *ring)
{
	for (unsigned i = 0; i < ring->tasks_n; i++)
		for (int side = 0; side < 2; side++)
			if (ring->pipe[i][side] >= 0) {
				close(ring->pipe[i][side]);
				ring->pipe[i][side] = -1;
			}
}
