// The new side of a gate as a result file: what compare.py, `tvp show` and `tvp compare` read.
#include "report/format/format.h"
#include "report/gate/outputs.h"

static int gate(FILE *out, const struct gate *ended, const struct report_style *style)
{
	(void)style;
	return gate_side_write(out, ended, SIDE_NEW);
}

const struct format format_new_result = {
	.name = "new-result",
	.summary = "the new side as a result file",
	.gate = gate,
	.gate_option = "new-out",
	.gate_summary = "the new side as a result file; its rounds pair with those of the old side",
};
