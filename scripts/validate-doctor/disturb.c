// Disturbances of known size, for scripts/validate-doctor.sh: disturb KIND [ARGUMENT...], until killed.
//   neighbour PERCENT   computes for that share of every 20 ms
//   storm               a timer every 30 µs
//   hog                 writes 512 MiB again and again
//   bursts CPU          on that CPU, in real time: 5 ms of every 50 ms
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#define PERIOD_NS 20000000ull

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

static void sleep_until(uint64_t at_ns)
{
	struct timespec at = {(time_t)(at_ns / 1000000000ull), (long)(at_ns % 1000000000ull)};
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

// Busy for busy_ns of every period.
static void take_turns(uint64_t busy_ns, uint64_t period_ns)
{
	for (uint64_t begin_ns = now_ns();; begin_ns += period_ns) {
		uint64_t end_ns = now_ns() + busy_ns;
		while (now_ns() < end_ns)
			;
		sleep_until(begin_ns + period_ns);
	}
}

static void storm(void)
{
	prctl(PR_SET_TIMERSLACK, 1ul);
	for (;;)
		sleep_until(now_ns() + 30000);
}

static void hog(void)
{
	size_t bytes = 512ul << 20;
	char *memory = malloc(bytes);
	for (int value = 1; memory; value++) {
		memset(memory, value, bytes);
		__asm__ volatile("" : : "r"(memory) : "memory");
	}
}

static void bursts(int cpu)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof set, &set) == 0 &&
	    sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = 90}) == 0)
		take_turns(5000000, 50000000);
}

int main(int argc, char **argv)
{
	prctl(PR_SET_PDEATHSIG, 9);
	const char *kind = argc > 1 ? argv[1] : "";
	if (strcmp(kind, "neighbour") == 0 && argc == 3)
		take_turns((uint64_t)(atof(argv[2]) / 100 * PERIOD_NS), PERIOD_NS);
	else if (strcmp(kind, "storm") == 0)
		storm();
	else if (strcmp(kind, "hog") == 0)
		hog();
	else if (strcmp(kind, "bursts") == 0 && argc == 3)
		bursts(atoi(argv[2]));
	fprintf(stderr, "disturb: neighbour PERCENT, storm, hog (of 512 MiB) or bursts CPU (needs real time)\n");
	return 2;
}
