// What `tvp advise` measures itself: items of a kernel, and the ways that it is to verify.
#ifndef TVP_CLI_ADVISE_MEASURE_H
#define TVP_CLI_ADVISE_MEASURE_H

#include "cli/options/advise_options.h"
#include "cli/session.h"
#include "report/advise/advice.h"

/// Measure items of request->kernel, run serially, and fill in what was not given of request->workload. The session is
/// a fresh one, of a topology that is open. Returns 0; -EINVAL, -ENOENT (no such kernel, size …), -EINTR, -ERANGE (its
/// items differ too much to be described by a mean and a variation), or another status, with a message.
int advise_measure_items(struct session *session, struct advise_request *request);

/// What was measured of them, in words.
char *advise_items_text(char *out, size_t out_bytes, const struct advise_request *request);

/// Run the two best ways and the serial one, of the same kernel or of `synthetic` as the work is described, and fill in
/// what they took. As above; -ERANGE: kernel synthetic cannot be given such work.
int advise_verify(struct session *session, const struct advise_request *request, struct advice_report *report);

#endif
