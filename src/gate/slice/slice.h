// The slice protocol: what a fresh process that ran one visit reports to the gate, as one JSON object on its standard
// output.
#ifndef TVP_GATE_SLICE_H
#define TVP_GATE_SLICE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "gate/slice/printed.h"
#include "gate/slice/throttled.h"
#include "measure/spec.h"
#include "measure/trial.h"

/// Written as "tvp_slice". Gate and slices must use the same one.
enum { SLICE_VERSION = 1 };

/// What can be judged: an iteration's wall time, and the parts of it where the experiment reports them; then what a
/// slice has one value of, per operation. CPU time in ns, page faults, peak memory in bytes, context switches of both
/// kinds.
enum series {
	SERIES_WALL,
	SERIES_LAUNCH,
	SERIES_WORK,
	SERIES_COLLECT,
	SERIES_TIMED_N,
	SERIES_CPU = SERIES_TIMED_N,
	SERIES_FAULTS,
	SERIES_MEMORY,
	SERIES_SWITCHES,
	SERIES_N
};
/// "wall", "launch", "work", "collect", "cpu", "faults", "memory", "switches".
const char *series_name(enum series series);
/// "ns", "bytes", "" of counts, which may be 0.
const char *series_unit(enum series series);
/// SERIES_N: none of that name.
enum series series_find(const char *name);

enum slice_state { SLICE_MEASURED, SLICE_SKIPPED, SLICE_FAILED };

/// One visit's raw times. Integers as the clock gave them; per operation only once they are located.
struct slice_times {
	char spec[SPEC_NAME_BYTES];
	char revision[48]; ///< of the source the program was built from
	unsigned pin_rule; ///< PIN_RULE of that program; 1 where it says none
	enum slice_state state;
	char message[256];     ///< why it was skipped or failed, else ""
	uint64_t begun_ns;     ///< CLOCK_MONOTONIC as start-up was over: before the problem's data is made
	uint64_t ready_ns;     ///< … and as the visit began
	uint64_t iterations_n; ///< clock readings
	uint32_t batch_n;      ///< operations per clock reading
	bool has_parts;
	uint64_t *time_ns[SERIES_TIMED_N]; ///< [iterations_n], of operations_n[] operations each; NULL where it has none
	uint64_t *operations_n;            ///< [iterations_n]
	double value[SERIES_N];            ///< from SERIES_CPU on: per operation; NAN where it was not measured
	double memory_floor_bytes;         ///< where SERIES_MEMORY is NAN it was at most that; 0: nothing is known of it
	int exit_code; ///< of a program that is no tvp; 128 + its number where a signal ended it; -1: none ran
	struct slice_printed printed;     ///< by such a program
	struct slice_throttled throttled; ///< from begun_ns on
};

/// The series that a slice has: bits 1 << enum series.
unsigned slice_series(const struct slice_times *slice);

/// Print one line: of `head` spec, revision, pin_rule, state, message, printed, throttled, begun_ns, ready_ns and
/// has_parts; of the trial the times and values, where measured. Returns 0 or -errno.
int slice_print(FILE *out, const struct slice_times *head, const struct trial *trial);

/// Read it back; close with slice_close(). Returns 0; -EPROTO (another version of the protocol: the message names
/// both); or -EBADMSG (anything that is not a slice; the message says where).
int slice_parse(struct slice_times *slice, const char *text, size_t text_bytes);
void slice_close(struct slice_times *slice);

#endif
