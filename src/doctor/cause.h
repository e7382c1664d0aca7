// The contract of a cause of noise: one file in this folder, which defines `const struct cause cause_NAME`, and one
// line of list.def. What several causes need of the machine (struct reading, the spin) is read for them; the rest they
// read themselves.
#ifndef TVP_DOCTOR_CAUSE_H
#define TVP_DOCTOR_CAUSE_H

#include "doctor/doctor.h"

/// All hooks but judge may be NULL. state: state_bytes of the cause's own, zeroed.
struct cause {
	const char *name;    ///< "interrupts"
	const char *summary; ///< what is looked at, in a few words
	size_t state_bytes;
	/// Before and after the spin. Fast, and never failing: what cannot be read is kept as such.
	void (*begin)(void *state, const struct doctor *doctor);
	void (*end)(void *state, const struct doctor *doctor);
	/// Append findings (doctor_find()): doubts, notes, and what could not be read.
	void (*judge)(void *state, struct doctor *doctor);
	/// Free what the state points to.
	void (*close)(void *state);
};

#define CAUSE(name) extern const struct cause cause_##name;
#include "doctor/list.def"
#undef CAUSE

/// All of them, ended by NULL.
extern const struct cause *const causes[];

/// The hooks of all causes, in the order of list.def. causes_begin() returns 0 or -ENOMEM.
int causes_begin(struct doctor *doctor);
void causes_end(struct doctor *doctor);
void causes_judge(struct doctor *doctor);
void causes_close(struct doctor *doctor);

#endif
