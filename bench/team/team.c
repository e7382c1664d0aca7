// Members as threads or processes. Their deaths are learnt through SIGCHLD, whose handler ends the runner with the
// reason.
#include "bench/team/team_parts.h"

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
#include "bench/plan/axis_product.h"

enum { CLOSE_DEADLINE_S = 10, LINE_UP_NS = 200000, DYING_MS = 200 };

static struct team *volatile watched; // by the handler of SIGCHLD

int team_between(const struct spec *spec, enum between *between)
{
	if (!spec_axis_is(spec, "between", "threads") && !spec_axis_is(spec, "between", "processes"))
		return status_say(EINVAL, "a row of %s is between:threads or between:processes", spec->experiment);
	*between = spec_axis_is(spec, "between", "processes") ? BETWEEN_PROCESSES : BETWEEN_THREADS;
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

_Noreturn static void member_died(const struct team *team, unsigned index, int pid, int wait_status)
{
	char message[MESSAGE_BYTES] = "worker ";
	append_number(message, (int)index);
	if (*team->shared->message[index]) {
		append(message, ": ");
		append(message, team->shared->message[index]);
	} else {
		append(message, " (pid ");
		append_number(message, pid);
		append(message, WIFSIGNALED(wait_status) ? ") killed by " : ") exited with code ");
		if (WIFSIGNALED(wait_status))
			append(message, signal_text(WTERMSIG(wait_status)));
		else
			append_number(message, WEXITSTATUS(wait_status));
	}
	trial_abandon(team->trial, ECHILD, message);
}

static void on_child(int signal)
{
	(void)signal;
	int error = errno;
	const struct team *team = watched;
	for (unsigned i = 0; team && i < team->born_n; i++) {
		int wait_status, pid = team->pids[i];
		if (pid <= 0 || waitpid(pid, &wait_status, WNOHANG) != pid)
			continue;
		team->pids[i] = -pid;
		if (wait_status != 0)
			member_died(team, i, pid, wait_status);
	}
	errno = error;
}

static int member_live(struct team_member *member)
{
	const struct team_config *config = &member->team->config;
	int status = placement_apply(config->placement, member->index + !config->caller_apart);
	eventcount_count_down(&member->team->shared->ready, 0);
	return status < 0 ? status : config->body(member);
}

static void *thread_body(void *argument)
{
	struct team_member *member = argument;
	if (member_live(member) < 0) {
		char message[MESSAGE_BYTES + 32];
		snprintf(message, sizeof message, "worker %u: %s", member->index, status_message());
		trial_abandon(member->team->trial, ECHILD, message);
	}
	return NULL;
}

_Noreturn static void process_body(struct team_member *member, int parent)
{
	watched = NULL;
	signal(SIGCHLD, SIG_DFL);
	worker_process_begin(parent);
	if (member->team->config.spins)
		team_answer_asks(member->team);
	if (member->team->config.own)
		member->team->config.own(member);
	if (member_live(member) == 0)
		_exit(0);
	snprintf(member->team->shared->message[member->index], MESSAGE_BYTES, "%s", status_message());
	_exit(1);
}

// No more tasks are to be had: a limit of this user, or of a container.
static int refuse(int error, const char *how, unsigned index)
{
	status_fail(error, "%s of worker %u", how, index);
	return error == EAGAIN ? status_wrap(-ENOTSUP, "a limit of tasks") : -error;
}

static int members_start(struct team *team)
{
	int parent = getpid();
	for (; team->born_n < team->config.members_n; team->born_n++) {
		struct team_member *member = &team->members[team->born_n];
		*member = (struct team_member){.team = team, .index = team->born_n, .context = team->config.context};
		if (team->config.between == BETWEEN_THREADS) {
			int error = pthread_create(&team->threads[team->born_n], NULL, thread_body, member);
			if (error)
				return refuse(error, "pthread_create", team->born_n);
			continue;
		}
		int pid = fork();
		if (pid == 0)
			process_body(member, parent);
		if (pid < 0)
			return refuse(errno, "fork", team->born_n);
		team->pids[team->born_n] = pid;
	}
	if (team->config.between == BETWEEN_PROCESSES) {
		raise(SIGCHLD); // who died before born_n counted it was not found by the handler
		if (team->config.own_caller)
			team->config.own_caller(team->config.context);
	}
	return 0;
}

static void eventcount_drain(struct eventcount *eventcount)
{
	uint32_t left_n;
	while ((left_n = atomic_load_explicit(&eventcount->word, memory_order_acquire)) > 0)
		eventcount_wait(eventcount, left_n, WAIT_PARK);
}

static void members_kill(struct team *team)
{
	if (watched == team)
		sigaction(SIGCHLD, &team->handler_before, NULL);
	watched = NULL;
	for (unsigned i = 0; i < team->born_n; i++)
		if (team->pids[i] > 0) {
			kill(team->pids[i], SIGKILL);
			waitpid(team->pids[i], NULL, 0);
			team->pids[i] = 0;
		}
}

static int team_allocate(struct team *team)
{
	unsigned members_n = team->config.members_n;
	team->shared_bytes = sizeof *team->shared + members_n * sizeof team->shared->message[0];
	team->shared = shared_map(team->shared_bytes);
	team->members = calloc(members_n, sizeof *team->members);
	team->threads = calloc(members_n, sizeof *team->threads);
	team->pids = calloc(members_n, sizeof *team->pids);
	if (!team->shared || !team->members || !team->threads || !team->pids)
		return status_fail(ENOMEM, "a team of %u", members_n);
	atomic_store(&team->shared->ready.word, members_n);
	return 0;
}

int team_open(struct team **opened, const struct team_config *config, struct trial *trial)
{
	struct team *team = calloc(1, sizeof *team);
	if (!team)
		return status_fail(ENOMEM, "a team");
	unsigned seats_n = placement_cpus_n(config->placement);
	team->config = *config;
	team->trial = trial;
	team->starts_together = config->caller_apart ? config->members_n <= seats_n : config->members_n < seats_n;
	int status = team_allocate(team);
	if (status == 0 && config->between == BETWEEN_PROCESSES) {
		// Restarting: a member that ends as it should must not disturb the caller's last wait.
		struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_NOCLDSTOP | SA_RESTART};
		watched = team;
		sigaction(SIGCHLD, &action, &team->handler_before);
	}
	if (status == 0)
		status = members_start(team);
	if (status == 0) {
		eventcount_drain(&team->shared->ready);
		status = config->caller_apart ? placement_spare(config->placement) : placement_apply(config->placement, 0);
	}
	*opened = status < 0 ? NULL : team;
	if (status < 0) {
		// Who was born may wait for one who never will be. A thread cannot be ended by force, its runner can.
		if (team->born_n > 0 && config->between == BETWEEN_THREADS)
			trial_abandon(trial, -status, status_message());
		members_kill(team);
		team_close(team);
	}
	return status;
}

// The last to come releases the others; none waits longer than a wake-up may take.
static void line_up(const struct team *team, uint32_t turn)
{
	struct team_shared *shared = team->shared;
	uint32_t all_n = turn * team->config.members_n;
	uint64_t deadline_ns = clock_now_ns() + LINE_UP_NS;
	atomic_fetch_add_explicit(&shared->arrived, 1, memory_order_acq_rel);
	while ((int32_t)(atomic_load_explicit(&shared->arrived, memory_order_acquire) - all_n) < 0 &&
	       clock_now_ns() < deadline_ns)
		cpu_relax();
}

bool team_turn(struct team_member *member)
{
	struct team_shared *shared = member->team->shared;
	if (member->turn > 0)
		eventcount_count_down(&shared->left, 0);
	member->turn = eventcount_wait(&shared->go, member->turn, WAIT_PARK);
	if (atomic_load_explicit(&shared->over, memory_order_relaxed)) // ordered by the eventcount
		return false;
	if (member->team->starts_together)
		line_up(member->team, member->turn);
	return true;
}

void team_begin(struct team *team)
{
	struct team_shared *shared = team->shared;
	atomic_store_explicit(&shared->left.word, team->config.members_n,
	                      memory_order_relaxed); // ordered by the eventcount
	eventcount_set(&shared->go, atomic_load_explicit(&shared->go.word, memory_order_relaxed) + 1, WAIT_PARK);
}

void team_wait(struct team *team)
{
	eventcount_drain(&team->shared->left);
}

void team_round(struct team *team)
{
	team_begin(team);
	team_wait(team);
}

int team_failed(struct team *team, int status)
{
	// A thread may still be in what the caller is about to unmap or close.
	if (team->config.between == BETWEEN_THREADS)
		trial_abandon(team->trial, -status, status_message());
	for (int look = 0; look < DYING_MS; look++)
		nanosleep(&(struct timespec){.tv_nsec = NS_PER_MS}, NULL); // the handler does not return
	return status;
}

static int join_threads(struct team *team)
{
	struct timespec deadline;
	clock_gettime(CLOCK_REALTIME, &deadline); // not pthread_clockjoin_np(), which thread sanitizers do not know
	deadline.tv_sec += CLOSE_DEADLINE_S;
	// A thread cannot be ended by force: the runner that holds it ends instead.
	for (unsigned i = 0; i < team->born_n; i++)
		if (pthread_timedjoin_np(team->threads[i], NULL, &deadline) != 0)
			trial_abandon(team->trial, ETIMEDOUT, "a worker did not end within 10 s of being told");
	return 0;
}

static bool any_alive(const struct team *team)
{
	for (unsigned i = 0; i < team->born_n; i++)
		if (team->pids[i] > 0)
			return true;
	return false;
}

static int reap_processes(struct team *team)
{
	uint64_t deadline_ns = clock_now_ns() + CLOSE_DEADLINE_S * NS_PER_S;
	// The handler reaps and, where one failed, ends the runner.
	for (unsigned look = 0; any_alive(team) && clock_now_ns() < deadline_ns; look++) {
		raise(SIGCHLD);
		if (any_alive(team))
			nanosleep(&(struct timespec){.tv_nsec = look < 10 ? 20000 : 200000}, NULL);
	}
	bool stuck = any_alive(team);
	members_kill(team);
	return stuck ? status_say(ETIMEDOUT, "a worker did not end within %d s of being told", CLOSE_DEADLINE_S) : 0;
}

int team_close(struct team *team)
{
	int status = 0;
	if (team->shared) {
		atomic_store_explicit(&team->shared->over, true, memory_order_relaxed); // ordered by the eventcount
		eventcount_set(&team->shared->go, atomic_load_explicit(&team->shared->go.word, memory_order_relaxed) + 1,
		               WAIT_PARK);
		if (team->config.between == BETWEEN_THREADS)
			status = join_threads(team);
		else
			status = reap_processes(team);
		munmap(team->shared, team->shared_bytes);
	}
	placement_release(team->config.placement);
	free(team->members);
	free(team->threads);
	free(team->pids);
	free(team);
	return status;
}
