// Any bytes as a described machine, synthetic or XML: refused, or a machine on which workers can be placed. Each try
// forks, since hwloc may crash on what it reads: that is refused, too.
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sanitizer/common_interface_defs.h>

#include "host/placement.h"
#include "host/topology.h"
#include "tests/fuzz/memory_file.h"

// A crash of the child is what the parent has to refuse, and none that libFuzzer should report.
static void child_begin(void)
{
	const int crashes[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
	for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
		signal(crashes[i], SIG_DFL);
	__sanitizer_set_death_callback(NULL);
}

/// A callback of libFuzzer, called by this name.
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	return pthread_atfork(NULL, NULL, child_begin);
}

static void place(const char *source)
{
	struct topology *topology;
	if (topology_open(&topology, source) < 0)
		return;
	for (int pin = 0; pin < PIN_N; pin++) {
		struct placement *placement;
		if (placement_plan(topology, (enum pin)pin, 3, &placement) == 0)
			placement_free(placement);
	}
	topology_close(topology);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	char text[512], link[64];
	snprintf(text, sizeof text, "%.*s", (int)(bytes < sizeof text ? bytes : sizeof text - 1), (const char *)data);
	if (strchr(text, '<') == NULL) {
		place(text);
		return 0;
	}
	// By its name it is XML.
	snprintf(link, sizeof link, "/tmp/tvp-fuzz-%d.xml", getpid());
	if (symlink(memory_file(data, bytes), link) == 0)
		place(link);
	unlink(link);
	return 0;
}
