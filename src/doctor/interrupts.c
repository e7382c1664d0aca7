// Interrupts: each costs a microsecond or more, and what the cache forgets.
#include "doctor/irq_table.h"

#include "doctor/cause.h"

#define DOUBT_HZ 4000 ///< of one CPU: four times what the kernel's own tick can be

struct tables {
	struct irq_table before, after;
};

static void begin(void *state, const struct doctor *doctor)
{
	irq_table_read(&((struct tables *)state)->before, doctor, "/proc/interrupts");
}

static void end(void *state, const struct doctor *doctor)
{
	irq_table_read(&((struct tables *)state)->after, doctor, "/proc/interrupts");
}

// What a device sends can be sent to other CPUs; timers and what CPUs send each other cannot.
static void commands_add(struct finding *finding, const struct irq_row *row)
{
	if (row->name[0] < '0' || row->name[0] > '9')
		return;
	snprintf(finding->command, sizeof finding->command,
	         "echo CPUS > /proc/irq/%s/smp_affinity_list   (and stop irqbalance)", row->name);
	snprintf(finding->undo, sizeof finding->undo,
	         "write back what cat /proc/irq/%s/smp_affinity_list said before; start irqbalance", row->name);
}

static void judge(void *state, struct doctor *doctor)
{
	const struct tables *tables = state;
	struct irq_rates rates = irq_rates_between(&tables->before, &tables->after, doctor);
	if (!rates.known || !rates.row) {
		doctor_find(doctor, cause_interrupts.name, FINDING_UNREADABLE, "/proc/interrupts cannot be read.");
		return;
	}
	struct finding *finding = doctor_find(
		doctor, cause_interrupts.name, rates.most_hz >= DOUBT_HZ ? FINDING_DOUBT : FINDING_NOTE,
		"CPU %d took %.0f interrupts a second; most on the allowed CPUs are %s (%s): %.0f a second.%s", rates.most_cpu,
		rates.most_hz, rates.row->name, rates.row->text, rates.row_hz,
		rates.most_hz >= DOUBT_HZ && rates.row->name[0] == 'L' ? " Some program sets timers at a high rate." : "");
	if (rates.most_hz >= DOUBT_HZ)
		commands_add(finding, rates.row);
}

static void close_tables(void *state)
{
	struct tables *tables = state;
	irq_table_close(&tables->before);
	irq_table_close(&tables->after);
}

const struct cause cause_interrupts = {
	.name = "interrupts",
	.summary = "interrupts of each CPU, by source",
	.state_bytes = sizeof(struct tables),
	.begin = begin,
	.end = end,
	.judge = judge,
	.close = close_tables,
};
