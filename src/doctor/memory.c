// Who else needs the memory: processes that hold much of it while they compute, reclaim, swap.
#include "doctor/cause.h"

#include <inttypes.h>
#include <string.h>

enum { LINE_BYTES = 160 };
#define HOG_CPUS 0.05
#define HOG_LEAST_BYTES (128ull << 20)
#define HOG_LLC_TIMES 4
#define FAULTS_DOUBT_HZ 20000 ///< 80 MB of fresh memory a second
#define AVAILABLE_LEAST 0.05  ///< of the memory
#define STALLED_DOUBT 0.01

struct memory {
	uint64_t swapped_pages_n, stalled_us;
	bool swap_known, stall_known;
};

/// State: before and after.
struct memories {
	struct memory before, after;
};

static void memory_read(struct memory *memory, const char *root)
{
	char line[LINE_BYTES];
	uint64_t pages_n;
	FILE *file = reading_open(root, "/proc/vmstat");
	while (file && fgets(line, sizeof line, file))
		if (sscanf(line, "pswpin %" SCNu64, &pages_n) == 1 || sscanf(line, "pswpout %" SCNu64, &pages_n) == 1) {
			memory->swapped_pages_n += pages_n;
			memory->swap_known = true;
		}
	if (file)
		fclose(file);
	if (reading_line(root, "/proc/pressure/memory", line, sizeof line) && strstr(line, "total="))
		memory->stall_known = sscanf(strstr(line, "total="), "total=%" SCNu64, &memory->stalled_us) == 1;
}

static void begin(void *state, const struct doctor *doctor)
{
	memory_read(&((struct memories *)state)->before, doctor->settings.root);
}

static void end(void *state, const struct doctor *doctor)
{
	memory_read(&((struct memories *)state)->after, doctor->settings.root);
}

static uint64_t hog_bytes(const struct doctor *doctor)
{
	const struct topology *topology = doctor->settings.topology;
	uint64_t llc_bytes = topology ? topology_llc_bytes(topology) : 0;
	return HOG_LLC_TIMES * llc_bytes > HOG_LEAST_BYTES ? HOG_LLC_TIMES * llc_bytes : HOG_LEAST_BYTES;
}

static void hogs_judge(struct doctor *doctor)
{
	struct task_uses uses = reading_uses(&doctor->before, &doctor->after, doctor->settings.topology);
	for (unsigned i = 0; i < uses.n; i++) {
		const struct task_use *use = &uses.use[i];
		bool holds = use->cpus >= HOG_CPUS && use->task->resident_bytes >= hog_bytes(doctor);
		if (holds || use->faults_hz >= FAULTS_DOUBT_HZ)
			doctor_find(
				doctor, cause_memory.name, FINDING_DOUBT,
				"Process %d (%s) holds %.0f MiB (%.0f page faults a second) while it computes: it takes cache and "
				"memory bandwidth, which no spin sees.",
				use->task->pid, use->task->name, (double)use->task->resident_bytes / (1 << 20), use->faults_hz);
	}
}

static void available_judge(struct doctor *doctor)
{
	char line[LINE_BYTES];
	uint64_t total_kib = 0, available_kib = UINT64_MAX;
	FILE *file = reading_open(doctor->settings.root, "/proc/meminfo");
	while (file && fgets(line, sizeof line, file))
		if (sscanf(line, "MemTotal: %" SCNu64, &total_kib) != 1)
			sscanf(line, "MemAvailable: %" SCNu64, &available_kib);
	if (file)
		fclose(file);
	if (!total_kib || available_kib == UINT64_MAX)
		doctor_find(doctor, cause_memory.name, FINDING_UNREADABLE,
		            "/proc/meminfo does not say how much memory is available.");
	else if ((double)available_kib < AVAILABLE_LEAST * (double)total_kib)
		doctor_find(doctor, cause_memory.name, FINDING_DOUBT,
		            "Only %.2g GiB of %.3g GiB of memory are available: the kernel reclaims while others measure.",
		            (double)available_kib / (1 << 20), (double)total_kib / (1 << 20));
}

static void judge(void *state, struct doctor *doctor)
{
	const struct memory *before = &((struct memories *)state)->before, *after = &((struct memories *)state)->after;
	char share[16];
	uint64_t swapped_n = after->swapped_pages_n - before->swapped_pages_n;
	hogs_judge(doctor);
	available_judge(doctor);
	if (!after->swap_known)
		doctor_find(doctor, cause_memory.name, FINDING_UNREADABLE, "/proc/vmstat does not say what was swapped.");
	else if (swapped_n > 0)
		doctor_find(doctor, cause_memory.name, FINDING_DOUBT, "%" PRIu64 " pages were swapped in or out meanwhile.",
		            swapped_n);
	double stalled = (double)(after->stalled_us - before->stalled_us) / 1e6 / doctor_seconds(doctor);
	if (before->stall_known && after->stall_known && stalled >= STALLED_DOUBT)
		doctor_find(doctor, cause_memory.name, FINDING_DOUBT,
		            "Some process waited for memory in %s of the time (/proc/pressure/memory).",
		            doctor_percent(share, stalled));
}

const struct cause cause_memory = {
	.name = "memory",
	.summary = "processes that hold much memory while they compute, reclaim, swap",
	.state_bytes = sizeof(struct memories),
	.begin = begin,
	.end = end,
	.judge = judge,
};
