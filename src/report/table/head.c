// Above the tables.
#include "report/table/head.h"

#include "report/text/text.h"

#include <stdlib.h>
#include <string.h>

enum { TITLE_BYTES = 400 };

char *head_title(const struct record *record, char *out, size_t out_bytes)
{
	const char *cpu = facts_get(&record->facts, "cpu_model"), *cpus = facts_get(&record->facts, "cpus_n");
	const char *kernel = facts_get(&record->facts, "kernel");
	const char *source = facts_get(&record->facts, "source"); // another program's file
	snprintf(out, out_bytes, "%s%s", source ? "" : "tvp ", source ? source : record->options.suite);
	if (cpu)
		text_add(out, out_bytes, " · %s", cpu);
	if (cpu && cpus)
		text_add(out, out_bytes, ", %d CPU%s", atoi(cpus), strcmp(cpus, "1") ? "s" : "");
	if (kernel)
		text_add(out, out_bytes, " · %s", kernel);
	if (*record->date)
		text_add(out, out_bytes, " · %s", record->date);
	return out;
}

void head_print(const struct document *document, const struct record *record)
{
	char title[TITLE_BYTES];
	document_heading(document, 1, "%s", head_title(record, title, sizeof title));
	document_say(document, "Times are per operation: medians over rounds, ± the half-width of the 95 %% interval.%s",
	             facts_get(&record->facts, "source") ? "" : " Ratios are formed within rounds.");
}
