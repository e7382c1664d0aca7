// Members as threads or processes: their start, their end, and their deaths, which the runner learns of through
// SIGCHLD. The signal's handler ends the runner with the reason.
#include "bench/team/team_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "host/task_limits.h"

static struct team *volatile watched_team; // by the handler of SIGCHLD

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
	struct team *team = watched_team;
	for (unsigned i = 0; team && i < team->started_n; i++) {
		int wait_status, pid = team->pids[i], waited = pid <= 0 ? 0 : waitpid(pid, &wait_status, WNOHANG);
		if (waited < 0 && errno != EINTR)
			team->wait_error = errno;
		if (waited <= 0)
			continue;
		team->pids[i] = -pid;
		if (wait_status != 0)
			member_died(team, i, pid, wait_status);
	}
	errno = error;
}

int team_members_watch(struct team *team)
{
	// SA_RESTART: a member that ends as it should must not interrupt the caller's last wait.
	struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_NOCLDSTOP | SA_RESTART};
	if (sigaction(SIGCHLD, &action, &team->sigchld_before) < 0)
		return status_fail(errno, "a handler for the deaths of workers");
	watched_team = team;
	return 0;
}

static int member_run(struct team_member *member)
{
	const struct team_config *config = &member->team->config;
	int status = placement_apply(config->placement, member->index + !config->caller_apart);
	eventcount_count_down(&member->team->shared->ready, 0);
	return status < 0 ? status : config->body(member);
}

static void *thread_body(void *argument)
{
	struct team_member *member = argument;
	if (member_run(member) < 0) {
		char message[MESSAGE_BYTES + 32];
		snprintf(message, sizeof message, "worker %u: %s", member->index, status_message());
		trial_abandon(member->team->trial, ECHILD, message);
	}
	return NULL;
}

_Noreturn static void process_body(struct team_member *member, int parent)
{
	watched_team = NULL;
	signal(SIGCHLD, SIG_DFL);
	worker_process_begin(parent);
	if (member->team->config.spins)
		team_account_on_request(member->team);
	if (member->team->config.own)
		member->team->config.own(member);
	if (member_run(member) == 0)
		_exit(0);
	snprintf(member->team->shared->message[member->index], MESSAGE_BYTES, "%s", status_message());
	_exit(1);
}

// EAGAIN: this user or this container may have no more tasks, which is no fault of the experiment.
static int start_failed(int error, const char *call, unsigned index)
{
	status_fail_task(error, "%s of worker %u", call, index);
	return error == EAGAIN ? status_wrap(-ENOTSUP, "the limit on tasks is reached") : -error;
}

static int thread_start(struct team *team, unsigned index)
{
	int error = pthread_create(&team->threads[index], NULL, thread_body, &team->members[index]);
	return error ? start_failed(error, "pthread_create", index) : 0;
}

static int process_start(struct team *team, unsigned index)
{
	int parent = getpid(), pid = fork();
	if (pid == 0)
		process_body(&team->members[index], parent);
	if (pid < 0)
		return start_failed(errno, "fork", index);
	team->pids[index] = pid;
	return 0;
}

int team_members_start(struct team *team)
{
	bool threads = team->config.between == BETWEEN_THREADS;
	for (; team->started_n < team->config.members_n; team->started_n++) {
		unsigned index = team->started_n;
		team->members[index] = (struct team_member){.team = team, .index = index, .context = team->config.context};
		int status = threads ? thread_start(team, index) : process_start(team, index);
		if (status < 0)
			return status;
	}
	if (!threads) {
		raise(SIGCHLD); // the handler did not find a member that died before started_n counted it
		if (team->config.own_caller)
			team->config.own_caller(team->config.context);
	}
	return 0;
}

void team_members_kill(struct team *team)
{
	if (watched_team == team)
		sigaction(SIGCHLD, &team->sigchld_before, NULL);
	watched_team = NULL;
	for (unsigned i = 0; i < team->started_n; i++)
		if (team->pids[i] > 0) {
			kill(team->pids[i], SIGKILL);
			waitpid(team->pids[i], NULL, 0);
			team->pids[i] = 0;
		}
}

static int threads_join(struct team *team)
{
	struct timespec deadline;
	clock_gettime(CLOCK_REALTIME, &deadline); // not pthread_clockjoin_np(), which thread sanitizers do not know
	deadline.tv_sec += CLOSE_DEADLINE_S;
	// No thread can be killed alone: the runner that holds it ends instead.
	for (unsigned i = 0; i < team->started_n; i++)
		if (pthread_timedjoin_np(team->threads[i], NULL, &deadline) != 0)
			trial_abandon(team->trial, ETIMEDOUT, "a worker did not end within 10 s of being told to");
	return 0;
}

static bool any_alive(const struct team *team)
{
	for (unsigned i = 0; i < team->started_n; i++)
		if (team->pids[i] > 0)
			return true;
	return false;
}

static int processes_reap(struct team *team)
{
	uint64_t deadline_ns = clock_now_ns() + CLOSE_DEADLINE_S * NS_PER_S;
	// The handler reaps and, where a member failed, ends the runner.
	for (unsigned i = 0; any_alive(team) && !team->wait_error && clock_now_ns() < deadline_ns; i++) {
		raise(SIGCHLD);
		if (any_alive(team))
			nanosleep(&(struct timespec){.tv_nsec = i < 10 ? 20000 : 200000}, NULL);
	}
	bool stuck = any_alive(team);
	team_members_kill(team);
	if (stuck && team->wait_error)
		return status_fail(team->wait_error, "waitpid of a worker");
	return stuck ? status_say(ETIMEDOUT, "a worker did not end within %d s of being told to", CLOSE_DEADLINE_S) : 0;
}

int team_members_join(struct team *team)
{
	return team->config.between == BETWEEN_THREADS ? threads_join(team) : processes_reap(team);
}
