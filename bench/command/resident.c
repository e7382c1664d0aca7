#include "bench/command/resident.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"

enum { END_MS = 5000, ANSWER_BYTES = 4096, ANSWER_PIECES_MOST = 16 };

static void close_one(int *descriptor)
{
	if (*descriptor >= 0)
		close(*descriptor);
	*descriptor = -1;
}

static void descriptors_close(struct command_slot *slot)
{
	close_one(&slot->to);
	close_one(&slot->from);
}

// Runners have the standard descriptors, so that these are above them.
int resident_start(struct command_pass *pass, struct command_slot *slot)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1};
	descriptors_close(slot);
	int status = command_arguments_make(&pass->arguments, &pass->job->from, 0, 0);
	if (status == 0 && (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0))
		status = status_fail(errno, "pipes of a resident worker");
	if (status == 0)
		status = command_start_one(&slot->command, &(struct command_start){.path = pass->job->path,
		                                                                   .argv = pass->arguments.argv,
		                                                                   .input = in[0],
		                                                                   .output = out[1]});
	slot->to = in[1];
	slot->from = out[0];
	close_one(&in[0]);
	close_one(&out[1]);
	if (slot->to >= 0)
		fcntl(slot->to, F_SETFL, O_NONBLOCK);
	if (slot->from >= 0)
		fcntl(slot->from, F_SETFL, O_NONBLOCK);
	return status;
}

// A line is shorter than a pipe is long, and one that waits for a line has read those before it.
int resident_give(struct command_pass *pass, struct command_slot *slot)
{
	static char line[COMMAND_ITEM_BYTES + 1];
	char number[24];
	int status = slot->command.pid > 0 ? 0 : resident_start(pass, slot);
	const char *item = items_get(&pass->job->items, slot->first, number);
	size_t length = strlen(item);
	memcpy(line, item, length);
	line[length] = pass->job->settings.null ? '\0' : '\n';
	// Where it has just died, the event of its end, which comes next, says how.
	if (status == 0 && write(slot->to, line, length + 1) < 0 && errno != EPIPE)
		status = status_fail(errno, "giving a resident worker an item");
	return status;
}

void resident_take(struct command_pass *pass, struct command_slot *slot)
{
	char piece[ANSWER_BYTES];
	const char end = pass->job->settings.null ? '\0' : '\n';
	for (int pieces = 0; pieces < ANSWER_PIECES_MOST; pieces++) {
		ssize_t got = read(slot->from, piece, sizeof piece);
		if (got == 0)
			close_one(&slot->from); // its end tells more
		if (got <= 0)
			return;
		const char *found = memchr(piece, end, (size_t)got);
		bool more = found && found + 1 < piece + got;
		if (found && slot->busy && !more) {
			slot->busy = false;
			return;
		}
		if (more || (found && !slot->busy)) {
			command_slot_fail(pass, slot,
			                  "answered with more than one line; a resident worker writes one for each item");
			slot->busy = false;
			command_slot_end(pass, slot, true); // its further answers could not be told apart
			return;
		}
	}
}

void resident_end(struct command_pass *pass, struct command_slot *slot)
{
	close_one(&slot->to);
	uint64_t deadline_ns = clock_now_ns() + END_MS * NS_PER_MS;
	slot->busy = false;
	while (slot->command.pid > 0) {
		struct pollfd ends[] = {{.fd = slot->command.pid_fd, .events = POLLIN},
		                        {.fd = slot->command.errors.fd, .events = POLLIN},
		                        {.fd = slot->from, .events = POLLIN}};
		int some = poll(ends, 3, END_MS);
		if (ends[1].revents)
			command_drain(&slot->command);
		if (ends[2].revents) {
			char piece[ANSWER_BYTES];
			if (read(slot->from, piece, sizeof piece) <= 0)
				close_one(&slot->from);
		}
		if (ends[0].revents || some == 0 || clock_now_ns() >= deadline_ns)
			command_slot_end(pass, slot, !ends[0].revents);
	}
	descriptors_close(slot);
}
