// A run from its request to its samples: what every command does that measures by rounds.
#ifndef TVP_CLI_SESSION_H
#define TVP_CLI_SESSION_H

#include "cli/options/run_options.h"
#include "measure/visit.h"

/// Large: some 60 KiB.
struct session {
	const char *command;
	struct run_request request;
	struct topology *topology; ///< opened by the command
	struct visitor visitor;
	struct record record;
};

/// Fill in the request of a command that measures to its own ends: this suite for so long, without the doctor. It may
/// change the options then.
void session_ask(struct session *session, const char *suite, uint64_t budget_ns);

/// Open the record and plan what the request asks for, with the facts of the machine. Returns 0 or a status with a
/// message.
int session_plan(struct session *session);

/// Look for a second at what disturbs, where request.doctor says so, then measure the record's open rows, with progress
/// on stderr where the request wants it, saving to request.out now and then ("": nowhere). Returns 0, also when
/// interrupted, or -errno with a message.
int session_measure(struct session *session);
/// The same, where a part is of no use: -EINTR with a message when interrupted.
int session_measure_whole(struct session *session);

#endif
