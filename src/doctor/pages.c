// Transparent huge pages: whether a program gets them decides what its memory costs.
#include "doctor/cause.h"

#include <string.h>

#define ENABLED "/sys/kernel/mm/transparent_hugepage/enabled"

static void judge(void *state, struct doctor *doctor)
{
	char line[96];
	(void)state;
	if (!reading_line(doctor->settings.root, ENABLED, line, sizeof line)) {
		doctor_find(doctor, cause_pages.name, FINDING_UNREADABLE,
		            ENABLED " cannot be read: whether there are huge pages is not known.");
		return;
	}
	if (strstr(line, "[madvise]"))
		return;
	bool never = strstr(line, "[never]");
	struct finding *finding = doctor_find(
		doctor, cause_pages.name, FINDING_NOTE, "%s",
		never
			? "Transparent huge pages are off (never): huge pages are had only where MADV_COLLAPSE can still make them."
			: "Transparent huge pages are always on: whether a program gets them depends on how the memory lies at that moment.");
	snprintf(finding->command, sizeof finding->command, "echo madvise > " ENABLED);
	snprintf(finding->undo, sizeof finding->undo, "echo %s > " ENABLED, never ? "never" : "always");
}

const struct cause cause_pages = {.name = "pages", .summary = "transparent huge pages", .judge = judge};
