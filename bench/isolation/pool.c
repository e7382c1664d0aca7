// The caller's side of a pool whose workers die: homes (processes) watched through SIGCHLD, jobs kept until they are
// done.
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/isolation/isolation.h"
#include "exec/exec.h"

enum { CLOSE_DEADLINE_S = 10 };

static struct isolation_run *volatile watched; // by the handler of SIGCHLD

static void on_child(int signal)
{
	(void)signal;
	int error = errno;
	for (unsigned i = 0; watched && i < watched->homes_n; i++) {
		int wait_status, pid = watched->homes[i].pid;
		if (pid <= 0 || waitpid(pid, &wait_status, WNOHANG) != pid)
			continue;
		watched->homes[i].noticed_ns = clock_now_ns();
		watched->homes[i].wait_status = wait_status;
		watched->homes[i].pid = -pid;
		isolation_bump(&watched->ward->news);
	}
	errno = error;
}

static uint32_t given(const struct isolation_run *run, unsigned worker)
{
	return atomic_load_explicit(&run->ward->desk[worker].go.word, memory_order_relaxed); // only the caller writes it
}

static bool is_done(const struct isolation_run *run, unsigned worker)
{
	return atomic_load_explicit(&run->ward->desk[worker].done, memory_order_acquire) == given(run, worker);
}

static bool lives_in(const struct isolation_run *run, unsigned worker, unsigned home)
{
	return run->homes_n == 1 || worker == home;
}

static int home_open(struct isolation_run *run, unsigned home)
{
	int parent = getpid();
	int pid = fork();
	if (pid == 0) {
		watched = NULL;
		if (run->homes_n == 1)
			isolation_threads(run->ward, run->posts, parent);
		isolation_process(run->ward, home, run->posts[home].seen, parent);
	}
	if (pid < 0)
		return status_fail(errno, "fork of worker %u", home);
	run->homes[home].pid = pid;
	raise(SIGCHLD); // who died before its number stood here was not found by the handler
	return 0;
}

// Wait for the next bump after `*news`, unless it has come.
static void await_news(struct isolation_run *run, uint32_t *news)
{
	*news = eventcount_wait(&run->ward->news, *news, WAIT_PARK);
}

static int home_failure(const struct isolation_run *run, unsigned home)
{
	int wait_status = run->homes[home].wait_status, pid = -run->homes[home].pid;
	if (*run->ward->failure)
		return status_say(ECHILD, "%s", run->ward->failure);
	if (WIFSIGNALED(wait_status))
		return status_say(ECHILD, "worker process %u (pid %d) was killed by %s", home, pid,
		                  signal_text(WTERMSIG(wait_status)));
	return status_say(ECHILD, "worker process %u (pid %d) exited with code %d", home, pid, WEXITSTATUS(wait_status));
}

// The home that died, as it was meant to. -EAGAIN: none yet; else the failure of one that was not to die, or not so.
static int dead_home(const struct isolation_run *run, unsigned victim)
{
	for (unsigned home = 0; home < run->homes_n; home++) {
		if (run->homes[home].pid > 0)
			continue;
		int wait_status = run->homes[home].wait_status;
		bool meant = lives_in(run, victim, home) && WIFSIGNALED(wait_status) &&
		             WTERMSIG(wait_status) == isolation_signal(run->death);
		return meant ? (int)home : home_failure(run, home);
	}
	return -EAGAIN;
}

static void give(struct isolation_run *run, unsigned worker, uint64_t number, enum death death)
{
	struct desk *desk = &run->ward->desk[worker];
	desk->number = number;
	desk->go.command = death;
	eventcount_set(&desk->go, given(run, worker) + 1, WAIT_PARK);
}

static int await_death(struct isolation_run *run, unsigned victim)
{
	uint32_t news = atomic_load_explicit(&run->ward->news.word, memory_order_acquire);
	int home;
	while ((home = dead_home(run, victim)) == -EAGAIN)
		await_news(run, &news);
	return home;
}

// Give the lost jobs out again, to workers not yet born, and make those.
static int replace(struct isolation_run *run, unsigned home)
{
	run->lost_n = 0;
	for (unsigned worker = 0; worker < run->ward->workers_n; worker++) {
		struct post *post = &run->posts[worker];
		post->again = lives_in(run, worker, home) && !is_done(run, worker);
		if (lives_in(run, worker, home))
			post->seen = given(run, worker);
		if (!post->again)
			continue;
		run->lost_n++;
		give(run, worker, run->ward->desk[worker].number, DEATH_NONE);
	}
	return home_open(run, home);
}

static int await_jobs(struct isolation_run *run, uint64_t died_ns)
{
	uint32_t news = atomic_load_explicit(&run->ward->news.word, memory_order_acquire);
	run->wall_ns = 0;
	for (;;) {
		bool all = true, replaced = false;
		for (unsigned worker = 0; worker < run->ward->workers_n; worker++) {
			bool done = is_done(run, worker);
			all = all && done;
			replaced = replaced || (done && run->posts[worker].again);
		}
		if (run->wall_ns == 0 && replaced)
			run->wall_ns = clock_now_ns() - died_ns;
		if (all)
			return 0;
		for (unsigned home = 0; home < run->homes_n; home++)
			if (run->homes[home].pid < 0)
				return home_failure(run, home);
		await_news(run, &news);
	}
}

static int check_results(const struct isolation_run *run)
{
	for (unsigned worker = 0; worker < run->ward->workers_n; worker++) {
		const struct desk *desk = &run->ward->desk[worker];
		if (desk->result != isolation_result(desk->number))
			return status_say(EBADMSG, "job %llu came out wrong", (unsigned long long)desk->number);
	}
	return 0;
}

int isolation_recover(struct isolation_run *run)
{
	unsigned victim = (unsigned)(run->deaths_n++ % run->ward->workers_n);
	atomic_store(&run->ward->died_ns, 0);
	for (unsigned worker = 0; worker < run->ward->workers_n; worker++)
		give(run, worker, ++run->number, worker == victim ? run->death : DEATH_NONE);
	int home = await_death(run, victim);
	if (home < 0)
		return home;
	uint64_t died_ns = atomic_load(&run->ward->died_ns);
	run->noticed_ns = run->homes[home].noticed_ns - died_ns;
	int status = replace(run, (unsigned)home);
	if (status == 0)
		status = await_jobs(run, died_ns);
	return status < 0 ? status : check_results(run);
}

static bool any_alive(const struct isolation_run *run)
{
	for (unsigned home = 0; home < run->homes_n; home++)
		if (run->homes[home].pid > 0)
			return true;
	return false;
}

int isolation_start(struct isolation_run *run)
{
	int status = 0;
	struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_NOCLDSTOP};
	watched = run;
	sigaction(SIGCHLD, &action, NULL);
	for (unsigned home = 0; home < run->homes_n && status == 0; home++)
		status = home_open(run, home);
	return status;
}

// After a failure nobody is asked: who was to die may be stuck.
void isolation_stop(struct isolation_run *run, bool asked)
{
	uint64_t deadline_ns = clock_now_ns() + (asked ? CLOSE_DEADLINE_S * NS_PER_S : 0);
	atomic_store_explicit(&run->ward->over, true, memory_order_relaxed); // ordered by the eventcounts
	for (unsigned worker = 0; worker < run->ward->workers_n; worker++)
		give(run, worker, 0, DEATH_NONE);
	for (uint32_t look = 0; any_alive(run) && clock_now_ns() < deadline_ns; look++)
		nanosleep(&(struct timespec){.tv_nsec = look < 10 ? 20000 : 200000}, NULL); // SIGCHLD cuts it short
	signal(SIGCHLD, SIG_DFL);
	for (unsigned home = 0; home < run->homes_n; home++)
		if (run->homes[home].pid > 0) {
			kill(run->homes[home].pid, SIGKILL);
			waitpid(run->homes[home].pid, NULL, 0);
		}
	watched = NULL;
}
