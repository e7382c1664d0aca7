// The progress line: phase, done/total, current spec, time left; cut to the terminal's width.
#include "cli/progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/units.h"

enum { DRAW_EVERY_MS = 80, WIDTH_UNKNOWN = 100 };

static int columns(void)
{
	struct winsize size;
	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : WIDTH_UNKNOWN;
}

void progress_draw(void *context, const struct rounds_progress *progress)
{
	(void)context;
	static uint64_t drawn_ns;
	if (clock_now_ns() - drawn_ns < DRAW_EVERY_MS * NS_PER_MS)
		return;
	drawn_ns = clock_now_ns();
	char name[SPEC_NAME_BYTES], eta[32] = "?", round[32] = "", failed[32] = "", line[SPEC_NAME_BYTES + 160];
	if (strcmp(progress->phase, "measuring") == 0)
		snprintf(round, sizeof round, " round %u", progress->round + 1);
	if (progress->failed_n)
		snprintf(failed, sizeof failed, "  %u failed", progress->failed_n);
	if (!isnan(progress->eta_s))
		units_format_eta(eta, sizeof eta, progress->eta_s);
	snprintf(line, sizeof line, "%3.0f%%  %s left  %s%s %u/%u%s  %s", progress->fraction * 100, eta, progress->phase, round,
	         progress->done_n + 1, progress->all_n, failed, spec_name(progress->spec, name, sizeof name));
	fprintf(stderr, "\r\033[K%.*s", columns() - 1, line);
	fflush(stderr);
}

void progress_end(void)
{
	fputs("\r\033[K", stderr);
	fflush(stderr);
}
