// Before the first block: how many iterations each row's slices do, and what cannot be run at all.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "gate/parts.h"

enum { HOPELESS_ROWS = 3 };

static void reason_keep(char *reason, size_t reason_bytes)
{
	snprintf(reason, reason_bytes, "%s", status_message());
	slice_plain(reason);
}

static int gate_break(struct gate *gate, int status)
{
	reason_keep(gate->broken, sizeof gate->broken);
	return status;
}

// A row's failure is its own; only an interrupt and another protocol end the gate.
int row_fail(struct gate *gate, struct gate_row *row, int status)
{
	if (status == -EINTR) {
		row->failed_side = -1;
		return status;
	}
	row->state = GATE_ROW_FAILED;
	reason_keep(row->reason, sizeof row->reason);
	return status == -EPROTO ? gate_break(gate, status) : 0;
}

// Iterations from the old side; the new side then does the same once: what it cannot do shows before any block.
static int calibrate_row(struct course *course, struct gate_row *row)
{
	struct gate *gate = course->gate;
	struct slice_request request = {
		.spec = row->name, .time_ns = row->slicing.slice_ns, .deadline_ns = gate->options.deadline_ns, .one_cpu = row->slicing.one_cpu,
	};
	bool has_parts = false;
	for (int side = SIDE_OLD; side < SIDES_N && row->state == GATE_ROW_MEASURED; side++) {
		struct slice_times slice;
		struct slice_cost cost;
		int status = side_run(&gate->side[side], &course->listener, &request, &slice, &cost);
		if (status < 0) {
			row->failed_side = side;
			return status;
		}
		if (slice.state == SLICE_SKIPPED) {
			row->state = GATE_ROW_SKIPPED;
			snprintf(row->reason, sizeof row->reason, "%s: %s", gate->side[side].name, slice.message);
			slice_plain(row->reason);
		} else if (side == SIDE_OLD) {
			row->iterations_n = request.iterations_n = slice.iterations_n;
			row->batch_n = request.batch_n = slice.batch_n;
			has_parts = slice.has_parts;
		}
		slice_close(&slice);
	}
	return row->state == GATE_ROW_MEASURED ? judge_add(gate, row, has_parts) : 0;
}

// Whether this row is the third to fail like this, and none can be measured: then the side is to blame, and every row more would
// only cost its deadline.
static bool is_hopeless(const struct gate *gate, const struct gate_row *failed)
{
	unsigned alike_n = 0;
	for (const struct gate_row *row = gate->rows; row <= failed; row++)
		alike_n += row->state == GATE_ROW_FAILED && row->failed_side == failed->failed_side && strcmp(row->reason, failed->reason) == 0;
	return failed->state == GATE_ROW_FAILED && alike_n >= HOPELESS_ROWS && gate->judgements_n == 0;
}

int calibrate(struct course *course)
{
	struct gate *gate = course->gate;
	int status = 0;
	for (uint32_t i = 0; i < gate->rows_n && status == 0; i++) {
		struct gate_row *row = &gate->rows[i];
		if (row->state != GATE_ROW_MEASURED)
			continue;
		if (listener_look(&course->listener))
			return -EINTR;
		if (course_left_ns(course) == 0)
			return -ETIME;
		course_tell(course, "calibrating", i, row);
		status = calibrate_row(course, row);
		if (status < 0)
			status = row_fail(gate, row, status);
		if (status == 0 && is_hopeless(gate, row))
			status = gate_break(gate, status_say(ECHILD, "%d specs failed alike, and none ran: %s", HOPELESS_ROWS, row->reason));
	}
	return status;
}
