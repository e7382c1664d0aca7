// What tvp asks of tvp-kernel-host, and its answer: one piece of memory that both map. tvp reads the answer once the
// host has ended. Both are of one build, which `protocol` makes sure of.
#ifndef TVP_KERNEL_PLUGIN_REQUEST_H
#define TVP_KERNEL_PLUGIN_REQUEST_H

#include "base/arena.h"
#include "kernel/plugin/descriptor.h"

enum { PLUGIN_PROTOCOL = 1, PLUGIN_PATH_BYTES = 256, PLUGIN_SPEC_BYTES = 1024 };

enum plugin_task {
	PLUGIN_DESCRIBE, ///< the descriptor
	PLUGIN_NEED,     ///< need() and traffic() of a problem's size and parameters
	PLUGIN_PREPARE,  ///< fill the arena, and compute once
	PLUGIN_VISIT,    ///< one visit of a spec
	PLUGIN_TRY,      ///< compute as a spec says, a few times, untimed
};

/// What the host is at: where it ended without an answer, that is why.
enum plugin_phase {
	PHASE_START,
	PHASE_OPEN,
	PHASE_NEED,
	PHASE_TRAFFIC,
	PHASE_PREPARE,
	PHASE_RUN,
	PHASE_SPAN_BYTES,
	PHASE_CHECK,
	PHASE_OURS ///< tvp's own code
};

struct plugin_request {
	uint32_t protocol, bytes; ///< PLUGIN_PROTOCOL, sizeof(struct plugin_request)
	enum plugin_task task;
	int plugin_file; ///< descriptors that the host inherits
	int arena_file;  ///< 0: there is no data
	int trial_file;
	uint64_t arena_bytes, huge_bytes;
	enum pages pages;
	char path[PLUGIN_PATH_BYTES]; ///< as the user gave it: for messages
	char spec[PLUGIN_SPEC_BYTES];
	struct problem problem; ///< without its pointers; NEED and PREPARE fill in the rest
	// The answer.
	_Atomic int phase; ///< enum plugin_phase
	bool answered;
	int status;
	char message[400];
	struct plugin_descriptor descriptor;
	struct traffic traffic;
	unsigned right_n; ///< TRY: results that were right, before the first that was wrong
};

#endif
