// Any bytes as a result file: refused, or a record that can be saved, shown and judged against itself.
#include <stdio.h>

#include "gate/stored/check.h"
#include "report/result/result.h"
#include "report/table/table.h"
#include "tests/fuzz/json_mutator.h"
#include "tests/fuzz/memory_file.h"

static void show(FILE *out, const struct record *record)
{
	struct derived derived;
	if (derive_open(&derived, record) < 0)
		return;
	table_print(&(struct document){.out = out}, &derived, &(struct report_style){.all = true});
	table_print(&(struct document){.out = out}, &derived, &(struct report_style){.lines = 40});
	derive_close(&derived);
}

static void judge(const struct record *record)
{
	const struct record other = *record; // the very same would be refused
	struct stored_run result = {record, "a"}, baseline = {&other, "b"};
	const struct check_options options = {.effect = 0.05, .tolerate = 0.01, .alpha = 0.01};
	struct check check;
	if (check_open(&check, result, &baseline, 1, &options) == 0)
		check_close(&check);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	static FILE *nowhere;
	static struct record record;
	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	if (result_load_any(&record, memory_file(data, bytes)) < 0)
		return 0;
	show(nowhere, &record);
	result_compose(nowhere, &record);
	judge(&record);
	record_close(&record);
	return 0;
}
