// What the parts of gate's command line say together.
#include "cli/options/gate_options.h"

#include <limits.h>
#include <string.h>

#include "base/self.h"

static const char *programs_check(const struct gate_request *request)
{
	if (request->axes.given || request->specs_n || request->options.suite[0])
		return "what is no tvp has no specs: neither --suite nor --spec nor an axis option can be given with it";
	if (request->side[SIDE_OLD].variants_n || request->side[SIDE_NEW].variants_n)
		return "--old and --new name builds of tvp";
	return programs_wrong(&request->programs, request->operands.n);
}

const char *gate_request_wrong(const struct gate_request *request)
{
	const char *wrong = NULL;
	if (programs_given(&request->programs))
		wrong = programs_check(request);
	else if (request->axes.given && strcmp(request->options.suite, "gate") == 0)
		wrong = "the suite gate is a list of whole specs: no axis option can be given with it";
	else if (request->specs_n && (request->axes.given || request->options.suite[0]))
		wrong = "--spec names whole specs: neither --suite nor an axis option can be given with it";
	else if (request->side[SIDE_OLD].variants_n && request->operands.n)
		wrong = "--old and the operand OLD both name the old side; with --old, the new side is named by --new";
	else if (request->side[SIDE_NEW].variants_n && request->operands.n == 2)
		wrong = "--new and the operand NEW both name the new side";
	return wrong;
}

// A side that neither an option nor an operand names is the other one; where there is none, this program is both.
void gate_request_sides(struct gate_request *request)
{
	static char own[PATH_MAX];
	struct side *old = &request->side[SIDE_OLD], *new = &request->side[SIDE_NEW];
	if (!old->variants_n)
		old->program = request->operands.n > 0 ? request->operands.value[0] : self_path(own, sizeof own);
	if (new->variants_n)
		return;
	if (request->operands.n == 2) {
		new->program = request->operands.value[1];
		return;
	}
	new->program = old->program;
	new->variants_n = old->variants_n;
	memcpy(new->variant, old->variant, sizeof new->variant);
}

void gate_request_suite(struct gate_request *request, const char *kernel)
{
	if (kernel && !request->specs_n && !plan_axis_given(&request->plan, "kernel"))
		plan_choose(&request->plan, "kernel", kernel);
	if (!request->options.suite[0])
		strcpy(request->options.suite, programs_given(&request->programs) ? "programs"
		                               : request->specs_n                 ? "by name"
		                               : kernel                           ? "scaling"
		                               : request->axes.given              ? "quick"
		                                                                  : "gate");
}
