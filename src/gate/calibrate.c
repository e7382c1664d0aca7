// Before the first block: how many iterations each row's slices do, and what cannot be run at all.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "gate/parts.h"
#include "host/placement.h"

enum { CALIBRATIONS_N = 3, BROKEN_ROWS = 3 };

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

static bool has_place(const struct gate_row *row)
{
	struct spec spec;
	if (spec_parse(&spec, row->name) < 0)
		return false;
	const char *pin = spec_get(&spec, "pin");
	return spec_get(&spec, "place") || (pin && strcmp(pin, pin_name(PIN_NONE)) != 0);
}

// Sides whose pins mean different CPUs cannot be compared; where all CPUs are of one kind, they mean the same.
static int pins_check(struct gate *gate, const struct gate_row *row, int side, unsigned pin_rule)
{
	const char *kinds = facts_get(&gate->facts, "cpu_kinds_n");
	gate->pin_rule[side] = pin_rule;
	unsigned old = gate->pin_rule[SIDE_OLD], new = gate->pin_rule[SIDE_NEW];
	if (!kinds || atoi(kinds) < 2 || old == 0 || new == 0 || old == new || !has_place(row))
		return 0;
	return status_say(EXDEV,
	                  "the pins of the two builds mean different CPUs here (rules %u and %u, and %s kinds of CPUs): "
	                  "--cpukind=0 keeps both to one kind",
	                  old, new, kinds);
}

// One slice of a side. Returns 0, with a slice to be closed where the row is still one to be measured; or why the row
// failed.
static int side_try(struct gate_run *run, struct gate_row *row, int side, const struct slice_request *request,
                    struct slice_times *slice)
{
	struct gate *gate = run->gate;
	struct slice_cost cost;
	struct slice_request own = *request;
	own.printed = &row->printed[side];
	int status = side_run(&gate->side[side], &run->listener, &own, slice, &cost);
	if (status == 0 && (status = pins_check(gate, row, side, slice->pin_rule)) < 0)
		slice_close(slice);
	if (status < 0 || slice->state == SLICE_SKIPPED)
		row->failed_side = side;
	if (status == 0 && slice->state == SLICE_SKIPPED) {
		row->state = GATE_ROW_SKIPPED;
		snprintf(row->reason, sizeof row->reason, "%s: %s", gate->side[side].name, slice->message);
		slice_plain(row->reason);
		slice_close(slice);
	}
	return status;
}

struct count {
	uint64_t iterations_n;
	uint32_t batch_n;
};

static int compare_counts(const void *left, const void *right)
{
	const struct count *a = left, *b = right;
	double operations_a = (double)a->iterations_n * a->batch_n, operations_b = (double)b->iterations_n * b->batch_n;
	return (operations_a > operations_b) - (operations_a < operations_b);
}

// What a slice has.
struct known {
	unsigned series;
	double memory_bytes, floor_bytes;
};

static struct known known_of(const struct slice_times *slice)
{
	return (struct known){slice_series(slice), slice->value[SERIES_MEMORY], slice->memory_floor_bytes};
}

// A peak that the old side's slice cannot see stands as the floor, so that growth far above it is found; closer to it,
// "not regressed" would be about the floor. One that the new side's cannot see is less than the old one.
static unsigned series_of_both(const struct known *of_old, const struct known *of_new, double effect)
{
	const unsigned memory = 1u << SERIES_MEMORY, both = of_old->series & of_new->series;
	bool seen = of_new->series & memory, above = of_new->memory_bytes > of_old->floor_bytes * (1 + effect);
	bool grown = of_old->floor_bytes > 0 && seen && above;
	bool shrunk = of_new->floor_bytes > 0 && of_old->series & memory;
	return both | (grown || shrunk ? memory : 0);
}

// The middle of three: the count is used in the whole gate, and a slice that is disturbed while it calibrates may
// choose a single iteration.
static int iterations_find(struct gate_run *run, struct gate_row *row, const struct slice_request *request,
                           struct known *of_old)
{
	struct count count[CALIBRATIONS_N];
	int status = 0;
	for (int i = 0; i < CALIBRATIONS_N; i++) {
		struct slice_times slice;
		status = side_try(run, row, SIDE_OLD, request, &slice);
		if (status < 0 || row->state != GATE_ROW_MEASURED)
			return status;
		count[i] = (struct count){slice.iterations_n, slice.batch_n};
		*of_old = known_of(&slice);
		row->exit_code = slice.exit_code;
		slice_close(&slice);
	}
	qsort(count, CALIBRATIONS_N, sizeof *count, compare_counts);
	row->iterations_n = count[CALIBRATIONS_N / 2].iterations_n;
	row->batch_n = count[CALIBRATIONS_N / 2].batch_n;
	return 0;
}

// All variants but the first of each side, once in a gate: each can be run, uses this protocol, and is of its side's
// revision. They do as many iterations as the first, which stands for them where iterations are calibrated.
static int variants_try(struct gate_run *run, struct gate_row *row, struct slice_request *request)
{
	struct slice_times slice;
	for (int side = 0; side < SIDES_N; side++)
		for (request->variant = 1; request->variant < run->gate->side[side].variants_n; request->variant++) {
			int status = side_try(run, row, side, request, &slice);
			if (status < 0 || row->state != GATE_ROW_MEASURED)
				return status;
			slice_close(&slice);
		}
	return 0;
}

// The old side determines the iterations; the new side then runs as many once, so that what it cannot run is known
// before the first block.
static int calibrate_row(struct gate_run *run, struct gate_row *row)
{
	struct gate *gate = run->gate;
	struct slice_request request = {
		.spec = row->name,
		.time_ns = row->slicing.slice_ns,
		.deadline_ns = gate->options.deadline_ns,
		.one_cpu = row->slicing.one_cpu,
	};
	struct slice_times slice;
	struct known of_old = {0}, of_new = {0};
	int status = iterations_find(run, row, &request, &of_old);
	if (status < 0 || row->state != GATE_ROW_MEASURED)
		return status;
	request.iterations_n = row->iterations_n;
	request.batch_n = row->batch_n;
	request.has_exit_code = row->exit_code >= 0;
	request.exit_code = row->exit_code;
	status = side_try(run, row, SIDE_NEW, &request, &slice);
	if (status < 0 || row->state != GATE_ROW_MEASURED)
		return status;
	of_new = known_of(&slice);
	slice_close(&slice);
	if (gate->judgements_n == 0)
		status = variants_try(run, row, &request);
	if (status < 0 || row->state != GATE_ROW_MEASURED)
		return status;
	return judge_add(gate, row, series_of_both(&of_old, &of_new, gate->options.effect));
}

// Whether this row is the third to fail in the same way, and none can be measured: then the side is the cause, and
// every further row would only cost its deadline.
static bool is_side_broken(const struct gate *gate, const struct gate_row *failed)
{
	unsigned alike_n = 0;
	for (const struct gate_row *row = gate->rows; row <= failed; row++)
		alike_n += row->state == GATE_ROW_FAILED && row->failed_side == failed->failed_side &&
		           strcmp(row->reason, failed->reason) == 0;
	return failed->state == GATE_ROW_FAILED && alike_n >= BROKEN_ROWS && gate->judgements_n == 0;
}

int calibrate(struct gate_run *run)
{
	struct gate *gate = run->gate;
	int status = 0;
	for (uint32_t i = 0; i < gate->rows_n && status == 0; i++) {
		struct gate_row *row = &gate->rows[i];
		if (row->state != GATE_ROW_MEASURED)
			continue;
		if (listener_check(&run->listener))
			return -EINTR;
		if (gate_run_left_ns(run) == 0)
			return -ETIME;
		gate_run_progress(run, "calibrating", i, row);
		status = calibrate_row(run, row);
		if (status < 0)
			status = row_fail(gate, row, status);
		if (status == 0 && is_side_broken(gate, row))
			status = gate_break(gate, status_say(ECHILD, "%d specs failed in the same way, and none ran: %s",
			                                     BROKEN_ROWS, row->reason));
	}
	return status;
}
