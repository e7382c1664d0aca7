// Drawing a machine and its plans in lines a terminal can hold, two CPUs or a thousand.
#include "cli/topo/draw.h"

#include "cli/topo/notes.h"

#include "base/status.h"
#include "report/text/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_COLUMNS = 110, TREE_LINES_MAX = 40, DEPTH_MAX = 16 };

/// A line being put together, and its width on a terminal.
struct line {
	char text[512];
	size_t length;
	unsigned columns;
	bool full; ///< something did not fit
};

__attribute__((format(printf, 2, 3))) static void line_add(struct line *line, const char *format, ...)
{
	size_t room = sizeof line->text - line->length;
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(line->text + line->length, room, format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length >= room) {
		line->text[line->length] = '\0';
		line->full = true;
		return;
	}
	line->columns += text_columns(line->text + line->length);
	line->length += (size_t)length;
	line->full |= line->columns > LINE_COLUMNS;
}

static int int_compare(const void *left, const void *right)
{
	int a = *(const int *)left, b = *(const int *)right;
	return (a > b) - (a < b);
}

// "CPUs 0-63,512-575" of one stretch of the table.
static int stretch_add(struct line *line, const struct topology *topology, unsigned first, unsigned cpus_n)
{
	int *index = calloc(cpus_n ? cpus_n : 1, sizeof *index);
	if (!index)
		return status_fail(ENOMEM, "drawing the topology");
	for (unsigned i = 0; i < cpus_n; i++)
		index[i] = topology_cpus(topology)[first + i].os_index;
	qsort(index, cpus_n, sizeof *index, int_compare);
	line_add(line, "CPU%s ", text_plural(cpus_n));
	for (unsigned i = 0, last; i < cpus_n && !line->full; i = last + 1) {
		for (last = i; last + 1 < cpus_n && index[last + 1] == index[last] + 1; last++)
			;
		const char *comma = i ? "," : "";
		if (last == i)
			line_add(line, "%s%d", comma, index[i]);
		else
			line_add(line, "%s%d-%d", comma, index[i], index[last]);
	}
	free(index);
	return 0;
}

// "[0 1] [2 3]": every core of a part with its CPUs.
static void cores_add(struct line *line, const struct topology *topology, const struct topology_part *part)
{
	const struct topology_cpu *cpu = &topology_cpus(topology)[part->cpu_first];
	for (unsigned i = 0; i < part->cpus_n && !line->full; i++) {
		bool first = i == 0 || cpu[i].core != cpu[i - 1].core;
		bool last = i + 1 == part->cpus_n || cpu[i].core != cpu[i + 1].core;
		line_add(line, "%s%d%s", first ? i ? " [" : "[" : " ", cpu[i].os_index, last ? "]" : "");
	}
}

static int part_summary_add(struct line *line, const struct topology *topology, const struct topology_part *part)
{
	const struct topology_cpu *cpu = &topology_cpus(topology)[part->cpu_first];
	unsigned cores_n = part->cpus_n ? cpu[part->cpus_n - 1].core - cpu[0].core + 1 : 0;
	line_add(line, "%u core%s, ", cores_n, text_plural(cores_n));
	return stretch_add(line, topology, part->cpu_first, part->cpus_n);
}

static bool is_last_sibling(const struct topology_part *parts, unsigned parts_n, unsigned part)
{
	for (unsigned i = part + 1; i < parts_n && parts[i].depth >= parts[part].depth; i++)
		if (parts[i].depth == parts[part].depth)
			return false;
	return true;
}

// Levels too deep to fit on a screen are left out.
static unsigned depth_to_draw(const struct topology_part *parts, unsigned parts_n)
{
	for (unsigned depth = 1, lines_n = 0; depth <= DEPTH_MAX; depth++, lines_n = 0) {
		for (unsigned i = 0; i < parts_n; i++)
			lines_n += parts[i].depth <= depth;
		if (lines_n > TREE_LINES_MAX)
			return depth - 1;
	}
	return DEPTH_MAX;
}

static int part_print(FILE *out, const struct topology *topology, const struct topology_part *part, bool summary,
                      struct line *line)
{
	int rc = 0;
	if (part->depth == 0 && !*part->name && !summary)
		line_add(line, "machine");
	line_add(line, "%s", part->name);
	if (summary || part->leaf) {
		struct line boxes = *line;
		line_add(&boxes, "%s", *part->name ? "  " : "");
		if (part->cpus_n == 0) // memory alone
			line_add(&boxes, "no%s CPUs", topology_is_this_machine(topology) ? " allowed" : "");
		cores_add(&boxes, topology, part);
		if (part->leaf && !boxes.full) {
			*line = boxes;
		} else {
			line_add(line, "%s", *part->name ? "  " : "");
			rc = part_summary_add(line, topology, part);
		}
	}
	fprintf(out, "%s\n", line->text);
	return rc;
}

static int tree_print(FILE *out, const struct topology *topology)
{
	struct topology_part *parts;
	unsigned parts_n;
	int rc = topology_parts(topology, &parts, &parts_n);
	if (rc)
		return rc;
	unsigned depth = depth_to_draw(parts, parts_n);
	bool last[DEPTH_MAX + 1] = {false};
	for (unsigned i = 0; i < parts_n && !rc; i++) {
		const struct topology_part *part = &parts[i];
		if (part->depth > depth)
			continue;
		last[part->depth] = is_last_sibling(parts, parts_n, i);
		struct line line = {0};
		for (unsigned level = 1; level < part->depth; level++)
			line_add(&line, "%s", last[level] ? "   " : "│  ");
		if (part->depth)
			line_add(&line, "%s", last[part->depth] ? "└─ " : "├─ ");
		rc = part_print(out, topology, part, part->depth == depth && !part->leaf, &line);
	}
	free(parts);
	return rc;
}

static void head_print(FILE *out, const struct topology *topology)
{
	char allowed[64];
	unsigned cpus_n = topology_cpus_n(topology), cores_n = topology_cores_n(topology);
	unsigned packages_n = topology_packages_n(topology), nodes_n = topology_numa_nodes_n(topology);
	bool here = topology_is_this_machine(topology);
	topology_allowed_list(topology, allowed, sizeof allowed);
	fprintf(out, "%s machine: %u %sCPU%s (%s), %u core%s, %u package%s, %u NUMA node%s", here ? "this" : "described",
	        cpus_n, here ? "allowed " : "", text_plural(cpus_n), allowed, cores_n, text_plural(cores_n), packages_n,
	        text_plural(packages_n), nodes_n, text_plural(nodes_n));
	double quota_cpus = topology_quota_cpus(topology);
	if (quota_cpus > 0.0)
		fprintf(out, ", cgroup quota %.2f CPUs\n", quota_cpus);
	else
		fprintf(out, here ? ", no cgroup quota\n" : "\n");
}

// Plans speak of OS indices, summaries of packages and cores; a planned CPU is always in the table.
static const struct topology_cpu *cpu_find(const struct topology *topology, int os_index)
{
	const struct topology_cpu *cpu = topology_cpus(topology);
	while (cpu->os_index != os_index)
		cpu++;
	return cpu;
}

static void share_add(struct line *line, unsigned first, unsigned last, unsigned workers_n)
{
	if (workers_n == 0)
		return;
	const char *comma = line->full || line->text[line->length - 1] == ' ' ? "" : ", ";
	if (first == last)
		line_add(line, "%spackage %u: %u", comma, first, workers_n);
	else
		line_add(line, "%spackages %u-%u: %u each", comma, first, last, workers_n);
}

// "packages 0-7: 8 each" for plans too long to spell out.
static int plan_summary_add(struct line *line, const struct topology *topology, const struct placement *plan,
                            unsigned workers_n)
{
	unsigned packages_n = topology_packages_n(topology), cores_n = 0;
	unsigned *share = calloc(packages_n, sizeof *share);
	bool *core_used = calloc(topology_cores_n(topology), sizeof *core_used);
	if (!share || !core_used) {
		free(share);
		free(core_used);
		return status_fail(ENOMEM, "drawing a plan");
	}
	for (unsigned worker = 0; worker < workers_n; worker++) {
		const struct topology_cpu *cpu = cpu_find(topology, placement_cpu(plan, worker));
		share[cpu->package]++;
		cores_n += !core_used[cpu->core];
		core_used[cpu->core] = true;
	}
	for (unsigned first = 0, last; first < packages_n; first = last + 1) {
		for (last = first; last + 1 < packages_n && share[last + 1] == share[first]; last++)
			;
		share_add(line, first, last, share[first]);
	}
	free(share);
	free(core_used);
	unsigned cpus_n = placement_cpus_n(plan);
	line_add(line, "; %u core%s, %u CPU%s", cores_n, text_plural(cores_n), cpus_n, text_plural(cpus_n));
	return 0;
}

static int plan_print(FILE *out, const struct topology *topology, enum pin pin, unsigned workers_n)
{
	struct placement *plan;
	int rc = placement_plan(topology, pin, workers_n, &plan);
	if (rc)
		return rc;
	struct line line = {0};
	line_add(&line, "%-8s  %7u  ", pin_name(pin), workers_n);
	struct line spelt = line;
	for (unsigned worker = 0; worker < workers_n && !spelt.full; worker++)
		line_add(&spelt, "%sw%u→%d", worker ? "  " : "", worker, placement_cpu(plan, worker));
	if (spelt.full)
		rc = plan_summary_add(&line, topology, plan, workers_n);
	else
		line = spelt;
	fprintf(out, "%s\n", line.text);
	placement_free(plan);
	return rc;
}

static int same_print(FILE *out, const struct topology *topology)
{
	struct placement *plan;
	int rc = placement_plan(topology, PIN_SAME, 1, &plan);
	if (rc)
		return rc;
	fprintf(out, "%-8s      any  all→%d, time-sliced\n", pin_name(PIN_SAME), placement_cpu(plan, 0));
	placement_free(plan);
	return 0;
}

// Pins that do not depend on the number of workers get one line.
static int pin_print(FILE *out, const struct topology *topology, enum pin pin, const unsigned *workers,
                     unsigned workers_n)
{
	int rc = 0;
	if (pin == PIN_NONE)
		fprintf(out, "%-8s      any  not bound: the scheduler decides\n", pin_name(pin));
	else if (pin == PIN_SAME)
		rc = same_print(out, topology);
	else
		for (unsigned i = 0; i < workers_n && !rc; i++)
			rc = plan_print(out, topology, pin, workers[i]);
	return rc;
}

int topo_print(FILE *out, const struct topology *topology, const unsigned *workers, unsigned workers_n,
               unsigned pins_mask)
{
	head_print(out, topology);
	fputc('\n', out);
	int rc = tree_print(out, topology);
	notes_kinds_print(out, topology);
	fprintf(out, "\npin       workers  worker→CPU\n");
	for (int pin = 0; pin < PIN_N && !rc; pin++)
		if (pins_mask & 1u << pin)
			rc = pin_print(out, topology, (enum pin)pin, workers, workers_n);
	if (rc)
		return rc;
	notes_places_print(out, topology);
	notes_excess_print(out, topology, workers, workers_n);
	return 0;
}
