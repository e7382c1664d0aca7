// Any bytes as a result file: refused, or a record that can be saved, shown and judged against itself.
#include <stdio.h>

#include "gate/stored/check.h"
#include "report/result/result.h"
#include "report/table/table.h"
#include "tests/fuzz/memory_file.h"

static void judge(const struct record *record)
{
	static struct check check;
	struct record other = *record;
	struct check_input result = {record, "a"}, baseline = {&other, "b"};
	struct check_options options = {.effect = 0.05, .tolerate = 0.01, .alpha = 0.01};
	if (check_open(&check, result, &baseline, 1, &options) == 0)
		check_close(&check);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	static FILE *nowhere;
	static struct record record;
	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	if (result_load(&record, memory_file(data, bytes)) < 0)
		return 0;
	table_print(nowhere, &record, &(struct table_options){.all = true});
	judge(&record);
	record_close(&record);
	return 0;
}
