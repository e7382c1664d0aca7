// CPU time of other processes, and who they are.
#include "doctor/cause.h"

#include <math.h>

enum { NAMED_MOST = 3 };
#define DOUBT_SHARE 0.02  ///< of the allowed CPUs' time, by all others: from there on a run's own report warns, too
#define ONE_DOUBT 0.05    ///< of one CPU's time, by one process
#define UNSEEN_DOUBT 0.05 ///< of one CPU's time: it is known in ticks of 10 ms
#define NAMED_CPUS 0.001

// "4711 (cc1): 21 %, 12 (kworker/0:1): 0.4 %".
static void names_put(char *out, size_t out_bytes, const struct task_uses *uses)
{
	size_t used = 0;
	char share[16];
	*out = '\0';
	for (unsigned i = 0; i < uses->n && i < NAMED_MOST && used < out_bytes; i++)
		if (i == 0 || uses->use[i].cpus >= NAMED_CPUS)
			used +=
				(size_t)snprintf(out + used, out_bytes - used, "%s%d (%s): %s", i ? ", " : "", uses->use[i].task->pid,
			                     uses->use[i].task->name, doctor_percent(share, uses->use[i].cpus));
}

static double cpus_n(const struct doctor *doctor)
{
	return doctor->settings.topology ? topology_cpus_n(doctor->settings.topology) : 1;
}

// CPU time that no process there now has used: of those that have ended, or that cannot be seen from here.
static void unseen_judge(struct doctor *doctor, double sum_cpus)
{
	struct noise between = noise_between(&doctor->before.noise, &doctor->after.noise);
	char share[16];
	if (between.others_ns == UINT64_MAX || doctor->after.beside) // a run makes many short processes itself
		return;
	double unseen = (double)between.others_ns / (double)between.wall_ns - sum_cpus;
	if (unseen >= UNSEEN_DOUBT + DOUBT_SHARE * cpus_n(doctor))
		doctor_find(
			doctor, cause_processes.name, FINDING_DOUBT,
			"Another %s of a CPU went to processes that have ended meanwhile or cannot be seen from here (those of "
			"other containers).",
			doctor_percent(share, unseen));
}

static void seen_judge(struct doctor *doctor, const struct task_uses *uses)
{
	char names[FINDING_BYTES], share[16];
	bool doubt = uses->sum_cpus >= DOUBT_SHARE * cpus_n(doctor) || uses->use[0].cpus >= ONE_DOUBT;
	names_put(names, sizeof names, uses);
	doctor_find(doctor, cause_processes.name, doubt ? FINDING_DOUBT : FINDING_NOTE,
	            "Other processes used %s of a CPU: %s.", doctor_percent(share, uses->sum_cpus), names);
}

static void judge(void *state, struct doctor *doctor)
{
	struct task_uses uses = reading_uses(&doctor->before, &doctor->after, doctor->settings.topology);
	(void)state;
	if (uses.n > 0)
		seen_judge(doctor, &uses);
	unseen_judge(doctor, uses.sum_cpus);
	if (doctor->after.tasks_n == 0)
		doctor_find(doctor, cause_processes.name, FINDING_UNREADABLE,
		            "/proc lists no processes: who runs beside is not known.");
	else if (doctor->after.unread_n > 0)
		doctor_find(doctor, cause_processes.name, FINDING_UNREADABLE,
		            "%u processes were left out: there are too many to read.", doctor->after.unread_n);
}

const struct cause cause_processes = {.name = "processes", .summary = "CPU time of other processes", .judge = judge};
