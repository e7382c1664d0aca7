// Recorded blocks judged again: as they were, by other thresholds, or with the sides exchanged by chance.
#ifndef TVP_GATE_REPLAY_H
#define TVP_GATE_REPLAY_H

#include "base/rng.h"
#include "gate/gate.h"

/// By what the blocks are judged this time. NAN, STATISTIC_N: as they were recorded.
struct replay_options {
	double alpha, beta, effect, tolerate; ///< fractions, as in struct gate_options
	enum statistic statistic;             ///< of the wall time; the other series have only the recorded one
};

/// Make these the options of a gate that has ended; judge with one of the two below afterwards. Returns 0 or -EINVAL: a
/// threshold out of its range, an effect that is not above the tolerated slowdown, a block without that statistic.
int replay_options_set(struct gate *gate, const struct replay_options *options);

/// Clear the verdicts and judge all blocks again, in the order recorded, up to the gate's end with estimates and
/// intervals. Blocks that were never measured, because a verdict had been reached, are missing for a stricter question,
/// too. Returns 0 or -ENOMEM.
int gate_replay(struct gate *gate);

/// The same without the end: verdicts only; those that are not reached are OPEN. Much faster, since no interval is
/// inverted.
int gate_replay_verdicts(struct gate *gate);

/// Exchange the two halves of each block with probability 1/2: the blocks of a gate whose sides do not differ, even if
/// they did. Exchanged again, they are another such gate. That tests the rules and the code, with this machine's noise,
/// but not the measuring itself.
void gate_flip(struct gate *gate, struct rng *rng);

#endif
