// The doctor on stored vectors: gaps and their period, processes, interrupts, what a forecast says; and a short real
// spin.
// links: doctor
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/rng.h"
#include "doctor/cause.h"
#include "doctor/irq_table.h"
#include "doctor/period.h"
#include "doctor/task_table.h"
#include "tests/fixtures/tree.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char root[64];
static struct gap_log gaps;
static struct doctor doctor;
static struct topology *topology;

static int setup(void **state)
{
	(void)state;
	memset(&gaps, 0, sizeof gaps);
	memset(&doctor, 0, sizeof doctor);
	strcpy(root, "/tmp/t_doctor.XXXXXX");
	doctor.settings.root = root;
	doctor.after.noise.wall_ns = NS_PER_S;
	doctor.before.noise.others_ns = doctor.after.noise.others_ns = UINT64_MAX;
	doctor.before.noise.throttled_n = doctor.after.noise.throttled_n = UINT64_MAX;
	return mkdtemp(root) && topology_open(&topology, NULL) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	doctor_close(&doctor);
	topology_close(topology);
	return tree_remove(root);
}

static void file_put(const char *path, const char *text)
{
	tree_put(root, path, text);
}

static const struct finding *found(const char *cause, enum finding_kind kind)
{
	for (unsigned i = 0; i < doctor.findings_n; i++)
		if (strcmp(doctor.finding[i].cause, cause) == 0 && doctor.finding[i].kind == kind)
			return &doctor.finding[i];
	return NULL;
}

static void assert_found(const char *cause, enum finding_kind kind, const char *text)
{
	const struct finding *finding = found(cause, kind);
	if (!finding)
		fail_msg("%s found no %s", cause, finding_kind_names[kind]);
	else if (!strstr(finding->text, text))
		fail_msg("no '%s' in '%s'", text, finding->text);
}

static void test_buckets(void **state)
{
	static const struct {
		uint64_t ns;
		unsigned bucket;
	} known[] = {{1000, 0}, {1999, 0}, {2000, 1}, {4000, 2}, {7999, 2}, {8000, 3}, {1024000, 10}, {UINT64_MAX, 21}};
	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		assert_int_equal(gap_bucket(known[i].ns), known[i].bucket);
}

static void test_gaps_add_up(void **state)
{
	(void)state;
	assert_true(isnan(gap_share(&gaps)));
	for (uint64_t i = 0; i < 2 * GAPS_KEPT; i++)
		gap_add(&gaps, i * 100000, 3000);
	gap_add(&gaps, 1, 70000);
	gaps.ran_ns = 100 * (2 * GAPS_KEPT * 3000 + 70000);
	assert_int_equal(gaps.gaps_n, 2 * GAPS_KEPT + 1);
	assert_int_equal(gaps.kept_n, GAPS_KEPT);
	assert_int_equal(gaps.bucket[1], 2 * GAPS_KEPT);
	assert_int_equal(gaps.bucket[6], 1);
	assert_int_equal(gaps.longest_ns, 70000);
	assert_float_equal(gap_share(&gaps), 0.01, 1e-12);
}

static void test_speeds(void **state)
{
	(void)state;
	assert_true(isnan(gap_speed_spread(&gaps)));
	for (int i = 0; i < 101; i++)
		gap_speed_add(&gaps, 100 + i);
	assert_float_equal(gap_speed_ns(&gaps), 150, 1e-6);
	assert_float_equal(gap_speed_spread(&gaps), 195.0 / 105, 1e-6);
}

// A tick of 4 ms with 20 µs of jitter, and as many gaps at random times.
static void test_period_among_others(void **state)
{
	struct rng rng = {7};
	uint64_t random_ns = 0;
	(void)state;
	for (uint64_t i = 0; i < 100; i++) {
		gap_add(&gaps, 1000000000 + i * 4000000 + rng_below(&rng, 20000) + 5000, 5000);
		if (i % 4 == 0)
			gap_add(&gaps, 1000000000 + (random_ns += rng_below(&rng, 32000000)), 5000);
	}
	struct period period = period_find(&gaps, 2000);
	assert_float_equal(period.period_ns, 4e6, 4e6 * 0.005);
	assert_true(period.strength > 0.7);
}

// A clock as it is seen: in percent of its turns, perhaps twice in each, beside gaps at random times.
struct clock_seen {
	uint64_t period_us, second_us; ///< 0: once in each turn
	uint32_t seen_percent, others_percent;
};

static void clock_add(struct rng *rng, const struct clock_seen *clock)
{
	for (uint64_t turn = 0; turn < 200; turn++) {
		uint64_t begin_us = 1000000 + turn * clock->period_us + rng_below(rng, (uint32_t)clock->period_us / 100);
		if (rng_below(rng, 100) < clock->seen_percent)
			gap_add(&gaps, begin_us * 1000, 5000);
		if (clock->second_us > 0)
			gap_add(&gaps, (begin_us + clock->second_us) * 1000, 5000);
		else if (rng_below(rng, 100) < clock->others_percent)
			gap_add(&gaps, (begin_us + rng_below(rng, (uint32_t)clock->period_us)) * 1000, 5000);
	}
}

static void test_period_is_the_fundamental(void **state)
{
	static const struct clock_seen clocks[] = {
		{4000, 0, 100, 0},  {1000, 0, 100, 0},  {1000, 0, 50, 0},      {1000, 0, 30, 0},    {1000, 0, 70, 20},
		{4000, 0, 60, 40},  {4000, 0, 100, 80}, {4000, 1900, 100, 0},  {4000, 1100, 90, 0}, {10000, 4800, 100, 0},
		{4000, 500, 80, 0}, {2000, 0, 100, 30}, {10000, 3300, 100, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++) {
		struct rng rng = {i + 1};
		gaps = (struct gap_log){0};
		clock_add(&rng, &clocks[i]);
		double wanted_ns = (double)clocks[i].period_us * 1e3;
		assert_float_equal(period_find(&gaps, 2000).period_ns, wanted_ns, wanted_ns * 0.01);
	}
}

static void test_no_period(void **state)
{
	struct rng rng = {11};
	uint64_t at_ns = 0;
	(void)state;
	assert_true(isnan(period_find(&gaps, 2000).period_ns)); // none at all
	for (int i = 0; i < 300; i++)
		gap_add(&gaps, at_ns += (uint64_t)(-log((rng_below(&rng, 1000000) + 1) / 1e6) * 4e6) + 6000, 5000);
	assert_true(isnan(period_find(&gaps, 2000).period_ns));
	assert_true(isnan(period_find(&gaps, 6000).period_ns)); // none is long enough
}

static void test_stat_of_a_process(void **state)
{
	struct task task;
	(void)state;
	assert_true(task_parse(&task, "77 (a) b (c\t) S 1 77 77 0 -1 4194560 100 7 5 9 30 20 3 4 20 0 2 0 555 1000000 25 "
	                              "18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 3 0 0 0 0 0 0 0 0 0 0 0 0 0\n"));
	assert_int_equal(task.pid, 77);
	assert_string_equal(task.name, "a) b (c?");
	assert_int_equal(task.parent, 1);
	assert_int_equal(task.began, 555);
	assert_int_equal(task.faults_n, 105);
	assert_int_equal(task.ran_ns, 50 * (NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK)));
	assert_int_equal(task.cpu, 3);
	assert_false(task_parse(&task, "77 (a) S 1 2 3"));
	assert_false(task_parse(&task, "77"));
	assert_false(task_parse(&task, ""));
}

// Processes that used so many ms of a second; the pid is the number.
static void tasks_put(struct reading *reading, const uint64_t *ms, uint32_t n)
{
	reading->task = calloc(n, sizeof *reading->task);
	reading->tasks_n = n;
	for (uint32_t i = 0; i < n; i++) {
		reading->task[i] = (struct task){.pid = (int)i + 1000000000, .began = 1, .ran_ns = ms[i] * NS_PER_MS};
		strcpy(reading->task[i].name, "busy");
	}
}

static void test_neighbours(void **state)
{
	(void)state;
	tasks_put(&doctor.before, (const uint64_t[]){100, 500, 0}, 3);
	tasks_put(&doctor.after, (const uint64_t[]){104, 700, 0}, 3);
	struct task_uses uses = reading_uses(&doctor.before, &doctor.after, NULL);
	assert_int_equal(uses.n, 2);
	assert_int_equal(uses.use[0].task->pid, 1000000001);
	assert_float_equal(uses.use[0].cpus, 0.2, 1e-9);
	assert_float_equal(uses.sum_cpus, 0.204, 1e-9);
	cause_processes.judge(NULL, &doctor);
	assert_found("processes", FINDING_DOUBT, "20 % of a CPU: 1000000001 (busy): 20 %, 1000000000 (busy): 0.4 %");
}

static void test_quiet_neighbours(void **state)
{
	(void)state;
	tasks_put(&doctor.before, (const uint64_t[]){100}, 1);
	tasks_put(&doctor.after, (const uint64_t[]){105}, 1);
	cause_processes.judge(NULL, &doctor);
	assert_found("processes", FINDING_NOTE, "1000000000 (busy): 0.5 %");
	assert_false(doctor_doubts(&doctor));
}

static void test_a_watched_run_is_no_neighbour(void **state)
{
	(void)state;
	tasks_put(&doctor.after, (const uint64_t[]){300, 300, 300}, 3);
	doctor.after.task[2].parent = 1000000001;
	doctor.after.beside = 1000000001;
	struct task_uses uses = reading_uses(&doctor.before, &doctor.after, NULL);
	assert_int_equal(uses.n, 1);
	assert_int_equal(uses.use[0].task->pid, 1000000000);
}

static void test_memory_hog(void **state)
{
	(void)state;
	file_put("proc/meminfo", "MemTotal: 1000000 kB\nMemFree: 5 kB\nMemAvailable: 900000 kB\n");
	file_put("proc/vmstat", "pswpin 3\npswpout 4\n");
	tasks_put(&doctor.after, (const uint64_t[]){300}, 1);
	doctor.after.task[0].resident_bytes = 512ull << 20;
	void *memories = calloc(1, cause_memory.state_bytes);
	cause_memory.begin(memories, &doctor);
	cause_memory.end(memories, &doctor);
	cause_memory.judge(memories, &doctor);
	assert_found("memory", FINDING_DOUBT, "1000000000 (busy) holds 512 MiB");
	assert_int_equal(doctor.findings_n, 1);
	file_put("proc/meminfo", "MemTotal: 1000000 kB\nMemAvailable: 9000 kB\n");
	file_put("proc/vmstat", "pswpin 3\npswpout 10\n");
	doctor.findings_n = doctor.after.tasks_n = 0;
	cause_memory.end(memories, &doctor);
	cause_memory.judge(memories, &doctor);
	assert_found("memory", FINDING_DOUBT, "Only 0.0086 GiB");
	free(memories);
}

static void interrupts_judge(const char *before, const char *after)
{
	void *tables = calloc(1, cause_interrupts.state_bytes);
	doctor.findings_n = 0;
	file_put("proc/interrupts", before);
	cause_interrupts.begin(tables, &doctor);
	file_put("proc/interrupts", after);
	cause_interrupts.end(tables, &doctor);
	cause_interrupts.judge(tables, &doctor);
	cause_interrupts.close(tables);
	free(tables);
}

static void test_interrupts(void **state)
{
	(void)state;
	interrupts_judge(
		"           CPU0       CPU3\n 36:  5  7  PCI-MSIX 1-edge   virtio1\nLOC:  10  20   Local timer interrupts\nERR:  0\n",
		"           CPU0       CPU3\n 36:  6  9  PCI-MSIX 1-edge   virtio1\nLOC:  260  50020   Local timer interrupts\nERR:  0\n");
	assert_found(
		"interrupts", FINDING_DOUBT,
		"CPU 3 took 50002 interrupts a second; most on the allowed CPUs are LOC (Local timer interrupts): 50250 a second. Some program");
	assert_int_equal(*doctor.finding[0].command, 0);
	interrupts_judge(" CPU0\n 36:  5 PCI virtio1\n", " CPU0\n 36: 9005 PCI virtio1\n");
	assert_found("interrupts", FINDING_DOUBT, "36 (PCI virtio1): 9000 a second");
	assert_non_null(strstr(doctor.finding[0].command, "/proc/irq/36/"));
	interrupts_judge(" CPU0\n 36:  5 PCI virtio1\n", " CPU0\n 36: 905 PCI virtio1\n");
	assert_found("interrupts", FINDING_NOTE, "900 a second");
}

static void test_throttling(void **state)
{
	(void)state;
	file_put("proc/self/cgroup", "0::/\n");
	file_put("proc/self/mountinfo", "30 1 0:1 / /cg rw - cgroup2 cgroup2 rw\n");
	file_put("cg/cpu.max", "80000 100000\n");
	doctor.before.noise.throttled_n = doctor.before.noise.throttled_ns = 0;
	doctor.after.noise.throttled_n = 10;
	doctor.after.noise.throttled_ns = 2 * NS_PER_S;
	cause_throttling.judge(NULL, &doctor);
	assert_found("throttling", FINDING_DOUBT, "quota of 0.80 CPUs was used up in 10 periods");
}

// In a directory where nothing is, every cause says so or nothing, and none doubts.
static void test_nothing_can_be_read(void **state)
{
	(void)state;
	doctor.settings.topology = topology;
	assert_int_equal(causes_begin(&doctor), 0);
	reading_take(&doctor.before, root);
	reading_take(&doctor.after, root);
	doctor.after.noise = doctor.before.noise;
	doctor.after.noise.wall_ns += NS_PER_S;
	causes_end(&doctor);
	causes_judge(&doctor);
	static const char *const names[] = {"processes", "memory",    "steal", "interrupts", "softirqs",
	                                    "siblings",  "frequency", "pages", "clock",      "cpus"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_non_null(found(names[i], FINDING_UNREADABLE));
}

static void test_forecast(void **state)
{
	double quiet[40], noisy[40], wild[40];
	struct rng rng = {3};
	(void)state;
	for (int i = 0; i < 40; i++) {
		double x = ((double)rng_below(&rng, 2001) - 1000) / 1000;
		quiet[i] = 0.005 * x;
		noisy[i] = 0.15 * x;
		wild[i] = 40 * x;
	}
	double few_n = forecast_blocks(quiet, 40, 0.05, true), more_n = forecast_blocks(noisy, 40, 0.05, true);
	assert_true(few_n >= 8 && few_n <= 11); // ln(100) and the mean over ten bets, at ln(1.98) a block
	if (!(more_n > 1.5 * few_n && more_n < 300))
		fail_msg("%g blocks, and %g", few_n, more_n);
	assert_true(isinf(forecast_blocks(wild, 40, 0.05, true)));
	assert_true(forecast_blocks(quiet, 40, 0.05, false) <= 11);
}

static void test_spin(void **state)
{
	struct spin *spin = &doctor.spin;
	(void)state;
	assert_int_equal(spin_run(spin, topology, 60 * NS_PER_MS), 0);
	assert_int_equal(spin->cpus_n, topology_cpus_n(topology));
	assert_true(spin->alone_n >= 1 && spin->alone_n <= spin->cpus_n);
	for (unsigned i = 0; i < spin->cpus_n; i++) {
		assert_true(spin->cpu[i].log[SPIN_TOGETHER].ran_ns > 0);
		assert_true(gap_share(&spin->cpu[i].log[SPIN_TOGETHER]) <= 1);
	}
	assert_non_null(spin_worst(spin, SPIN_ALONE));
	assert_int_equal(waitpid(-1, NULL, 0), -1); // nobody is left
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_buckets),
		TEST(test_gaps_add_up),
		TEST(test_speeds),
		TEST(test_period_among_others),
		TEST(test_period_is_the_fundamental),
		TEST(test_no_period),
		TEST(test_stat_of_a_process),
		TEST(test_neighbours),
		TEST(test_quiet_neighbours),
		TEST(test_a_watched_run_is_no_neighbour),
		TEST(test_memory_hog),
		TEST(test_interrupts),
		TEST(test_throttling),
		TEST(test_nothing_can_be_read),
		TEST(test_forecast),
		TEST(test_spin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
