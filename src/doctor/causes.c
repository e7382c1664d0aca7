// The registry, and the state of each cause.
#include "doctor/cause.h"

#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/status.h"

const struct cause *const causes[] = {
#define CAUSE(name) &cause_##name,
#include "doctor/list.def"
#undef CAUSE
	NULL,
};

enum { STATE_ALIGN = 16 };

// Where the state of a cause stands; of the NULL at the end, how many bytes there are.
static size_t state_at(const struct cause *const *cause)
{
	size_t at = 0;
	for (const struct cause *const *before = causes; before != cause; before++)
		at += round_up((*before)->state_bytes, STATE_ALIGN);
	return at;
}

static void *state_of(const struct doctor *doctor, const struct cause *const *cause)
{
	return (char *)doctor->state + state_at(cause);
}

int causes_begin(struct doctor *doctor)
{
	const struct cause *const *cause = causes;
	while (*cause)
		cause++;
	doctor->state = calloc(1, state_at(cause) + 1);
	if (!doctor->state)
		return status_fail(ENOMEM, "room for what the causes read");
	for (cause = causes; *cause; cause++)
		if ((*cause)->begin)
			(*cause)->begin(state_of(doctor, cause), doctor);
	return 0;
}

void causes_end(struct doctor *doctor)
{
	for (const struct cause *const *cause = causes; *cause; cause++)
		if ((*cause)->end)
			(*cause)->end(state_of(doctor, cause), doctor);
}

void causes_judge(struct doctor *doctor)
{
	for (const struct cause *const *cause = causes; *cause; cause++)
		(*cause)->judge(state_of(doctor, cause), doctor);
}

void causes_close(struct doctor *doctor)
{
	for (const struct cause *const *cause = causes; doctor->state && *cause; cause++)
		if ((*cause)->close)
			(*cause)->close(state_of(doctor, cause));
	free(doctor->state);
	doctor->state = NULL;
}
