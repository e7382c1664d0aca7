// Any bytes as a gate's file: refused, or a gate that can be replayed.
#include "gate/stored/replay.h"
#include "report/gate/load.h"
#include "tests/fuzz/json_mutator.h"
#include "tests/fuzz/memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	static struct gate gate;
	if (gate_load(&gate, memory_file(data, bytes)) < 0)
		return 0;
	gate_replay(&gate);
	gate_close(&gate);
	return 0;
}
