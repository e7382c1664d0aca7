// Members as threads or processes. Their deaths are learnt through SIGCHLD, whose handler ends the runner with the reason.
#include "bench/party_parts.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/cases.h"

enum { CLOSE_DEADLINE_S = 10, LINE_UP_NS = 200000, DYING_MS = 200 };

static struct party *volatile watched; // by the handler of SIGCHLD

int party_between(const struct spec *spec, enum between *between)
{
	if (!case_is(spec, "between", "threads") && !case_is(spec, "between", "processes"))
		return status_say(EINVAL, "a row of %s is between:threads or between:processes", spec->experiment);
	*between = case_is(spec, "between", "processes") ? BETWEEN_PROCESSES : BETWEEN_THREADS;
	return 0;
}

// What a signal handler may use instead of snprintf().
static void append(char *out, const char *text)
{
	size_t used = strlen(out);
	for (; *text && used + 1 < MESSAGE_BYTES; text++)
		out[used++] = *text;
	out[used] = '\0';
}

static void append_number(char *out, int number)
{
	char digits[12], *at = digits + sizeof digits - 1;
	*at = '\0';
	do
		*--at = (char)('0' + number % 10);
	while (number /= 10);
	append(out, at);
}

_Noreturn static void member_died(const struct party *party, unsigned index, int pid, int wait_status)
{
	char message[MESSAGE_BYTES] = "worker ";
	append_number(message, (int)index);
	if (*party->hall->message[index]) {
		append(message, ": ");
		append(message, party->hall->message[index]);
	} else {
		append(message, " (pid ");
		append_number(message, pid);
		append(message, WIFSIGNALED(wait_status) ? ") killed by " : ") exited with code ");
		if (WIFSIGNALED(wait_status))
			append(message, signal_text(WTERMSIG(wait_status)));
		else
			append_number(message, WEXITSTATUS(wait_status));
	}
	trial_abandon(party->trial, ECHILD, message);
}

static void on_child(int signal)
{
	(void)signal;
	int error = errno;
	const struct party *party = watched;
	for (unsigned i = 0; party && i < party->born_n; i++) {
		int wait_status, pid = party->pids[i];
		if (pid <= 0 || waitpid(pid, &wait_status, WNOHANG) != pid)
			continue;
		party->pids[i] = -pid;
		if (wait_status != 0)
			member_died(party, i, pid, wait_status);
	}
	errno = error;
}

static int member_live(struct member *member)
{
	const struct party_config *config = &member->party->config;
	int status = placement_apply(config->placement, member->index + !config->caller_apart);
	eventcount_count_down(&member->party->hall->ready, 0);
	return status < 0 ? status : config->body(member);
}

static void *thread_body(void *argument)
{
	struct member *member = argument;
	if (member_live(member) < 0) {
		char message[MESSAGE_BYTES + 32];
		snprintf(message, sizeof message, "worker %u: %s", member->index, status_message());
		trial_abandon(member->party->trial, ECHILD, message);
	}
	return NULL;
}

_Noreturn static void process_body(struct member *member, int parent)
{
	watched = NULL;
	signal(SIGCHLD, SIG_DFL);
	worker_process_begin(parent);
	if (member->party->config.spins)
		party_answer_asks(member->party);
	if (member->party->config.own)
		member->party->config.own(member);
	if (member_live(member) == 0)
		_exit(0);
	snprintf(member->party->hall->message[member->index], MESSAGE_BYTES, "%s", status_message());
	_exit(1);
}

// No more tasks are to be had: a limit of this user, or of a container.
static int refuse(int error, const char *how, unsigned index)
{
	status_fail(error, "%s of worker %u", how, index);
	return error == EAGAIN ? status_wrap(-ENOTSUP, "a limit of tasks") : -error;
}

static int members_start(struct party *party)
{
	int parent = getpid();
	for (; party->born_n < party->config.members_n; party->born_n++) {
		struct member *member = &party->members[party->born_n];
		*member = (struct member){.party = party, .index = party->born_n, .context = party->config.context};
		if (party->config.between == BETWEEN_THREADS) {
			int error = pthread_create(&party->threads[party->born_n], NULL, thread_body, member);
			if (error)
				return refuse(error, "pthread_create", party->born_n);
			continue;
		}
		int pid = fork();
		if (pid == 0)
			process_body(member, parent);
		if (pid < 0)
			return refuse(errno, "fork", party->born_n);
		party->pids[party->born_n] = pid;
	}
	if (party->config.between == BETWEEN_PROCESSES) {
		raise(SIGCHLD); // who died before born_n counted it was not found by the handler
		if (party->config.own_caller)
			party->config.own_caller(party->config.context);
	}
	return 0;
}

static void eventcount_drain(struct eventcount *eventcount)
{
	uint32_t left_n;
	while ((left_n = atomic_load_explicit(&eventcount->word, memory_order_acquire)) > 0)
		eventcount_wait(eventcount, left_n, WAIT_PARK);
}

static void members_kill(struct party *party)
{
	if (watched == party)
		sigaction(SIGCHLD, &party->handler_before, NULL);
	watched = NULL;
	for (unsigned i = 0; i < party->born_n; i++)
		if (party->pids[i] > 0) {
			kill(party->pids[i], SIGKILL);
			waitpid(party->pids[i], NULL, 0);
			party->pids[i] = 0;
		}
}

static int party_allocate(struct party *party)
{
	unsigned members_n = party->config.members_n;
	party->hall_bytes = sizeof *party->hall + members_n * sizeof party->hall->message[0];
	party->hall = shared_map(party->hall_bytes);
	party->members = calloc(members_n, sizeof *party->members);
	party->threads = calloc(members_n, sizeof *party->threads);
	party->pids = calloc(members_n, sizeof *party->pids);
	if (!party->hall || !party->members || !party->threads || !party->pids)
		return status_fail(ENOMEM, "a party of %u", members_n);
	atomic_store(&party->hall->ready.word, members_n);
	return 0;
}

int party_open(struct party **opened, const struct party_config *config, struct trial *trial)
{
	struct party *party = calloc(1, sizeof *party);
	if (!party)
		return status_fail(ENOMEM, "a party");
	unsigned seats_n = placement_cpus_n(config->placement);
	party->config = *config;
	party->trial = trial;
	party->lines_up = config->caller_apart ? config->members_n <= seats_n : config->members_n < seats_n;
	int status = party_allocate(party);
	if (status == 0 && config->between == BETWEEN_PROCESSES) {
		// Restarting: a member that ends as it should must not disturb the caller's last wait.
		struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_NOCLDSTOP | SA_RESTART};
		watched = party;
		sigaction(SIGCHLD, &action, &party->handler_before);
	}
	if (status == 0)
		status = members_start(party);
	if (status == 0) {
		eventcount_drain(&party->hall->ready);
		status = config->caller_apart ? placement_spare(config->placement) : placement_apply(config->placement, 0);
	}
	*opened = status < 0 ? NULL : party;
	if (status < 0) {
		// Who was born may wait for one who never will be. A thread cannot be ended by force, its runner can.
		if (party->born_n > 0 && config->between == BETWEEN_THREADS)
			trial_abandon(trial, -status, status_message());
		members_kill(party);
		party_close(party);
	}
	return status;
}

// The last to come releases the others; none waits longer than a wake-up may take.
static void line_up(const struct party *party, uint32_t turn)
{
	struct hall *hall = party->hall;
	uint32_t all_n = turn * party->config.members_n;
	uint64_t deadline_ns = clock_now_ns() + LINE_UP_NS;
	atomic_fetch_add_explicit(&hall->lined_up, 1, memory_order_acq_rel);
	while ((int32_t)(atomic_load_explicit(&hall->lined_up, memory_order_acquire) - all_n) < 0 &&
	       clock_now_ns() < deadline_ns)
		cpu_relax();
}

bool party_turn(struct member *member)
{
	struct hall *hall = member->party->hall;
	if (member->turn > 0)
		eventcount_count_down(&hall->left, 0);
	member->turn = eventcount_wait(&hall->go, member->turn, WAIT_PARK);
	if (atomic_load_explicit(&hall->over, memory_order_relaxed)) // ordered by the eventcount
		return false;
	if (member->party->lines_up)
		line_up(member->party, member->turn);
	return true;
}

void party_begin(struct party *party)
{
	struct hall *hall = party->hall;
	atomic_store_explicit(&hall->left.word, party->config.members_n, memory_order_relaxed); // ordered by the eventcount
	eventcount_set(&hall->go, atomic_load_explicit(&hall->go.word, memory_order_relaxed) + 1, WAIT_PARK);
}

void party_wait(struct party *party)
{
	eventcount_drain(&party->hall->left);
}

void party_round(struct party *party)
{
	party_begin(party);
	party_wait(party);
}

int party_failed(struct party *party, int status)
{
	// A thread may still be in what the caller is about to unmap or close.
	if (party->config.between == BETWEEN_THREADS)
		trial_abandon(party->trial, -status, status_message());
	for (int look = 0; look < DYING_MS; look++)
		nanosleep(&(struct timespec){.tv_nsec = NS_PER_MS}, NULL); // the handler does not return
	return status;
}

static int join_threads(struct party *party)
{
	struct timespec deadline;
	clock_gettime(CLOCK_REALTIME, &deadline); // not pthread_clockjoin_np(), which thread sanitizers do not know
	deadline.tv_sec += CLOSE_DEADLINE_S;
	// A thread cannot be ended by force: the runner that holds it ends instead.
	for (unsigned i = 0; i < party->born_n; i++)
		if (pthread_timedjoin_np(party->threads[i], NULL, &deadline) != 0)
			trial_abandon(party->trial, ETIMEDOUT, "a worker did not end within 10 s of being told");
	return 0;
}

static bool any_alive(const struct party *party)
{
	for (unsigned i = 0; i < party->born_n; i++)
		if (party->pids[i] > 0)
			return true;
	return false;
}

static int reap_processes(struct party *party)
{
	uint64_t deadline_ns = clock_now_ns() + CLOSE_DEADLINE_S * NS_PER_S;
	// The handler reaps and, where one failed, ends the runner.
	for (unsigned look = 0; any_alive(party) && clock_now_ns() < deadline_ns; look++) {
		raise(SIGCHLD);
		if (any_alive(party))
			nanosleep(&(struct timespec){.tv_nsec = look < 10 ? 20000 : 200000}, NULL);
	}
	bool stuck = any_alive(party);
	members_kill(party);
	return stuck ? status_say(ETIMEDOUT, "a worker did not end within %d s of being told", CLOSE_DEADLINE_S) : 0;
}

int party_close(struct party *party)
{
	int status = 0;
	if (party->hall) {
		atomic_store_explicit(&party->hall->over, true, memory_order_relaxed); // ordered by the eventcount
		eventcount_set(&party->hall->go, atomic_load_explicit(&party->hall->go.word, memory_order_relaxed) + 1, WAIT_PARK);
		if (party->config.between == BETWEEN_THREADS)
			status = join_threads(party);
		else
			status = reap_processes(party);
		munmap(party->hall, party->hall_bytes);
	}
	placement_release(party->config.placement);
	free(party->members);
	free(party->threads);
	free(party->pids);
	free(party);
	return status;
}
