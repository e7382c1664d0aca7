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

// Whether it is time to draw again.
static bool due(void)
{
	static uint64_t drawn_ns;
	bool is_due = clock_now_ns() - drawn_ns >= DRAW_EVERY_MS * NS_PER_MS;
	if (is_due)
		drawn_ns = clock_now_ns();
	return is_due;
}

static void draw(const char *line)
{
	fprintf(stderr, "\r\033[K%.*s", columns() - 1, line);
	fflush(stderr);
}

void progress_draw(void *context, const struct rounds_progress *progress)
{
	(void)context;
	if (!due())
		return;
	char name[SPEC_NAME_BYTES], eta[32] = "?", round[32] = "", failed[32] = "", line[SPEC_NAME_BYTES + 160];
	if (strcmp(progress->phase, "measuring") == 0)
		snprintf(round, sizeof round, " round %u", progress->round + 1);
	if (progress->failed_n)
		snprintf(failed, sizeof failed, "  %u failed", progress->failed_n);
	if (!isnan(progress->eta_s))
		units_format_eta(eta, sizeof eta, progress->eta_s);
	snprintf(line, sizeof line, "%3.0f%%  %s left  %s%s %u/%u%s  %s", progress->fraction * 100, eta, progress->phase,
	         round, progress->done_n + 1, progress->all_n, failed, spec_name(progress->spec, name, sizeof name));
	draw(line);
}

void progress_draw_gate(void *context, const struct gate_progress *progress)
{
	(void)context;
	if (!due())
		return;
	char left[32], counts[80], line[SPEC_NAME_BYTES + 200];
	int used = snprintf(counts, sizeof counts, "%u decided, %u open", progress->decided_n, progress->open_n);
	if (progress->regressed_n)
		used += snprintf(counts + used, sizeof counts - (size_t)used, ", %u REGRESSED", progress->regressed_n);
	if (progress->failed_n)
		snprintf(counts + used, sizeof counts - (size_t)used, ", %u failed", progress->failed_n);
	snprintf(line, sizeof line, "%s  %s left  %s %u  %s", counts, units_format_eta(left, sizeof left, progress->left_s),
	         strcmp(progress->phase, "calibrating") == 0 ? "calibrating" : "block", progress->done_n + 1,
	         progress->name);
	draw(line);
}

void progress_end(void)
{
	fputs("\r\033[K", stderr);
	fflush(stderr);
}
