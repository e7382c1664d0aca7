// What `tvp advise --rate --verify` measures: the ways that it recommends, by experiment `service`.
#ifndef TVP_CLI_SERVICE_MEASURE_H
#define TVP_CLI_SERVICE_MEASURE_H

#include "cli/session.h"
#include "report/advise/advice.h"

/// Run the two best ways that the experiment has (not those that create a worker for each request, or send its data)
/// and fill in what their requests took. The session is a fresh one. Returns 0; -ERANGE: there is none, or kernel
/// synthetic cannot be given such work; or another status, with a message.
int service_verify(struct session *session, struct advice_report *report);

#endif
