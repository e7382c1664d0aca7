#include "bench/command/pass.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "base/words.h"
#include "bench/command/resident.h"

enum { POLLS_N = 3 };

void command_slot_fail(struct command_pass *pass, struct command_slot *slot, const char *text)
{
	pass->failed_n += slot->n;
	text_fit(pass->failure, sizeof pass->failure, text);
	command_failure_note(pass->job, slot->first, slot->n, text);
}

void command_slot_end(struct command_pass *pass, struct command_slot *slot, bool kill_it)
{
	struct command_end end;
	char how[80], line[160], text[256];
	double waited_ns = pass->time && slot->busy ? fmax(usage_queued_ns(slot->command.pid), 0) : 0; // NAN: 0
	command_finish(&slot->command, kill_it, &end);
	end.allowed_ns = pass->job->settings.item_ns;
	pass->peak_bytes = end.peak_bytes > pass->peak_bytes ? end.peak_bytes : pass->peak_bytes;
	if (pass->time && slot->busy)
		pass->time[slot->first] = (struct command_time){(double)end.wall_ns, (double)end.usage.cpu_ns, waited_ns};
	if (slot->busy && (pass->resident || command_failed(&end))) {
		command_tail_line(&end.tail, line, sizeof line);
		const char *hint =
			pass->resident && kill_it ? " (a resident worker answers each item with a line, flushed)" : "";
		snprintf(text, sizeof text, "%s%s%s%s", command_end_text(&end, how, sizeof how), hint, *line ? ": " : "", line);
		command_slot_fail(pass, slot, text);
	}
	slot->busy = false;
}

// What the lines of a process are read from: all there before it starts. Returns a descriptor or -errno.
static int lines_make(const struct command_pass *pass, const struct command_slot *slot)
{
	char number[24];
	int file = memfd_create("tvp-lines", MFD_CLOEXEC), status = file < 0 ? -errno : 0;
	const char end = pass->job->settings.null ? '\0' : '\n';
	for (uint64_t i = slot->first; status == 0 && i < slot->first + slot->n; i++) {
		const char *item = items_get(&pass->job->items, i, number);
		if (write(file, item, strlen(item)) < 0 || write(file, &end, 1) < 0)
			status = -errno;
	}
	if (status == 0 && lseek(file, 0, SEEK_SET) == 0)
		return file;
	if (file >= 0)
		close(file);
	return status_fail(status < 0 ? -status : errno, "the lines of a command");
}

static int process_start(struct command_pass *pass, struct command_slot *slot)
{
	const struct command_job *job = pass->job;
	int lines = -1, status = command_arguments_make(&pass->arguments, &job->from, slot->first, slot->n);
	if (status == 0 && job->settings.fed && (lines = lines_make(pass, slot)) < 0)
		status = lines;
	if (status < 0)
		return status;
	const struct command_start start = {.path = job->path, .argv = pass->arguments.argv, .input = lines, .output = -1};
	status = command_start_one(&slot->command, &start);
	if (lines >= 0)
		close(lines);
	return status;
}

// Arguments that are too long are the item's failure, or the batch's.
static int give(struct command_pass *pass, struct command_slot *slot, uint64_t first, uint64_t n)
{
	slot->first = first;
	slot->n = n;
	int status = pass->resident ? resident_give(pass, slot) : process_start(pass, slot);
	if (status == -E2BIG) {
		command_slot_fail(pass, slot, status_message());
		return 0;
	}
	slot->busy = status == 0 && slot->command.pid > 0;
	slot->deadline_ns = clock_now_ns() + pass->job->settings.item_ns;
	return status;
}

static uint64_t first_deadline_ns(const struct command_pass *pass, uint64_t last_ns)
{
	for (unsigned i = 0; i < pass->workers_n; i++)
		if (pass->slot[i].busy && pass->slot[i].deadline_ns < last_ns)
			last_ns = pass->slot[i].deadline_ns;
	return last_ns;
}

static void events_take(struct command_pass *pass, struct command_slot *slot, const struct pollfd *poll)
{
	if (poll[1].revents)
		command_drain(&slot->command);
	if (poll[2].revents)
		resident_take(pass, slot);
	if (poll[0].revents && slot->command.pid > 0)
		command_slot_end(pass, slot, false);
	else if (slot->busy && clock_now_ns() >= slot->deadline_ns)
		command_slot_end(pass, slot, true);
}

// Until something ends, answers, prints, or is late.
static int await(struct command_pass *pass, uint64_t last_ns)
{
	for (unsigned i = 0; i < pass->workers_n; i++) {
		const struct command_slot *slot = &pass->slot[i];
		const int from[POLLS_N] = {slot->command.pid_fd, slot->command.errors.fd, slot->from};
		for (int j = 0; j < POLLS_N; j++)
			pass->poll[i * POLLS_N + (unsigned)j] =
				(struct pollfd){.fd = slot->command.pid > 0 ? from[j] : -1, .events = POLLIN};
	}
	uint64_t until_ns = first_deadline_ns(pass, last_ns), now_ns = clock_now_ns();
	uint64_t left_ms = now_ns < until_ns ? (until_ns - now_ns) / NS_PER_MS + 1 : 0;
	left_ms = pass->weight && left_ms > COMMAND_WEIGH_MS ? COMMAND_WEIGH_MS : left_ms;
	if (poll(pass->poll, pass->workers_n * POLLS_N, left_ms < INT_MAX ? (int)left_ms : INT_MAX) < 0 && errno != EINTR)
		return status_fail(errno, "waiting for commands");
	for (unsigned i = 0; i < pass->workers_n; i++) {
		if (pass->weight && pass->slot[i].busy)
			command_weigh(pass->slot[i].command.pid, pass->weight);
		events_take(pass, &pass->slot[i], &pass->poll[i * POLLS_N]);
	}
	return 0;
}

static bool any_busy(const struct command_pass *pass)
{
	for (unsigned i = 0; i < pass->workers_n; i++)
		if (pass->slot[i].busy)
			return true;
	return false;
}

// Gives the free workers what they have room for. Returns how far it came in *next.
static int give_all(struct command_pass *pass, uint64_t items_n, uint64_t *next)
{
	int status = 0;
	for (unsigned i = 0; i < pass->workers_n && status == 0 && *next < items_n; i++) {
		if (pass->slot[i].busy)
			continue;
		uint64_t left_n = items_n - *next, n = left_n < pass->batch_n ? left_n : pass->batch_n;
		status = give(pass, &pass->slot[i], *next, n);
		*next += status == 0 ? n : 0;
	}
	return status;
}

static void end_all(struct command_pass *pass)
{
	for (unsigned i = 0; i < pass->workers_n; i++) {
		pass->slot[i].busy = false; // no fault of the items
		if (pass->slot[i].command.pid > 0)
			command_slot_end(pass, &pass->slot[i], true);
	}
}

static int late(const struct command_pass *pass, uint64_t next, uint64_t items_n)
{
	return status_say(ETIMEDOUT,
	                  "one pass over %" PRIu64 " items takes longer than the time budget of %.0f s (%" PRIu64
	                  " were begun%s%s): give fewer items or a longer --time-budget",
	                  items_n, (double)pass->job->settings.pass_ns / 1e9, next,
	                  pass->failed_n ? "; the last that failed " : "", pass->failed_n ? pass->failure : "");
}

int command_pass_run(struct command_pass *pass, uint64_t items_n)
{
	uint64_t next = 0, last_ns = clock_now_ns() + pass->job->settings.pass_ns;
	pass->failed_n = 0;
	int status = 0;
	do {
		if (pass->stop_ns > 0 && next > 0 && clock_now_ns() >= pass->stop_ns)
			items_n = next;
		status = give_all(pass, items_n, &next);
		if (status == 0 && any_busy(pass))
			status = await(pass, last_ns);
		if (status == 0 && clock_now_ns() >= last_ns && (any_busy(pass) || next < items_n))
			status = late(pass, next, items_n);
	} while (status == 0 && (next < items_n || any_busy(pass)));
	if (status < 0)
		end_all(pass);
	return status;
}

// An item each, so that none of them still starts when the clock does; nothing but its answer tells that it has.
static int residents_open(struct command_pass *pass)
{
	const uint64_t items_n = pass->job->items.n;
	int status = 0;
	for (unsigned i = 0; i < pass->workers_n && status == 0; i++)
		status = resident_start(pass, &pass->slot[i]);
	if (status == 0)
		status = command_pass_run(pass, items_n < pass->workers_n ? items_n : pass->workers_n);
	pass->failed_n = 0; // they fail again in what is counted
	return status;
}

int command_pass_open(struct command_pass *pass)
{
	pass->failed_n = 0;
	pass->slot = calloc(pass->workers_n, sizeof *pass->slot);
	pass->poll = calloc(pass->workers_n, POLLS_N * sizeof *pass->poll);
	if (!pass->slot || !pass->poll)
		return status_fail(ENOMEM, "%u workers", pass->workers_n);
	for (unsigned i = 0; i < pass->workers_n; i++)
		pass->slot[i] = (struct command_slot){.command = command_none(), .to = -1, .from = -1};
	return pass->resident ? residents_open(pass) : 0;
}

void command_pass_close(struct command_pass *pass)
{
	for (unsigned i = 0; pass->slot && pass->resident && i < pass->workers_n; i++)
		resident_end(pass, &pass->slot[i]);
	if (pass->slot)
		end_all(pass);
	command_arguments_free(&pass->arguments);
	free(pass->slot);
	free(pass->poll);
	pass->slot = NULL;
	pass->poll = NULL;
}
