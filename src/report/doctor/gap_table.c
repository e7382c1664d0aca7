#include "report/doctor/gap_table.h"

#include <math.h>
#include <stdlib.h>

#include "report/text/text.h"
#include "report/text/text_table.h"

enum { CPUS_SHOWN = 16, DECADES = 5, CELL = TEXT_TABLE_CELL_BYTES };

static double order_of(const struct spin_cpu *cpu)
{
	double share = gap_share(&cpu->log[SPIN_TOGETHER]);
	return isnan(share) ? -1 : share;
}

static int compare_lost(const void *left, const void *right)
{
	double a = order_of(*(const struct spin_cpu *const *)left), b = order_of(*(const struct spin_cpu *const *)right);
	return (a < b) - (a > b);
}

static int compare_numbers(const void *left, const void *right)
{
	return (*(const struct spin_cpu *const *)left)->cpu - (*(const struct spin_cpu *const *)right)->cpu;
}

static void columns_add(struct text_table *table)
{
	static const char *const titles[] = {"CPU",    "alone",   "all busy",  "longest",  "period",
	                                     "1-8 µs", "8-64 µs", "64-512 µs", "0.5-4 ms", "4 ms and more"};
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
		text_table_add_column(table, (struct text_table_column){.title = titles[i]});
}

static void rates_put(struct text_table *table, unsigned row, const struct gap_log *log)
{
	for (unsigned decade = 0; decade < DECADES; decade++) {
		uint64_t n = 0;
		unsigned last = decade + 1 < DECADES ? 3 * decade + 3 : GAP_BUCKETS;
		for (unsigned bucket = 3 * decade; bucket < last; bucket++)
			n += log->bucket[bucket];
		if (n > 0)
			text_number(text_table_cell(table, row, 5 + decade), CELL, (double)n * 1e9 / (double)log->ran_ns);
	}
}

static void row_put(struct text_table *table, const char *name, const struct gap_log *alone,
                    const struct gap_log *together)
{
	unsigned row = table->rows_n++;
	snprintf(text_table_cell(table, row, 0), CELL, "%s", name);
	text_percent(text_table_cell(table, row, 1), CELL, gap_share(alone));
	text_percent(text_table_cell(table, row, 2), CELL, gap_share(together));
	text_ns(text_table_cell(table, row, 3), CELL, together->ran_ns ? (double)together->longest_ns : NAN);
	text_ns(text_table_cell(table, row, 4), CELL, together->ran_ns ? together->period_ns : NAN);
	if (together->ran_ns)
		rates_put(table, row, together);
}

static void log_add(struct gap_log *sum, const struct gap_log *log)
{
	sum->ran_ns += log->ran_ns;
	sum->period_ns = NAN;
	sum->lost_ns += log->lost_ns;
	sum->longest_ns = log->longest_ns > sum->longest_ns ? log->longest_ns : sum->longest_ns;
	for (int i = 0; i < GAP_BUCKETS; i++)
		sum->bucket[i] += log->bucket[i];
}

static void sum_put(struct text_table *table, const struct spin *spin)
{
	struct gap_log *sum = calloc(SPIN_PHASES_N, sizeof *sum);
	char name[32];
	for (unsigned i = 0; sum && i < spin->cpus_n; i++)
		for (int phase = 0; phase < SPIN_PHASES_N; phase++)
			log_add(&sum[phase], &spin->cpu[i].log[phase]);
	snprintf(name, sizeof name, "all %u", spin->cpus_n);
	if (sum)
		row_put(table, name, &sum[SPIN_ALONE], &sum[SPIN_TOGETHER]);
	free(sum);
}

static void rows_put(struct text_table *table, const struct spin *spin, const struct spin_cpu **order)
{
	unsigned shown_n = spin->cpus_n < CPUS_SHOWN ? spin->cpus_n : CPUS_SHOWN;
	char name[16];
	for (unsigned i = 0; i < spin->cpus_n; i++)
		order[i] = &spin->cpu[i];
	qsort(order, spin->cpus_n, sizeof *order, compare_lost);
	qsort(order, shown_n, sizeof *order, compare_numbers);
	for (unsigned i = 0; i < shown_n; i++) {
		snprintf(name, sizeof name, "%d", order[i]->cpu);
		row_put(table, name, &order[i]->log[SPIN_ALONE], &order[i]->log[SPIN_TOGETHER]);
	}
	if (shown_n < spin->cpus_n)
		sum_put(table, spin);
}

void gap_table_print(const struct document *document, const struct spin *spin)
{
	struct text_table table;
	const struct spin_cpu **order = calloc(spin->cpus_n, sizeof *order);
	if (order && text_table_open(&table, CPUS_SHOWN + 1) == 0) {
		columns_add(&table);
		rows_put(&table, spin, order);
		document_heading(document, 2, "Time lost to gaps, and gaps a second by length, with all CPUs busy");
		text_table_print(document, &table);
		text_table_close(&table);
	}
	free(order);
	if (spin->alone_n < spin->cpus_n)
		document_say(document, "Alone: %u of the CPUs, evenly spread; more would not fit the time.", spin->alone_n);
}
