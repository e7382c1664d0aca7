// The registry.
#include "stats/laws/law.h"

#include <string.h>

#define LAW(name) extern const struct law law_##name;
#include "stats/laws/list.def"
#undef LAW

const struct law *const laws[] = {
#define LAW(name) &law_##name,
#include "stats/laws/list.def"
#undef LAW
	NULL,
};
_Static_assert(sizeof laws / sizeof *laws <= LAWS_MAX, "room for every law");

const struct law *law_find(const char *name)
{
	const struct law *const *law = laws;
	while (*law && strcmp((*law)->name, name) != 0)
		law++;
	return *law;
}
