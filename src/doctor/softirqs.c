// Softirqs: what interrupts leave for later, such as packets; it runs in whoever was interrupted.
#include "doctor/irq_table.h"

#include "doctor/cause.h"

#define DOUBT_HZ 10000 ///< of one CPU; timer, scheduler and RCU have one for each tick

struct tables {
	struct irq_table before, after;
};

static void begin(void *state, const struct doctor *doctor)
{
	irq_table_read(&((struct tables *)state)->before, doctor, "/proc/softirqs");
}

static void end(void *state, const struct doctor *doctor)
{
	irq_table_read(&((struct tables *)state)->after, doctor, "/proc/softirqs");
}

static void judge(void *state, struct doctor *doctor)
{
	const struct tables *tables = state;
	struct irq_rates rates = irq_rates_between(&tables->before, &tables->after, doctor);
	if (!rates.known || !rates.row) {
		doctor_find(doctor, cause_softirqs.name, FINDING_UNREADABLE, "/proc/softirqs cannot be read.");
		return;
	}
	doctor_find(doctor, cause_softirqs.name, rates.most_hz >= DOUBT_HZ ? FINDING_DOUBT : FINDING_NOTE,
	            "CPU %d handled %.0f softirqs a second; most on the allowed CPUs are %s: %.0f a second.",
	            rates.most_cpu, rates.most_hz, rates.row->name, rates.row_hz);
}

static void close_tables(void *state)
{
	struct tables *tables = state;
	irq_table_close(&tables->before);
	irq_table_close(&tables->after);
}

const struct cause cause_softirqs = {
	.name = "softirqs",
	.summary = "softirqs of each CPU, by kind",
	.state_bytes = sizeof(struct tables),
	.begin = begin,
	.end = end,
	.judge = judge,
	.close = close_tables,
};
