// The ring of `switch`: pipes, the token and the working sets.
#include "bench/switch/token_ring.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/status.h"

enum { PAGE_BYTES = 4096 };
static const uint64_t token_end = UINT64_MAX;

// One known word per page: their sum shows that the whole set was read.
static int set_open(struct arena *set, size_t bytes)
{
	*set = (struct arena){0};
	int status = bytes == 0 ? 0 : arena_open(set, bytes, MEMORY_PRIVATE, PAGES_4K);
	for (size_t offset = 0; status == 0 && offset + sizeof(uint64_t) <= bytes; offset += PAGE_BYTES)
		*(uint64_t *)(set->base + offset) = offset / PAGE_BYTES + 1;
	return status;
}

// Never inlined, so that the ring and one task alone execute the same instructions.
__attribute__((noinline)) static int set_read(const struct arena *set, size_t bytes)
{
	const uint64_t *words = (const uint64_t *)set->base;
	size_t words_n = bytes / sizeof *words, pages_n = (words_n * sizeof *words + PAGE_BYTES - 1) / PAGE_BYTES;
	uint64_t sum = 0;
	for (size_t i = 0; i < words_n; i++)
		sum += words[i];
	return sum == pages_n * (pages_n + 1) / 2 ? 0 : status_say(EBADMSG, "a working set of %zu bytes changed", bytes);
}

int token_ring_sets_open(struct token_ring *ring, unsigned sets_n)
{
	int status = 0;
	for (unsigned i = 0; i < sets_n && status == 0; i++)
		status = set_open(&ring->set[i], ring->bytes);
	return status;
}

void token_ring_sets_close(struct token_ring *ring)
{
	for (unsigned i = 0; i < ring->tasks_n; i++)
		arena_close(&ring->set[i]);
}

// Both continue after SIGCHLD: its handler deals with a worker's death.
static int token_pass(int fd, uint64_t token)
{
	ssize_t wrote;
	while ((wrote = write(fd, &token, sizeof token)) < 0 && errno == EINTR)
		;
	return wrote == sizeof token ? 0 : status_fail(wrote < 0 ? errno : EIO, "passing the token on");
}

static int token_take(int fd, uint64_t expected, uint64_t *token)
{
	ssize_t got;
	while ((got = read(fd, token, sizeof *token)) < 0 && errno == EINTR)
		;
	if (got != sizeof *token)
		return status_fail(got < 0 ? errno : EPIPE, "taking the token");
	if (*token == expected || *token == token_end)
		return 0;
	return status_say(EBADMSG, "the token counts %llu hops instead of %llu", (unsigned long long)*token,
	                  (unsigned long long)expected);
}

int token_ring_lap(struct token_ring *ring)
{
	int status = token_pass(ring->pipe[1][1], ring->token + 1);
	if (status == 0)
		status = token_take(ring->pipe[0][0], ring->token + ring->tasks_n, &ring->token);
	return status < 0 ? status : set_read(&ring->set[0], ring->bytes);
}

int token_ring_lap_alone(struct token_ring *ring)
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

int token_ring_member(struct team_member *member)
{
	const struct token_ring *ring = member->context;
	unsigned index = member->index + 1, next = (index + 1) % ring->tasks_n;
	struct arena set;
	int status = set_open(&set, ring->bytes);
	uint64_t token = 0;
	for (uint64_t expected = index; status == 0 && token != token_end; expected += ring->tasks_n) {
		status = token_take(ring->pipe[index][0], expected, &token);
		if (status == 0 && token != token_end)
			status = set_read(&set, ring->bytes);
		if (status == 0)
			status = token_pass(ring->pipe[next][1], token == token_end ? token_end : token + 1);
	}
	arena_close(&set);
	return status;
}

int token_ring_end(struct token_ring *ring)
{
	int status = token_pass(ring->pipe[1][1], token_end);
	return status < 0 ? status : token_take(ring->pipe[0][0], token_end, &ring->token);
}

int token_ring_open(struct token_ring *ring)
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

void token_ring_close(struct token_ring *ring)
{
	for (unsigned i = 0; i < ring->tasks_n; i++)
		for (int end = 0; end < 2; end++)
			if (ring->pipe[i][end] >= 0) {
				close(ring->pipe[i][end]);
				ring->pipe[i][end] = -1;
			}
}
