#include "cli/options/service_options.h"

#include "base/units.h"

enum { KEY_RATE = 0x600, KEY_P99 };

static const struct argp_option options[] = {
	{0, 0, 0, 0, "A service instead of a job:", 3},
	{"rate", KEY_RATE, "RATE", 0,
     "requests arrive by themselves, at random times, so many on average: 2000/s, 5/ms, 0.5/min; each is one item of "
     "the work",
     3},
	{"p99", KEY_P99, "TIME", 0, "the fewest CPUs with which 99 % of requests take no longer: 5ms", 3},
	{0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct service_request *request = state->input;
	switch (key) {
	case KEY_RATE:
		if (units_parse_rate(argument, &request->rate_hz) < 0)
			option_refuse(state, "rate", argument, "a number of requests per time, such as 2000/s, 5/ms or 0.5/min");
		return 0;
	case KEY_P99:
		unit_time_take(state, "p99", argument, &request->goal_p99_ns);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp *service_options(void)
{
	static const struct argp argp = {.options = options, .parser = parse};
	return &argp;
}
