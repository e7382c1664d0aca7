// The processor, the hypervisor, and how the clock frequency is controlled.
#include "host/facts_parts.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

/// What the first block of /proc/cpuinfo says; each architecture has its own names for the same things.
struct cpu_words {
	char model[160], vendor[64], family[32], number[32], stepping[32];
	bool hypervisor;
};

static void word_keep(const char *line, const char *key, char *out, size_t out_bytes)
{
	size_t length = strlen(key);
	if (*out || strncmp(line, key, length) != 0)
		return;
	const char *rest = line + length + strspn(line + length, " \t");
	if (*rest == ':')
		snprintf(out, out_bytes, "%.*s", (int)strcspn(rest + 1, "\n"), rest + 1 + strspn(rest + 1, " "));
	out[strcspn(out, "\n")] = '\0';
}

static void cpu_line_parse(const char *line, struct cpu_words *words)
{
	word_keep(line, "model name", words->model, sizeof words->model);
	word_keep(line, "Processor", words->model, sizeof words->model);
	word_keep(line, "cpu", words->model, sizeof words->model);
	word_keep(line, "vendor_id", words->vendor, sizeof words->vendor);
	word_keep(line, "CPU implementer", words->vendor, sizeof words->vendor);
	word_keep(line, "cpu family", words->family, sizeof words->family);
	word_keep(line, "CPU architecture", words->family, sizeof words->family);
	word_keep(line, "model", words->number, sizeof words->number);
	word_keep(line, "CPU part", words->number, sizeof words->number);
	word_keep(line, "stepping", words->stepping, sizeof words->stepping);
	word_keep(line, "CPU revision", words->stepping, sizeof words->stepping);
	if (strncmp(line, "flags", 5) == 0 && strstr(line, " hypervisor"))
		words->hypervisor = true;
}

static void cpuinfo_read(struct cpu_words *words)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	if (!file)
		return;
	char *line = NULL;
	size_t line_bytes = 0;
	// Only the first CPU's block: a thousand of them take tens of ms to print.
	while (getline(&line, &line_bytes, file) > 1)
		cpu_line_parse(line, words);
	free(line);
	fclose(file);
}

static const char *hypervisor_name(void)
{
#if defined(__x86_64__) || defined(__i386__)
	static const struct {
		const char *signature, *name;
	} known[] = {
		{"KVMKVMKVM", "KVM"},     {"Microsoft Hv", "Hyper-V"}, {"VMwareVMware", "VMware"},     {"XenVMMXenVMM", "Xen"},
		{"TCGTCGTCGTCG", "QEMU"}, {"bhyve bhyve ", "bhyve"},   {"VBoxVBoxVBox", "VirtualBox"},
	};
	unsigned eax, signature[4] = {0};
	__cpuid(0x40000000, eax, signature[0], signature[1], signature[2]);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp((const char *)signature, known[i].signature) == 0)
			return known[i].name;
#endif
	return "unknown hypervisor";
}

static void hypervisor_add(struct facts *facts, bool flagged)
{
	char type[64], product[80];
	bool xen = line_read("/sys/hypervisor/type", type, sizeof type) && *type;
	bool dmi = line_read("/sys/class/dmi/id/product_name", product, sizeof product) && *product;
	// Arm has no such flag; most hypervisors name their product after what it is.
	bool named = dmi && (strstr(product, "irtual") || strstr(product, "KVM"));
	if (!flagged && !xen && !named)
		facts_add(facts, "hypervisor", "none seen");
	else
		facts_add(facts, "hypervisor", "%s%s%s%s", xen ? type : hypervisor_name(), dmi ? " (" : "", dmi ? product : "",
		          dmi ? ")" : "");
}

static void mitigations_add(struct facts *facts)
{
	const char *directory = "/sys/devices/system/cpu/vulnerabilities";
	DIR *entries = opendir(directory);
	if (!entries) {
		facts_add(facts, "cpu_mitigations", FACT_UNKNOWN);
		return;
	}
	unsigned mitigated_n = 0, vulnerable_n = 0, unaffected_n = 0;
	for (struct dirent *entry; (entry = readdir(entries));) {
		char path[512], line[160];
		snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
		if (entry->d_name[0] == '.' || !line_read(path, line, sizeof line))
			continue;
		mitigated_n += strstr(line, "Mitigation") != NULL;
		vulnerable_n += strncmp(line, "Vulnerable", 10) == 0;
		unaffected_n += strncmp(line, "Not affected", 12) == 0;
	}
	closedir(entries);
	facts_add(facts, "cpu_mitigations", "%u mitigated, %u vulnerable, %u not affected", mitigated_n, vulnerable_n,
	          unaffected_n);
}

void facts_add_cpu(struct facts *facts)
{
	struct cpu_words words = {0};
	cpuinfo_read(&words);
	facts_add(facts, "cpu_model", "%s", words.model);
	facts_add(facts, "cpu_vendor", "%s", words.vendor);
	facts_add(facts, "cpu_family", "%s", words.family);
	facts_add(facts, "cpu_model_number", "%s", words.number);
	facts_add(facts, "cpu_stepping", "%s", words.stepping);
	hypervisor_add(facts, words.hypervisor);
	mitigations_add(facts);
}

static const char *smt_state(const struct topology *topology)
{
	char active[16], control[32];
	if (topology_cpus_n(topology) > topology_cores_n(topology))
		return "on";
	if (!line_read("/sys/devices/system/cpu/smt/active", active, sizeof active))
		return FACT_UNKNOWN;
	if (strcmp(active, "1") == 0)
		return "on";
	line_read("/sys/devices/system/cpu/smt/control", control, sizeof control);
	return strncmp(control, "not", 3) == 0 ? "none" : "off";
}

// One governor for all CPUs, or "mixed".
static void governor_add(struct facts *facts, const struct topology *topology)
{
	char governor[32] = "";
	for (unsigned i = 0; i < topology_cpus_n(topology); i++) {
		char path[96], line[32];
		snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor",
		         topology_cpus(topology)[i].os_index);
		// No file for the first CPU means none for the others.
		if (!line_read(path, line, sizeof line))
			break;
		if (*governor && strcmp(governor, line) != 0) {
			strcpy(governor, "mixed");
			break;
		}
		strcpy(governor, line);
	}
	facts_add(facts, "governor", "%s", governor);
}

static void turbo_add(struct facts *facts)
{
	char line[16];
	const char *state = FACT_UNKNOWN;
	if (line_read("/sys/devices/system/cpu/intel_pstate/no_turbo", line, sizeof line))
		state = strcmp(line, "0") == 0 ? "on" : "off";
	else if (line_read("/sys/devices/system/cpu/cpufreq/boost", line, sizeof line))
		state = strcmp(line, "0") == 0 ? "off" : "on";
	facts_add(facts, "turbo", "%s", state);
}

void facts_add_power(struct facts *facts, const struct topology *topology)
{
	facts_add(facts, "smt", "%s", smt_state(topology));
	governor_add(facts, topology);
	turbo_add(facts);
}
