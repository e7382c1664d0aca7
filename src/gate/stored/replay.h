// Recorded blocks judged again: as they were, by other thresholds, or with the sides exchanged by chance.
#ifndef TVP_GATE_REPLAY_H
#define TVP_GATE_REPLAY_H

#include "base/rng.h"
#include "gate/gate.h"

/// What the blocks are asked this time. NAN, STATISTIC_N: what they were asked as they were recorded.
struct replay_options {
	double alpha, beta, effect, tolerate; ///< fractions, as in struct gate_options
	enum statistic statistic;             ///< of the wall time; the other series have only the recorded one
};

/// Make these the options of a gate that has ended; judge with one of the two below afterwards. Returns 0 or -EINVAL: a
/// threshold out of its range, an effect that is not above what is tolerated, a block without that statistic.
int replay_ask(struct gate *gate, const struct replay_options *options);

/// Forget the verdicts and take all blocks again, in the order recorded, up to the gate's end with estimates and
/// intervals. Blocks that were never measured, because a verdict had fallen, are not there for a stricter question
/// either. Returns 0 or -ENOMEM.
int gate_replay(struct gate *gate);

/// The same without the end: verdicts only, those that never fell being OPEN. Much faster, since no interval is
/// inverted.
int gate_replay_verdicts(struct gate *gate);

/// Exchange the two halves of each block by a fair coin: blocks of a gate whose sides do not differ, whatever they did.
/// Exchanged again, they are another such gate. It tests the rules and the code, with this machine's noise; never the
/// measuring itself.
void gate_flip(struct gate *gate, struct rng *rng);

#endif
