// tvp advise: threads or processes, how many, and how, for this work.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "advise/advice.h"
#include "base/status.h"
#include "cli/advise_answer.h"
#include "cli/advise_command.h"
#include "cli/advise_measure.h"
#include "cli/calibration.h"
#include "cli/cli.h"
#include "cli/machine.h"
#include "cli/options/advise_options.h"
#include "cli/service_measure.h"
#include "measure/rounds.h"
#include "report/advise/advice.h"
#include "report/result/result.h"
#include "report/table/conditions.h"

struct advising {
	const char *command;
	struct advise_request request;
	struct session session;   ///< of the calibration, where there was none
	struct session measuring; ///< of the work's items, and then of what is verified
	struct topology *topology;
	struct record *record; ///< what the costs are learned from
	struct record loaded;
	char machine[500], work[300];
	struct costs costs;
	struct advice advice;
	struct service service;
};

static int exit_code_of(int status)
{
	if (status == -ERANGE || status == -ENOENT)
		return EXIT_CANNOT_TELL;
	return status == -EINVAL ? EXIT_USAGE : status == -EINTR ? EXIT_INTERRUPTED : EXIT_ENVIRONMENT;
}

static int calibrate(struct advising *advising)
{
	struct session *session = &advising->session;
	fprintf(stderr, "%s: %s: measuring it now\n", advising->command, status_message());
	session->command = advising->command;
	session->topology = advising->topology;
	int status = calibration_make(session, calibration_budget_ns(session->topology));
	advising->record = &session->record;
	return status;
}

static int take_calibration(struct advising *advising)
{
	static struct facts facts; // some 17 KiB
	facts_read(&facts, advising->topology);
	int status = calibration_load(&advising->loaded, &facts);
	advising->record = &advising->loaded;
	if (status == -ENOENT || status == -ESTALE)
		status = calibrate(advising);
	snprintf(advising->machine, sizeof advising->machine, "this machine's calibration of %s",
	         status < 0 ? "" : advising->record->date);
	return status;
}

// Six rounds are the fewest that give a 95 % interval. What has none is a guess.
static bool guesses(const struct advising *advising)
{
	return advising->record->rounds_n < ROUNDS_FOR_INTERVAL;
}

// Costs that were measured on a busy machine are still used, but not without a word.
static void warn_of_conditions(const struct advising *advising)
{
	char text[CONDITIONS_MOST][CONDITION_BYTES];
	if (guesses(advising))
		fprintf(
			stderr,
			"%s: warning: the costs were measured in fewer than %d rounds, which give no intervals: what follows is a "
			"guess (exit status 3)%s\n",
			advising->command, ROUNDS_FOR_INTERVAL, advising->request.from ? "" : ": tvp calibrate --time-budget=5m");
	unsigned n = conditions_warnings(advising->record, text);
	for (unsigned i = 0; i < n; i++)
		fprintf(stderr, "%s: warning: when the costs were measured: %s%s\n", advising->command, text[i],
		        advising->request.from ? "" : " On a quieter machine: tvp calibrate");
}

static int take_costs(struct advising *advising)
{
	const char *from = advising->request.from;
	int status = from ? result_load(&advising->loaded, from) : take_calibration(advising);
	if (status < 0)
		return status;
	if (from) {
		const char *model = facts_get(&advising->loaded.facts, "cpu_model");
		advising->record = &advising->loaded;
		snprintf(advising->machine, sizeof advising->machine, "%s: %s, %s CPUs", from, model ? model : "unknown CPU",
		         facts_get(&advising->loaded.facts, "cpus_n"));
	}
	warn_of_conditions(advising);
	return costs_open(&advising->costs, advising->record);
}

// Each measurement has a session of its own.
static struct session *measuring_begin(struct advising *advising)
{
	struct session *session = &advising->measuring;
	record_close(&session->record);
	*session = (struct session){.command = advising->command, .topology = advising->topology};
	return session;
}

// What was not said, and changes the answer: workers that queue meet less often where the items are equal.
static void describe_work(struct advising *advising)
{
	const struct advise_request *request = &advising->request;
	bool queues = request->workload.lock_share > 0 || request->service.rate_hz > 0;
	snprintf(advising->work, sizeof advising->work, "as described%s",
	         queues && !request->cv_given
	             ? ". Items are taken to be equal; where they differ, more of them wait for each "
	               "other: --cv=0.5 says how much"
	             : "");
}

static int take_work(struct advising *advising)
{
	struct advise_request *request = &advising->request;
	describe_work(advising);
	if (!request->kernel)
		return 0;
	int status = advise_measure_items(measuring_begin(advising), request);
	advise_items_text(advising->work, sizeof advising->work, request);
	return status;
}

static int failed(const struct advising *advising, int status)
{
	bool of_file = advising->request.from && status == -ENOENT;
	return cli_fail(advising->command, of_file ? EXIT_USAGE : exit_code_of(status));
}

// What cannot be verified is advice all the same. Returns what is to end it.
static int note_unverified(const struct advising *advising, int status)
{
	const struct advise_request *request = &advising->request;
	if (status == -ERANGE)
		fprintf(stderr, "%s: not verified: %s\n", advising->command, status_message());
	else if (status == 0 && request->verify && request->from)
		fprintf(stderr,
		        "%s: the costs are those of %s, and --verify measured on this machine: the ratio compares both\n",
		        advising->command, advising->machine);
	return status == -ERANGE ? 0 : status;
}

static int serve(struct advising *advising, struct advice_report *report)
{
	const struct advise_request *request = &advising->request;
	struct service *service = &advising->service;
	report->service = service;
	report->advice = &service->base;
	int status = service_open(service, &advising->costs, &request->workload, request->service.rate_hz,
	                          request->service.goal_p99_ns);
	if (status == 0)
		status = service_find_ranges(service);
	int verified = status == 0 && request->verify ? service_verify(measuring_begin(advising), report) : 0;
	status = status == 0 ? note_unverified(advising, verified) : status;
	if (status < 0)
		return failed(advising, status);
	if (advise_answer(request, report) < 0)
		return cli_fail(advising->command, EXIT_ENVIRONMENT);
	bool misses = service->goal_p99_ns > 0 && !service->meets_goal;
	return misses || verified < 0 ? EXIT_CANNOT_TELL : EXIT_OK;
}

static int advise_job(struct advising *advising, struct advice_report *report)
{
	struct advise_request *request = &advising->request;
	int status = advice_open(&advising->advice, &advising->costs, &request->workload);
	int verified = status == 0 && request->verify ? advise_verify(measuring_begin(advising), request, report) : 0;
	status = status == 0 ? note_unverified(advising, verified) : status;
	if (status < 0)
		return failed(advising, status);
	advice_find_flips(&advising->advice);
	if (advise_answer(request, report) < 0)
		return cli_fail(advising->command, EXIT_ENVIRONMENT);
	return verified < 0 ? EXIT_CANNOT_TELL : EXIT_OK;
}

static int advise(struct advising *advising)
{
	const struct advise_request *request = &advising->request;
	struct advice_report report = {
		.advice = &advising->advice,
		.machine = advising->machine,
		.work = advising->work,
		.explain = request->explain,
	};
	int status = take_costs(advising);
	if (status == 0)
		status = take_work(advising);
	if (status < 0)
		return failed(advising, status);
	int exit_code = request->service.rate_hz > 0 ? serve(advising, &report) : advise_job(advising, &report);
	return exit_code == EXIT_OK && guesses(advising) ? EXIT_CANNOT_TELL : exit_code;
}

int cli_advise(int argc, char **argv)
{
	static struct advising advising; // some 80 KiB
	advising.command = argv[0];
	int exit_code = plugins_take(argc, argv);
	if (exit_code != EXIT_OK)
		return exit_code;
	advise_request_parse(&advising.request, argc, argv);
	exit_code = machine_open(argv[0], NULL, &advising.session.request.machine, &advising.topology);
	if (exit_code != EXIT_OK)
		return exit_code;
	if (advising.request.command.command.settings.command) {
		exit_code = advise_command(argv[0], &advising.request, advising.topology);
		topology_close(advising.topology);
		return exit_code;
	}
	exit_code = advise(&advising);
	advice_close(&advising.advice);
	service_close(&advising.service);
	costs_close(&advising.costs);
	if (advising.record)
		record_close(advising.record);
	record_close(&advising.measuring.record);
	topology_close(advising.topology);
	return exit_code;
}
