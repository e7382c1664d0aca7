// A description that cannot be opened, or CPUs that are not there, are the user's mistake: exit status 2.
#include "cli/machine.h"

#include <errno.h>
#include <stdlib.h>

#include "base/status.h"
#include "cli/cli.h"
#include "host/placement.h"

int machine_open(const char *command, const char *source, const struct machine_request *request,
                 struct topology **topology)
{
	int status = topology_open(topology, source);
	bool bad_input = status < 0 && source && status != -ENOMEM && status != -EAGAIN;
	if (status == 0 && (status = topology_choose(*topology, request->cpus, request->kind)) < 0) {
		bad_input = status == -EINVAL;
		topology_close(*topology);
		*topology = NULL;
	}
	return status < 0 ? cli_fail(command, bad_input ? EXIT_USAGE : EXIT_ENVIRONMENT) : EXIT_OK;
}

/// The largest numbers of workers of a plan: of all rows, and of those whose pin has an order of CPUs.
struct most {
	unsigned workers_n, pinned_n;
};

static struct most most_of(const struct record *planned)
{
	struct most most = {0};
	for (uint32_t i = 0; i < planned->rows_n; i++) {
		const struct spec *spec = &planned->rows[i].spec;
		const char *workers = spec_get(spec, "workers"), *name = spec_get(spec, "pin");
		unsigned workers_n = workers ? (unsigned)atoi(workers) : 0;
		enum pin pin = PIN_NONE;
		if (name && pin_parse(name, &pin) < 0)
			pin = PIN_NONE;
		most.workers_n = workers_n > most.workers_n ? workers_n : most.workers_n;
		if ((pin == PIN_COMPACT || pin == PIN_SPREAD) && workers_n > most.pinned_n)
			most.pinned_n = workers_n;
	}
	return most;
}

void machine_warn(struct facts *facts, const struct topology *topology, const struct record *planned)
{
	double quota_cpus = topology_quota_cpus(topology);
	struct most most = most_of(planned);
	if (quota_cpus > 0 && most.workers_n > quota_cpus)
		facts_warn(facts, "Up to %u worker%s a cgroup quota of %.2f CPUs: throttled in every period, not parallel.",
		           most.workers_n, most.workers_n == 1 ? " has" : "s share", quota_cpus);
	const struct topology_kind *kind = topology_kinds(topology);
	if (most.pinned_n > 0 && placement_kinds_n(topology, PIN_COMPACT, most.pinned_n) > 1)
		facts_warn(facts,
		           "Up to %u pinned workers exceed the %u CPUs of kind 0%s%s%s: the others run on CPUs of other kinds, "
		           "which are slower or faster.",
		           most.pinned_n, kind->cpus_n, *kind->name ? " (" : "", kind->name, *kind->name ? ")" : "");
}
