// Above the tables.
#include "report/table/head.h"

#include "report/text/text.h"

#include <stdlib.h>
#include <string.h>

enum { TITLE_BYTES = 400 };

void head_print(const struct document *document, const struct record *record)
{
	const char *cpu = facts_get(&record->facts, "cpu_model"), *cpus = facts_get(&record->facts, "cpus_n");
	const char *kernel = facts_get(&record->facts, "kernel");
	const char *source = facts_get(&record->facts, "source"); // another program's file
	char title[TITLE_BYTES];
	snprintf(title, sizeof title, "%s%s", source ? "" : "tvp ", source ? source : record->options.suite);
	if (cpu)
		text_add(title, sizeof title, " · %s", cpu);
	if (cpu && cpus)
		text_add(title, sizeof title, ", %d CPU%s", atoi(cpus), strcmp(cpus, "1") ? "s" : "");
	if (kernel)
		text_add(title, sizeof title, " · %s", kernel);
	if (*record->date)
		text_add(title, sizeof title, " · %s", record->date);
	document_heading(document, 1, "%s", title);
	document_say(document, "Times are per operation: medians over rounds, ± the half-width of the 95 %% interval.%s",
	             source ? "" : " Ratios are formed within rounds.");
}
