// Every way of running a command for each of many inputs, predicted from a sample of them and ranked. Pure: what was
// measured comes in, bench/command and `tvp advise` measure it.
#ifndef TVP_ADVISE_COMMAND_ADVICE_H
#define TVP_ADVISE_COMMAND_ADVICE_H

#include "advise/advice.h"
#include "bench/command/pass.h"

/// As the rows of experiment `command` are called.
enum command_model { COMMAND_SERIAL, COMMAND_PROCESS, COMMAND_BATCH, COMMAND_FED, COMMAND_MODELS_N };

/// One way of running it.
struct command_way {
	// Measured, on the inputs that were tried.
	enum command_model model;
	unsigned workers_n;              ///< at once
	uint64_t batch_n;                ///< inputs of one process
	bool whole;                      ///< it holds all inputs
	struct cost tried;               ///< one pass over them
	double tried_cpu_ns, peak_bytes; ///< NAN, 0: not known
	// Predicted, of all inputs.
	struct cost wall;
	double even_ns;   ///< mean × inputs, divided evenly, as if a process for each were not slowed down by the others
	double tail_ns;   ///< more than that, because the last workers end at different times
	double beside_ns; ///< more than that, because they run beside each other, and less, because fewer processes are
	                  ///< started
	double cpu_ns, memory_bytes; ///< NAN, 0: not known
};

/// What is known of a command and its inputs.
struct command_list {
	double items_n;                  ///< inputs in all
	const struct command_time *time; ///< of a sample of them, drawn at random, each run alone
	const uint64_t *place;           ///< where each of these stands among all, from 0
	size_t n;                        ///< of these; at least 1, and 2 where there are more inputs
	const double *tried_ns;          ///< what the inputs take alone that the ways were tried with, in the order of all
	size_t tried_n;
	double noise;    ///< relative deviation of each of these times when it is measured again
	double start_ns; ///< starting a process that does nothing; 0: not known
	double cpus_n;
	uint64_t seed; ///< of the draws that stand for inputs that were not run
};

enum { COMMAND_WAYS_MAX = 48 };

/// Where the fastest way changes hands, as struct flip.
struct command_flip {
	const char *property; ///< "inputs", "work"
	double at;            ///< a count; ns an input
	bool below;
	enum command_model winner;
};

struct command_advice {
	struct command_list list;
	double mean_ns, cv, mean_cpu_ns, longest_ns, median_ns; ///< of an input, one after the other, as in the rounds
	double busy;                                            ///< CPUs that an input uses while it does not queue for one
	double rounds_factor; ///< what inputs took in serial passes ÷ what they took alone, before
	struct command_way
		way[COMMAND_WAYS_MAX]; ///< the advice first: as good as the fastest, and the fewest processes; then by wall
	unsigned n;
	int best[COMMAND_MODELS_N]; ///< the fastest of each; -1: none
	struct exclusion exclusion[EXCLUSIONS_MAX];
	unsigned exclusions_n;
	struct command_flip flip[FLIPS_MAX];
	unsigned flips_n;
};

/// "serial", "process", "batch:10", "fed".
char *command_model_text(char *out, size_t out_bytes, const struct command_way *way);
/// "2 at once, a process for each input".
char *command_way_text(char *out, size_t out_bytes, const struct command_way *way);
void command_advice_exclude(struct command_advice *advice, const char *what, const char *reason);

/// list, way[].tried … and exclusions are filled in, the serial way among them: predict all, rank, find the flips.
/// Returns 0, -ENOMEM, or -ERANGE (inputs differ too much to be described by a sample), with a message.
int command_advice_make(struct command_advice *advice);
/// What a way would take of items_n inputs of this kind: of others than all. NAN: no memory.
double command_way_wall_ns(const struct command_advice *advice, const struct command_way *way, double items_n);

#endif
