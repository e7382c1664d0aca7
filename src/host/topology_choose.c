// --cpus and --cpukind: fewer CPUs than are allowed, for all that follows.
#include "host/topology_hwloc.h"

#include "base/status.h"
#include "base/words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LIST_BYTES = 160, NUMBER_MOST = 8191 };

/// One word of a list: "0", "2-5", "node:1", "package:0-1".
struct choice {
	char text[64];
	hwloc_obj_type_t type; ///< PU, NUMA node or package
	unsigned first, last;
};

static int choice_bad(const char *text)
{
	return status_say(EINVAL, "--cpus: '%s' is not a CPU (3), a range (2-5), node:N or package:N", text);
}

static bool number_read(const char **at, unsigned *number)
{
	char *end;
	if (**at < '0' || **at > '9')
		return false;
	unsigned long value = strtoul(*at, &end, 10);
	*at = end;
	*number = (unsigned)value;
	return value <= NUMBER_MOST;
}

static int choice_parse(struct choice *choice, struct word word)
{
	static const struct {
		const char *prefix;
		hwloc_obj_type_t type;
	} types[] = {{"node:", HWLOC_OBJ_NUMANODE}, {"package:", HWLOC_OBJ_PACKAGE}, {"", HWLOC_OBJ_PU}};
	snprintf(choice->text, sizeof choice->text, "%.*s", (int)word.length, word.at);
	if (word.length >= sizeof choice->text)
		return choice_bad(choice->text);
	unsigned type = 0;
	while (strncmp(choice->text, types[type].prefix, strlen(types[type].prefix)) != 0)
		type++;
	const char *at = choice->text + strlen(types[type].prefix);
	choice->type = types[type].type;
	if (!number_read(&at, &choice->first))
		return choice_bad(choice->text);
	choice->last = choice->first;
	if (*at == '-' && (at++, !number_read(&at, &choice->last)))
		return choice_bad(choice->text);
	return *at || choice->last < choice->first ? choice_bad(choice->text) : 0;
}

// Nodes by the kernel's number, as they are drawn; packages by their position.
static hwloc_obj_t object_find(hwloc_topology_t hwloc, hwloc_obj_type_t type, unsigned number)
{
	for (hwloc_obj_t object = NULL; (object = hwloc_get_next_obj_by_type(hwloc, type, object));)
		if ((type == HWLOC_OBJ_NUMANODE ? object->os_index : object->logical_index) == number)
			return object;
	return NULL;
}

static int objects_add(const struct topology *topology, const struct choice *choice, hwloc_bitmap_t chosen)
{
	const char *what = choice->type == HWLOC_OBJ_NUMANODE ? "node" : "package";
	for (unsigned number = choice->first; number <= choice->last; number++) {
		hwloc_obj_t object = object_find(topology->hwloc, choice->type, number);
		if (!object || hwloc_bitmap_iszero(object->cpuset))
			return status_say(EINVAL, "--cpus=%s: there is no %s %u with allowed CPUs (`tvp topo` draws them)",
			                  choice->text, what, number);
		hwloc_bitmap_or(chosen, chosen, object->cpuset);
	}
	return 0;
}

// Those of the list that are not allowed here are named, all of them.
static int allowed_check(const struct topology *topology, hwloc_const_bitmap_t chosen)
{
	char list[LIST_BYTES], allowed[LIST_BYTES];
	hwloc_bitmap_t excess = hwloc_bitmap_alloc();
	if (!excess)
		return status_fail(ENOMEM, "--cpus");
	hwloc_bitmap_andnot(excess, chosen, hwloc_topology_get_topology_cpuset(topology->hwloc));
	topology_bitmap_list(excess, list, sizeof list);
	bool several = hwloc_bitmap_weight(excess) > 1, none = hwloc_bitmap_iszero(excess);
	hwloc_bitmap_free(excess);
	return none ? 0
	            : status_say(EINVAL, "--cpus: CPU%s %s %s not allowed here; allowed: %s", several ? "s" : "", list,
	                         several ? "are" : "is", topology_allowed_list(topology, allowed, sizeof allowed));
}

static int cpus_parse(const struct topology *topology, const char *list, hwloc_bitmap_t chosen)
{
	struct word word = {.at = list};
	int status = 0;
	while (status == 0 && word_next(&word, ',')) {
		struct choice choice;
		status = choice_parse(&choice, word);
		if (status == 0 && choice.type == HWLOC_OBJ_PU)
			hwloc_bitmap_set_range(chosen, choice.first, (int)choice.last);
		else if (status == 0)
			status = objects_add(topology, &choice, chosen);
	}
	if (status == 0 && hwloc_bitmap_iszero(chosen))
		status = choice_bad(list);
	return status < 0 ? status : allowed_check(topology, chosen);
}

static int kind_unknown(const struct topology *topology, const char *text)
{
	char all[LIST_BYTES] = "";
	for (unsigned i = 0; i < topology->kinds_n; i++) {
		char one[48];
		snprintf(one, sizeof one, "%u%s%s%s", i, *topology->kind[i].name ? " (" : "", topology->kind[i].name,
		         *topology->kind[i].name ? ")" : "");
		words_add(all, sizeof all, ", ", one);
	}
	return status_say(EINVAL, "--cpukind='%s': %s %s", text,
	                  topology->kinds_n > 1 ? "the kinds of CPUs here are" : "all allowed CPUs are of one kind:", all);
}

// By its number, 0 for the strongest, or by its name.
static int kind_keep(const struct topology *topology, const char *text, hwloc_bitmap_t chosen)
{
	for (unsigned kind = 0; kind < topology->kinds_n; kind++) {
		char number[12];
		snprintf(number, sizeof number, "%u", kind);
		if (strcmp(text, number) != 0 && (!*text || strcasecmp(text, topology->kind[kind].name) != 0))
			continue;
		for (unsigned i = 0; i < topology->cpus_n; i++)
			if (topology->cpu[i].kind != kind)
				hwloc_bitmap_clr(chosen, (unsigned)topology->cpu[i].os_index);
		return hwloc_bitmap_iszero(chosen)
		           ? status_say(EINVAL, "--cpukind='%s': none of the CPUs of --cpus is of this kind", text)
		           : 0;
	}
	return kind_unknown(topology, text);
}

int topology_choose(struct topology *topology, const char *cpus, const char *kind)
{
	if (!cpus && !kind)
		return 0;
	// It is stored, and a continued run chooses by it.
	if ((cpus && strlen(cpus) >= TOPOLOGY_CHOICE_BYTES) || (kind && strlen(kind) >= TOPOLOGY_CHOICE_BYTES))
		return status_say(EINVAL, "--cpus, --cpukind: more than %d characters", TOPOLOGY_CHOICE_BYTES - 1);
	hwloc_bitmap_t chosen = hwloc_bitmap_alloc();
	if (!chosen)
		return status_fail(ENOMEM, "choosing CPUs");
	int status = cpus ? cpus_parse(topology, cpus, chosen) : 0;
	if (!cpus)
		hwloc_bitmap_copy(chosen, hwloc_topology_get_topology_cpuset(topology->hwloc));
	if (status == 0 && kind)
		status = kind_keep(topology, kind, chosen);
	if (status == 0 && topology->this_machine && hwloc_set_cpubind(topology->hwloc, chosen, HWLOC_CPUBIND_THREAD))
		status = status_fail(errno, "binding this process to the chosen CPUs");
	if (status == 0)
		status = topology_restrict(topology, chosen);
	hwloc_bitmap_free(chosen);
	snprintf(topology->chosen_cpus, sizeof topology->chosen_cpus, "%s", cpus ? cpus : "");
	snprintf(topology->chosen_kind, sizeof topology->chosen_kind, "%s", kind ? kind : "");
	return status;
}

const char *topology_chosen_cpus(const struct topology *topology)
{
	return *topology->chosen_cpus ? topology->chosen_cpus : NULL;
}

const char *topology_chosen_kind(const struct topology *topology)
{
	return *topology->chosen_kind ? topology->chosen_kind : NULL;
}
