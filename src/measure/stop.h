// Why a run or a gate ended.
#ifndef TVP_MEASURE_STOP_H
#define TVP_MEASURE_STOP_H

// STOP(identifier, text): the text stands in result files and tables. The first five are of runs, those from BUDGET on
// of gates.
#define TVP_STOPS(STOP)              \
	STOP(NONE, "running")            \
	STOP(TARGET, "target reached")   \
	STOP(ROUNDS, "rounds asked for") \
	STOP(BUDGET, "time budget")      \
	STOP(INTERRUPT, "interrupted")   \
	STOP(DECIDED, "all decided")     \
	STOP(BLOCKS, "blocks asked for") \
	STOP(BROKEN, "cannot go on")

enum stop {
#define STOP(identifier, text) STOP_##identifier,
	TVP_STOPS(STOP)
#undef STOP
		STOP_N,
	STOP_RUN_N = STOP_INTERRUPT + 1,
	STOP_GATE_FIRST = STOP_BUDGET
};

/// By enum stop.
extern const char *const stop_names[STOP_N];

#endif
