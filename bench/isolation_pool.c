// The caller's side of a pool whose workers die: homes (processes) watched through SIGCHLD, jobs kept until they are done.
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/status.h"
#include "bench/isolation.h"
#include "exec/exec.h"

enum { CLOSE_DEADLINE_S = 10 };

static struct pool *volatile watched; // by the handler of SIGCHLD

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

static uint32_t given(const struct pool *pool, unsigned worker)
{
	return atomic_load_explicit(&pool->ward->desk[worker].go.word, memory_order_relaxed); // only the caller writes it
}

static bool is_done(const struct pool *pool, unsigned worker)
{
	return atomic_load_explicit(&pool->ward->desk[worker].done, memory_order_acquire) == given(pool, worker);
}

static bool lives_in(const struct pool *pool, unsigned worker, unsigned home)
{
	return pool->homes_n == 1 || worker == home;
}

static int home_open(struct pool *pool, unsigned home)
{
	int parent = getpid();
	int pid = fork();
	if (pid == 0) {
		watched = NULL;
		if (pool->homes_n == 1)
			isolation_threads(pool->ward, pool->posts, parent);
		isolation_process(pool->ward, home, pool->posts[home].seen, parent);
	}
	if (pid < 0)
		return status_fail(errno, "fork of worker %u", home);
	pool->homes[home].pid = pid;
	raise(SIGCHLD); // who died before its number stood here was not found by the handler
	return 0;
}

// Wait for the next bump after `*news`, unless it has come.
static void await_news(struct pool *pool, uint32_t *news)
{
	*news = eventcount_wait(&pool->ward->news, *news, WAIT_PARK);
}

static int home_failure(const struct pool *pool, unsigned home)
{
	int wait_status = pool->homes[home].wait_status, pid = -pool->homes[home].pid;
	if (*pool->ward->failure)
		return status_say(ECHILD, "%s", pool->ward->failure);
	if (WIFSIGNALED(wait_status))
		return status_say(ECHILD, "worker process %u (pid %d) was killed by %s", home, pid, signal_text(WTERMSIG(wait_status)));
	return status_say(ECHILD, "worker process %u (pid %d) exited with code %d", home, pid, WEXITSTATUS(wait_status));
}

// The home that died, as it was meant to. -EAGAIN: none yet; else the failure of one that was not to die, or not so.
static int dead_home(const struct pool *pool, unsigned victim)
{
	for (unsigned home = 0; home < pool->homes_n; home++) {
		if (pool->homes[home].pid > 0)
			continue;
		int wait_status = pool->homes[home].wait_status;
		bool meant = lives_in(pool, victim, home) && WIFSIGNALED(wait_status) &&
		             WTERMSIG(wait_status) == isolation_signal(pool->death);
		return meant ? (int)home : home_failure(pool, home);
	}
	return -EAGAIN;
}

static void give(struct pool *pool, unsigned worker, uint64_t number, enum death death)
{
	struct desk *desk = &pool->ward->desk[worker];
	desk->number = number;
	desk->go.command = death;
	eventcount_set(&desk->go, given(pool, worker) + 1, WAIT_PARK);
}

static int await_death(struct pool *pool, unsigned victim)
{
	uint32_t news = atomic_load_explicit(&pool->ward->news.word, memory_order_acquire);
	int home;
	while ((home = dead_home(pool, victim)) == -EAGAIN)
		await_news(pool, &news);
	return home;
}

// Give the lost jobs out again, to workers not yet born, and make those.
static int replace(struct pool *pool, unsigned home)
{
	pool->lost_n = 0;
	for (unsigned worker = 0; worker < pool->ward->workers_n; worker++) {
		struct post *post = &pool->posts[worker];
		post->again = lives_in(pool, worker, home) && !is_done(pool, worker);
		if (lives_in(pool, worker, home))
			post->seen = given(pool, worker);
		if (!post->again)
			continue;
		pool->lost_n++;
		give(pool, worker, pool->ward->desk[worker].number, DEATH_NONE);
	}
	return home_open(pool, home);
}

static int await_jobs(struct pool *pool, uint64_t died_ns)
{
	uint32_t news = atomic_load_explicit(&pool->ward->news.word, memory_order_acquire);
	pool->wall_ns = 0;
	for (;;) {
		bool all = true, replaced = false;
		for (unsigned worker = 0; worker < pool->ward->workers_n; worker++) {
			bool done = is_done(pool, worker);
			all = all && done;
			replaced = replaced || (done && pool->posts[worker].again);
		}
		if (pool->wall_ns == 0 && replaced)
			pool->wall_ns = clock_now_ns() - died_ns;
		if (all)
			return 0;
		for (unsigned home = 0; home < pool->homes_n; home++)
			if (pool->homes[home].pid < 0)
				return home_failure(pool, home);
		await_news(pool, &news);
	}
}

static int check_results(const struct pool *pool)
{
	for (unsigned worker = 0; worker < pool->ward->workers_n; worker++) {
		const struct desk *desk = &pool->ward->desk[worker];
		if (desk->result != isolation_result(desk->number))
			return status_say(EBADMSG, "job %llu came out wrong", (unsigned long long)desk->number);
	}
	return 0;
}

int isolation_recover(struct pool *pool)
{
	unsigned victim = (unsigned)(pool->deaths_n++ % pool->ward->workers_n);
	atomic_store(&pool->ward->died_ns, 0);
	for (unsigned worker = 0; worker < pool->ward->workers_n; worker++)
		give(pool, worker, ++pool->number, worker == victim ? pool->death : DEATH_NONE);
	int home = await_death(pool, victim);
	if (home < 0)
		return home;
	uint64_t died_ns = atomic_load(&pool->ward->died_ns);
	pool->noticed_ns = pool->homes[home].noticed_ns - died_ns;
	int status = replace(pool, (unsigned)home);
	if (status == 0)
		status = await_jobs(pool, died_ns);
	return status < 0 ? status : check_results(pool);
}

static bool any_alive(const struct pool *pool)
{
	for (unsigned home = 0; home < pool->homes_n; home++)
		if (pool->homes[home].pid > 0)
			return true;
	return false;
}

int isolation_start(struct pool *pool)
{
	int status = 0;
	struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_NOCLDSTOP};
	watched = pool;
	sigaction(SIGCHLD, &action, NULL);
	for (unsigned home = 0; home < pool->homes_n && status == 0; home++)
		status = home_open(pool, home);
	return status;
}

// After a failure nobody is asked: who was to die may be stuck.
void isolation_stop(struct pool *pool, bool asked)
{
	uint64_t deadline_ns = clock_now_ns() + (asked ? CLOSE_DEADLINE_S * NS_PER_S : 0);
	atomic_store_explicit(&pool->ward->over, true, memory_order_relaxed); // ordered by the eventcounts
	for (unsigned worker = 0; worker < pool->ward->workers_n; worker++)
		give(pool, worker, 0, DEATH_NONE);
	for (uint32_t look = 0; any_alive(pool) && clock_now_ns() < deadline_ns; look++)
		nanosleep(&(struct timespec){.tv_nsec = look < 10 ? 20000 : 200000}, NULL); // SIGCHLD cuts it short
	signal(SIGCHLD, SIG_DFL);
	for (unsigned home = 0; home < pool->homes_n; home++)
		if (pool->homes[home].pid > 0) {
			kill(pool->homes[home].pid, SIGKILL);
			waitpid(pool->homes[home].pid, NULL, 0);
		}
	watched = NULL;
}
