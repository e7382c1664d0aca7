// The same blocks judged by the rules of other tools, to compare the gate's false alarms and detections with theirs.
#ifndef TVP_GATE_STORED_OTHER_RULES_H
#define TVP_GATE_STORED_OTHER_RULES_H

#include "base/rng.h"
#include "gate/gate.h"

/// A rule has one of the two functions.
struct other_rule {
	const char *name;
	const char *summary; ///< the rule and whose it is, one line
	/// Whether NEW is slower, by the kept blocks of one judgement in the order measured; ns, > 0, n may be 0.
	bool (*alarms)(const double *old_ns, const double *new_ns, size_t n);
	/// The same of all judgements at once, alarms[judgements_n]. Returns 0 or -ENOMEM.
	int (*judge)(const struct gate *gate, bool *alarms);
};

/// Ended by one without a name.
extern const struct other_rule other_rules[];
enum { OTHER_RULES_MAX = 16 };

/// A rule's answer for every judgement of a gate that has been judged: alarms[judgements_n]. Every rule uses all
/// blocks kept; where a verdict ended them, the gate has chosen their number. Returns 0 or -ENOMEM.
int other_rule_judge(const struct other_rule *rule, const struct gate *gate, bool *alarms);

/// Of flips_n gates made of this one's blocks by gate_flip(), how many alarm at least once: alarmed_n[] of every rule,
/// added to. The gate is left flipped, with the last one's verdicts. Returns 0 or -ENOMEM.
int other_rules_flip(struct gate *gate, uint32_t flips_n, struct rng *rng, uint32_t *alarmed_n);

#endif
