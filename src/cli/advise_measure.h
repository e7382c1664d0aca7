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

/// For these two: a session of its own for a measurement, and the work that it measures. As session_ask() and
/// plan_choose().
void advise_ask(struct session *session, const char *suite, uint64_t budget_s);
int advise_choose_kernel(struct plan_options *plan, const struct advise_request *request);

/// Have the plan's synthetic work take this number, which it takes whole; says on stderr where that makes it another.
/// Returns as plan_choose().
int advise_choose_whole(const char *command, struct plan_options *plan, const char *key, double number,
                        const char *unit);

/// Run the two best ways and the serial one, of the same kernel or of `synthetic` as the work is described, and fill in
/// what they took, or why that was not measured. As above; -ERANGE: it cannot be measured, as where kernel synthetic
/// cannot be given such work; report->verified_n is 0 then.
int advise_verify(struct session *session, const struct advise_request *request, struct advice_report *report);

#endif
