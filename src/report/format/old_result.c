// The old side of a gate as a result file: what compare.py, `tvp show` and `tvp compare` read.
#include "report/format/format.h"
#include "report/gate/outputs.h"

static int gate(FILE *out, const struct gate *ended, const struct report_style *style)
{
	(void)style;
	return gate_side_write(out, ended, SIDE_OLD);
}

const struct format format_old_result = {
	.name = "old-result",
	.summary = "the old side as a result file",
	.gate = gate,
	.gate_option = "old-out",
	.gate_summary = "the old side as a result file, for `tvp show`, `tvp compare` and compare.py",
};
