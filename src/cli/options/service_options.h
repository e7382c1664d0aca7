// The options of `tvp advise` that make the work a service.
#ifndef TVP_CLI_OPTIONS_SERVICE_OPTIONS_H
#define TVP_CLI_OPTIONS_SERVICE_OPTIONS_H

#include "cli/options/options.h"

struct service_request {
	double rate_hz;     ///< 0: a job, not a service
	double goal_p99_ns; ///< 0: none
};

/// For the children of an argp; their input is a struct service_request.
const struct argp *service_options(void);

#endif
