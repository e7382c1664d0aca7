// /proc/interrupts and /proc/softirqs: a column for each CPU, a row for each source.
#ifndef TVP_DOCTOR_IRQ_TABLE_H
#define TVP_DOCTOR_IRQ_TABLE_H

#include <stdint.h>
#include <stdio.h>

#include "doctor/doctor.h"

struct irq_row {
	char name[32]; ///< "LOC", "36"
	char text[48]; ///< what it is, the end of the line; "" in softirqs
	uint64_t n;    ///< over the allowed CPUs
};

struct irq_table {
	struct irq_row *row;
	uint32_t rows_n, rows_max;
	int *column;     ///< the kernel's number of each column's CPU
	uint64_t *cpu_n; ///< sum of each column over all rows
	unsigned columns_n;
};

/// Read one; empty where it cannot be read. To be closed.
void irq_table_read(struct irq_table *table, const struct doctor *doctor, const char *path);
void irq_table_close(struct irq_table *table);

/// What came meanwhile.
struct irq_rates {
	double most_hz; ///< of the allowed CPU with the most; 0: none came, or nothing is known
	int most_cpu;
	double row_hz; ///< of the row with the most, over the allowed CPUs
	const struct irq_row *row;
	bool known;
};
struct irq_rates irq_rates_between(const struct irq_table *before, const struct irq_table *after,
                                   const struct doctor *doctor);

#endif
