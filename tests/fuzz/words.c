// Any text as each kind of value: sizes, durations, fractions, counts, schedules, pins, waits, places.
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "exec/exec.h"
#include "host/place.h"
#include "host/placement.h"
#include "kernel/kernel.h"
#include "sync/waiter.h"
#include "tests/fuzz/memory_file.h"

// What a kernel takes as a size has one canonical text.
static void sizes(const char *text)
{
	for (const struct kernel *const *kernel = kernels; *kernel; kernel++) {
		struct size size, back;
		char name[64], again[64];
		if (size_parse(*kernel, text, &size) < 0)
			continue;
		size_format(name, sizeof name, &size);
		if (size_parse(*kernel, name, &back) < 0 || strcmp(size_format(again, sizeof again, &back), name) != 0)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	char text[256];
	uint64_t number;
	double fraction;
	struct schedule schedule;
	enum pin pin;
	enum wait wait;
	enum place place;
	snprintf(text, sizeof text, "%.*s", (int)(bytes < sizeof text ? bytes : sizeof text - 1), (const char *)data);
	sizes(text);
	units_parse_bytes(text, &number);
	units_parse_duration(text, &number);
	units_parse_count(text, 0, UINT64_MAX, &number);
	units_parse_fraction(text, &fraction);
	schedule_parse(text, &schedule);
	pin_parse(text, &pin);
	wait_parse(text, &wait);
	place_parse(text, &place);
	return 0;
}
