// The formats of a gate, and writing one to where it was asked for.
#include "report/gate/outputs.h"

#include <errno.h>
#include <string.h>

#include "base/status.h"
#include "report/result/file.h"

const struct gate_format gate_formats[] = {
	{"out", "everything, each block on a line, as JSON: verdicts can be recomputed from it", gate_json_compose},
	{"old-out", "the old side as a result file, for compare.py, `tvp show` and `tvp compare`", gate_old_compose},
	{"new-out", "… the new side; rounds of the two pair", gate_new_compose},
	{"junit", "the verdicts as JUnit XML: REGRESSED is a failure, CANNOT TELL skipped", gate_junit_compose},
	{"markdown", "for people, for $GITHUB_STEP_SUMMARY: what regressed first, always under 1 MB",
     gate_markdown_compose},
	{"annotations", "GitHub workflow commands, read from standard output: ::error, ::warning",
     gate_annotations_compose},
	{"benchmark-action", "the new side for github-action-benchmark's customSmallerIsBetter", gate_action_compose},
	{"bencher", "… in Bencher Metric Format", gate_bencher_compose},
	{0},
};

int gate_output(const struct gate *gate, const struct gate_format *format, const char *path, FILE *dash)
{
	if (strcmp(path, "-") != 0)
		return file_replace(path, format->compose, gate);
	int status = format->compose(dash, gate);
	if (status == 0 && (fflush(dash) != 0 || ferror(dash)))
		status = -EIO;
	return status < 0 ? status_fail(-status, "writing --%s to standard output", format->option) : 0;
}
