#include "doctor/irq_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

static bool is_allowed(const struct topology *topology, int cpu)
{
	bool found = !topology;
	for (unsigned i = 0; !found && i < topology_cpus_n(topology); i++)
		found = topology_cpus(topology)[i].os_index == cpu;
	return found;
}

// "  CPU0  CPU1 …": CPUs that are offline have no column. Those that are not allowed are -1.
static void head_read(struct irq_table *table, char *line, const struct topology *topology)
{
	unsigned n = 0;
	for (const char *at = line; (at = strstr(at, "CPU")); at += 3)
		n++;
	table->column = calloc(n + 1, sizeof *table->column);
	table->cpu_n = calloc(n + 1, sizeof *table->cpu_n);
	for (const char *at = line; table->column && table->cpu_n && (at = strstr(at, "CPU")); at += 3) {
		int cpu = atoi(at + 3);
		table->column[table->columns_n++] = is_allowed(topology, cpu) ? cpu : -1;
	}
}

static void text_keep(struct irq_row *row, const char *text)
{
	size_t used = 0;
	for (text += strspn(text, " "); *text && *text != '\n' && used + 1 < sizeof row->text; text++)
		if (*text != ' ' || text[1] != ' ')
			row->text[used++] = *text;
}

// "LOC:  12  34   Local timer interrupts"; rows that count for the whole machine (ERR, MIS) have one number.
static void row_read(struct irq_table *table, const char *line)
{
	struct irq_row row = {.n = 0};
	const char *colon = strchr(line, ':'), *at = colon ? colon + 1 : "";
	unsigned n = 0;
	char *end;
	if (!colon)
		return;
	line += strspn(line, " ");
	snprintf(row.name, sizeof row.name, "%.*s", (int)(colon - line), line);
	for (uint64_t count; n < table->columns_n && (count = strtoull(at, &end, 10), end != at); at = end, n++) {
		table->cpu_n[n] += count;
		row.n += table->column[n] >= 0 ? count : 0;
	}
	text_keep(&row, at);
	void *rows = table->row;
	if (n < table->columns_n || array_grow(&rows, table->rows_n, &table->rows_max, sizeof row) < 0)
		return;
	table->row = rows;
	table->row[table->rows_n++] = row;
}

void irq_table_read(struct irq_table *table, const struct doctor *doctor, const char *path)
{
	char *line = NULL;
	size_t line_bytes = 0;
	FILE *file = reading_open(doctor->settings.root, path);
	*table = (struct irq_table){0};
	if (file && getline(&line, &line_bytes, file) > 0)
		head_read(table, line, doctor->settings.topology);
	while (file && table->columns_n > 0 && getline(&line, &line_bytes, file) > 0)
		row_read(table, line);
	free(line);
	if (file)
		fclose(file);
}

void irq_table_close(struct irq_table *table)
{
	free(table->row);
	free(table->column);
	free(table->cpu_n);
	*table = (struct irq_table){0};
}

static const struct irq_row *row_find(const struct irq_table *table, uint32_t hint, const char *name)
{
	if (hint < table->rows_n && strcmp(table->row[hint].name, name) == 0)
		return &table->row[hint];
	for (uint32_t i = 0; i < table->rows_n; i++)
		if (strcmp(table->row[i].name, name) == 0)
			return &table->row[i];
	return NULL;
}

static void rows_compare(struct irq_rates *rates, const struct irq_table *before, const struct irq_table *after)
{
	uint64_t most_n = 0;
	for (uint32_t i = 0; i < after->rows_n; i++) {
		const struct irq_row *now = &after->row[i], *then = row_find(before, i, now->name);
		uint64_t n = now->n - (then && then->n <= now->n ? then->n : 0);
		if (n > most_n) {
			most_n = n;
			rates->row = now;
		}
	}
	rates->row_hz = (double)most_n;
}

struct irq_rates irq_rates_between(const struct irq_table *before, const struct irq_table *after,
                                   const struct doctor *doctor)
{
	double seconds = doctor_seconds(doctor);
	struct irq_rates rates = {.most_cpu = -1, .known = before->rows_n > 0 && before->columns_n == after->columns_n};
	if (!rates.known)
		return rates;
	for (unsigned i = 0; i < after->columns_n; i++) {
		double hz = (double)(after->cpu_n[i] - before->cpu_n[i]) / seconds;
		if (after->column[i] >= 0 && hz > rates.most_hz) {
			rates.most_hz = hz;
			rates.most_cpu = after->column[i];
		}
	}
	rows_compare(&rates, before, after);
	rates.row_hz /= seconds;
	return rates;
}
