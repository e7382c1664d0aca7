// Both sides are then measured by this very tvp, whose slices start the programs.
#include "cli/gate_programs.h"

#include "base/self.h"
#include "base/status.h"
#include "gate/slice/program.h"
#include "measure/spec_text.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int row_add(struct record *record, const char *experiment, const char *name)
{
	struct spec spec;
	char value[SPEC_VALUE_BYTES];
	int status = spec_init(&spec, experiment);
	if (status == 0)
		status = spec_set(&spec, SPEC_TEXT_KEY, spec_text_encode(value, name));
	if (status < 0)
		return status;
	int row = record_find(record, &spec);
	return row >= 0 ? row : record_add_row(record, &spec, "");
}

static int commands_plan(struct gate_request *request, struct record *record)
{
	struct programs_request *programs = &request->programs;
	char *name = NULL;
	for (int side = 0; side < SIDES_N; side++) {
		int source = programs->command[side] ? side : SIDE_OLD;
		request->side[side].words = (const char *const *)programs->words[source].word;
	}
	const char *old = programs->command[SIDE_OLD], *new = programs->command[SIDE_NEW];
	if (!new || strcmp(old, new) == 0)
		return row_add(record, "command", old);
	if (asprintf(&name, "%s → %s", old, new) < 0)
		return status_fail(ENOMEM, "a name");
	int row = row_add(record, "command", name);
	free(name);
	return row;
}

// Rows of one side's list; what the other side's has not is this side's alone. A name may stand in a list twice.
static int list_add(struct record *record, char *names, const char *reason)
{
	const int others_n = (int)record->rows_n;
	int row = 0;
	for (char *rest = names, *name; row >= 0 && (name = strsep(&rest, "\r\n")) != NULL;) {
		uint32_t before_n = record->rows_n;
		row = *name ? row_add(record, "gbench", name) : 0;
		if (row >= 0 && record->rows_n > before_n)
			row_skip(&record->rows[row], reason);
		else if (row < others_n && row >= 0 && *name)
			record->rows[row].state = ROW_OPEN; // both have it
	}
	return row < 0 ? row : 0;
}

static int benchmarks_plan(struct gate_request *request, struct record *record)
{
	static const char *words[SIDES_N][2];
	int status = 0;
	for (int side = 0; side < SIDES_N && status == 0; side++) {
		char *names = NULL;
		words[side][0] = request->side[side].program;
		request->side[side].words = words[side];
		request->side[side].is_gbench = true;
		if (side == SIDE_NEW && strcmp(words[SIDE_OLD][0], words[SIDE_NEW][0]) == 0) {
			for (uint32_t i = 0; i < record->rows_n; i++)
				record->rows[i].state = ROW_OPEN;
			break;
		}
		status = program_gbench_list(words[side][0], request->programs.filter, request->options.deadline_ns, &names);
		if (status == 0)
			status =
				list_add(record, names, side == SIDE_OLD ? "only the old side has it" : "only the new side has it");
		free(names);
	}
	if (status == 0 && record->rows_n == 0)
		status = status_say(EINVAL, "no benchmark to judge%s%s", request->programs.filter ? " matches " : "",
		                    request->programs.filter ? request->programs.filter : "");
	return status;
}

int gate_programs_plan(struct gate_request *request, struct record *record)
{
	static char self[PATH_MAX];
	int status = request->programs.gbench ? benchmarks_plan(request, record) : commands_plan(request, record);
	for (int side = 0; side < SIDES_N; side++)
		request->side[side].program = self_path(self, sizeof self);
	return status < 0 ? status : 0;
}
