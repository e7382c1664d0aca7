// What `tvp advise --rate` predicts from costs that are known: one way's response, capacities, the choice.
// links: advise
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "advise/service/service.h"
#include "base/status.h"
#include "fixtures/near.h"
#include "fixtures/one_record.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

// A machine of four CPUs that divides work without loss. Waking a worker takes 30 µs, creating a thread 20 µs and
// ending it 10 µs, a process ten times as long.

enum { ROUNDS_N = 8, CPUS_N = 4 };
static const double wake_ns = 3e4, creation_ns = 2e4, ending_ns = 1e4;

struct put {
	const char *size, *model, *wait;
	unsigned workers_n;
	double serial_ns, launch_ns, collect_ns;
};

static void put_sample(uint32_t row, uint32_t round, const struct put *put)
{
	struct sample sample = {.row = row, .round = round, .batch_n = 1, .iterations_n = 1};
	for (int i = 0; i < METRIC_N; i++)
		sample.value[i] = NAN;
	sample.value[METRIC_launch_ns] = put->launch_ns;
	sample.value[METRIC_collect_ns] = put->collect_ns;
	sample.value[METRIC_wall_ns] = put->serial_ns / put->workers_n + put->launch_ns + put->collect_ns;
	sample.value[METRIC_cpu_ns] = put->serial_ns + put->launch_ns + put->collect_ns;
	assert_int_equal(record_add_sample(&record, &sample), 0);
}

static void put_row(const struct put *put)
{
	struct spec spec;
	assert_int_equal(spec_init(&spec, "dispatch"), 0);
	spec_set(&spec, "kernel", put->size ? "busy" : "null");
	if (put->size)
		spec_set(&spec, "size", put->size);
	spec_set(&spec, "model", put->model);
	spec_set_count(&spec, "workers", put->workers_n);
	spec_set(&spec, "pin", "compact");
	if (put->wait)
		spec_set(&spec, "wait", put->wait);
	int row = record_add_row(&record, &spec, "dispatch|");
	assert_true(row >= 0);
	for (uint32_t round = 0; round < ROUNDS_N; round++)
		put_sample((uint32_t)row, round, put);
}

static void put_waits(struct put put)
{
	put.wait = "spin";
	put_row(&put);
	put.launch_ns = put.collect_ns = wake_ns;
	put.wait = NULL;
	put_row(&put);
	put.wait = "park";
	put_row(&put);
}

static void put_task(const char *size, double serial_ns)
{
	put_row(&(struct put){size, "serial", NULL, 1, serial_ns, 0, 0});
	for (unsigned n = 1; n <= CPUS_N; n *= 2) {
		put_row(&(struct put){size, "threads", NULL, n, serial_ns, creation_ns, ending_ns});
		put_row(&(struct put){size, "fork", NULL, n, serial_ns, 10 * creation_ns, 10 * ending_ns});
		put_waits((struct put){size, "thread_pool", NULL, n, serial_ns, 0, 0});
		put_waits((struct put){size, "process_pool", NULL, n, serial_ns, 0, 0});
	}
}

static struct costs known_costs(void)
{
	struct costs costs;
	facts_add(&record.facts, "cpus_n", "%d", CPUS_N);
	facts_add(&record.facts, "memory_bytes", "%lld", 1ll << 30);
	for (uint32_t round = 0; round < ROUNDS_N; round++)
		record_add_round(&record, &(struct round_noise){.round = round});
	put_task(NULL, 100);
	put_task("10us", 1e4);
	put_task("1ms", 1e6);
	put_task("60ms", 6e7);
	if (costs_open(&costs, &record) < 0)
		fail_msg("%s", status_message());
	return costs;
}

static struct service served(const struct costs *costs, const struct workload *workload, double rate_hz)
{
	struct service service;
	if (service_open(&service, costs, workload, rate_hz, 0) < 0)
		fail_msg("%s", status_message());
	return service;
}

static const struct server *server_of(const struct service *service, const char *model, unsigned workers_n,
                                      enum wait wait)
{
	for (uint32_t i = 0; i < service->n; i++) {
		const struct point *setting = &service->server[i].way.setting;
		if (strcmp(setting->model->name, model) == 0 && (setting->model->baseline || setting->workers == workers_n) &&
		    (!setting->model->resident || setting->wait == wait))
			return &service->server[i];
	}
	return NULL;
}

static const struct server *the_server(const struct service *service, const char *model, unsigned workers_n,
                                       enum wait wait)
{
	const struct server *server = server_of(service, model, workers_n, wait);
	if (!server)
		fail_msg("no %s with %u workers", model, workers_n);
	return server;
}

// Serial, exponential work: an M/M/1 queue, whose responses are exponential.
static void test_the_caller_alone(void **state)
{
	(void)state;
	struct costs costs = known_costs();
	struct service service = served(&costs, &(struct workload){.work_ns = 1e6, .cv = 1}, 500);
	const struct server *serial = the_server(&service, "serial", 1, WAIT_SPIN);
	assert_near(serial->utilisation, 0.5, 1e-6);
	assert_near(serial->mean.ns, 2e6, 1e-6);
	assert_near(serial->p50.ns, 2e6 * log(2), 0.01);
	assert_near(serial->p99.ns, 2e6 * log(100), 0.01);
	assert_near(serial->cpus, 0.5, 1e-6);
	assert_near(serial->way.rate_most_hz, 1000, 1e-6);
	assert_true(serial->p99.low_ns < serial->p99.ns && serial->p99.ns < serial->p99.high_ns);
	service_close(&service);
	costs_close(&costs);
}

// Seldom asked, a parked worker is always asleep, an adaptive one too; a spinning one never is, and uses its CPU.
static void test_waking(void **state)
{
	(void)state;
	struct costs costs = known_costs();
	struct service service = served(&costs, &(struct workload){.work_ns = 1e6}, 1);
	static const enum wait waits[] = {WAIT_PARK, WAIT_ADAPTIVE};
	for (unsigned i = 0; i < 2; i++) {
		const struct server *pool = the_server(&service, "thread_pool", 2, waits[i]);
		assert_near(pool->p50.ns, 1e6 + wake_ns, 1e-3);
		assert_true(pool->cpus < 0.0012);
	}
	assert_near(the_server(&service, "thread_pool", 2, WAIT_SPIN)->p50.ns, 1e6, 1e-3);
	assert_near(the_server(&service, "thread_pool", 2, WAIT_SPIN)->cpus, 2, 1e-3);
	assert_near(the_server(&service, "threads", 1, WAIT_SPIN)->p50.ns, 1e6 + creation_ns, 1e-3);
	assert_null(server_of(&service, "thread_pool", 4, WAIT_SPIN)); // no CPU would be left for the caller
	assert_null(server_of(&service, "thread_pool", 5, WAIT_PARK)); // nothing waits
	service_close(&service);
	costs_close(&costs);
}

static void test_adaptive_workers_that_are_busy_do_not_sleep(void **state)
{
	(void)state;
	struct costs costs = known_costs();
	struct service service = served(&costs, &(struct workload){.work_ns = 2e4, .cv = 1}, 40000);
	double adaptive_ns = the_server(&service, "thread_pool", 1, WAIT_ADAPTIVE)->mean.ns;
	double spinning_ns = the_server(&service, "thread_pool", 1, WAIT_SPIN)->mean.ns;
	assert_true(adaptive_ns > spinning_ns && adaptive_ns < spinning_ns + wake_ns);
	service_close(&service);
	costs_close(&costs);
}

static void test_rates_that_can_be_sustained(void **state)
{
	(void)state;
	struct costs costs = known_costs();
	struct service service = served(&costs, &(struct workload){.work_ns = 1e6}, 1500);
	assert_null(server_of(&service, "serial", 1, WAIT_SPIN));
	assert_null(server_of(&service, "thread_pool", 1, WAIT_PARK));
	assert_near(the_server(&service, "thread_pool", 3, WAIT_PARK)->way.rate_most_hz, 3000, 1e-3);
	assert_near(the_server(&service, "threads", 4, WAIT_PARK)->way.rate_most_hz, 4 / (1e6 + 3e4) * 1e9, 0.02);
	assert_near(service.rate_most_hz, 4000, 1e-3);
	bool serial = false, pool = false;
	for (unsigned i = 0; i < service.base.exclusions_n; i++) {
		serial = serial || strcmp(service.base.exclusion[i].what, "serial") == 0;
		pool = pool || strcmp(service.base.exclusion[i].what, "thread_pool, 1 worker") == 0;
	}
	assert_true(serial && pool);
	service_close(&service);
	assert_int_equal(service_open(&service, &costs, &(struct workload){.work_ns = 1e6}, 4001, 0), -ERANGE);
	assert_said("nothing here sustains that rate: the most is 4e+03/s");
	costs_close(&costs);
}

// Creating occupies the caller, whoever works.
static void test_creation_is_the_callers(void **state)
{
	(void)state;
	struct costs costs = known_costs();
	struct service service = served(&costs, &(struct workload){.work_ns = 1e6}, 100);
	assert_near(the_server(&service, "fork", 4, WAIT_PARK)->way.rate_most_hz, 1e9 / 3e5, 0.1);
	service_close(&service);
	costs_close(&costs);
}

// Items that wait nine tenths: forty workers keep four CPUs busy.
static void test_waiting_items(void **state)
{
	(void)state;
	struct costs costs = known_costs();
	struct service service = served(&costs, &(struct workload){.work_ns = 1e7, .wait_share = 0.9}, 3000);
	for (uint32_t i = 0; i < service.n; i++)
		assert_true(service.server[i].way.setting.workers >= 30);
	assert_true(service.rate_most_hz > 3000 && service.rate_most_hz < 4000);
	assert_true(service.server[0].cpus > 3 && service.server[0].cpus < 4);
	service_close(&service);
	costs_close(&costs);
}

static void test_choice_and_goal(void **state)
{
	(void)state;
	struct costs costs = known_costs();
	struct workload workload = {.work_ns = 1e6, .cv = 1};
	struct service service = served(&costs, &workload, 700);
	for (uint32_t i = 0; i + 1 < service.n; i++) {
		const struct server *here = &service.server[i], *next = here + 1;
		assert_true(i + 1 < service.equal_n ? here->cpus < next->cpus + 0.02
		                                    : i + 1 == service.equal_n || here->p99.ns <= next->p99.ns);
	}
	assert_true(service.server[0].way.setting.workers > 1);
	service_close(&service);
	assert_int_equal(service_open(&service, &costs, &workload, 700, 2e7), 0); // the caller alone does: 15.4 ms
	assert_true(service.meets_goal && service.server[0].way.setting.model->baseline);
	service_close(&service);
	assert_int_equal(service_open(&service, &costs, &workload, 700, 1e6), 0); // less than 1 % of requests work
	assert_false(service.meets_goal);
	service_close(&service);
	costs_close(&costs);
}

static void test_ranges(void **state)
{
	(void)state;
	struct costs costs = known_costs();
	struct service service = served(&costs, &(struct workload){.work_ns = 1e6}, 500);
	assert_int_equal(service_find_ranges(&service), 0);
	assert_true(service.ranges_n >= 2);
	assert_true(service.range[0].setting.model->baseline);
	assert_near(service.range[0].from_hz + 1, 1, 1e-9);
	for (unsigned i = 1; i < service.ranges_n; i++)
		assert_true(service.range[i].from_hz > service.range[i - 1].from_hz);
	assert_true(service.range[service.ranges_n - 1].setting.workers == CPUS_N);
	service_close(&service);
	costs_close(&costs);
}

static void test_isolation(void **state)
{
	(void)state;
	struct costs costs = known_costs();
	struct service service = served(&costs, &(struct workload){.work_ns = 1e6, .isolation = true}, 500);
	for (uint32_t i = 0; i < service.n; i++)
		assert_true(service.server[i].way.setting.model->processes);
	service_close(&service);
	costs_close(&costs);
}

// Of two workers and more only: who is alone in being predicted wins nothing.
static void test_nothing_but_the_caller(void **state)
{
	(void)state;
	struct costs costs = known_costs();
	struct service service;
	for (uint32_t i = 0; i < costs.observations.n; i++)
		costs.observations.observation[i].point.workers++;
	assert_int_equal(service_open(&service, &costs, &(struct workload){.work_ns = 1e6}, 500, 0), -ERANGE);
	assert_said("nothing but the serial run can be predicted: 'wake process_pool compact' was");
	costs_close(&costs);
}

static void test_what_was_not_measured(void **state)
{
	(void)state;
	struct costs costs = known_costs();
	struct service service;
	struct workload reads = {.work_ns = 1e6, .in_bytes = 4096};
	assert_int_equal(service_open(&service, &costs, &reads, 500, 0), -ERANGE);
	assert_said("no way of serving this can be predicted: 'read ");
	assert_int_equal(service_open(&service, &costs, &(struct workload){.work_ns = 0}, 500, 0), -EINVAL);
	costs_close(&costs);
}

#define RECORDED(test) cmocka_unit_test_setup_teardown(test, record_begin, record_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RECORDED(test_the_caller_alone),
		RECORDED(test_waking),
		RECORDED(test_adaptive_workers_that_are_busy_do_not_sleep),
		RECORDED(test_rates_that_can_be_sustained),
		RECORDED(test_creation_is_the_callers),
		RECORDED(test_waiting_items),
		RECORDED(test_choice_and_goal),
		RECORDED(test_ranges),
		RECORDED(test_isolation),
		RECORDED(test_nothing_but_the_caller),
		RECORDED(test_what_was_not_measured),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
