#include "cli/advise_answer.h"

#include <stdio.h>
#include <time.h>

#include "cli/calibration.h"
#include "report/result/file.h"

static int compose(FILE *out, const void *context)
{
	return advice_json_print(out, context);
}

static int keep(const struct advice_report *report)
{
	char name[64], path[CALIBRATION_PATH_BYTES];
	snprintf(name, sizeof name, "verified-%lld.json", (long long)time(NULL));
	int status = calibration_beside(name, path, sizeof path);
	return status == 0 ? file_replace(path, compose, report) : status;
}

int advise_answer(const struct advise_request *request, const struct advice_report *report)
{
	int status = request->format.format->advice(stdout, report, &request->style);
	return status == 0 && request->verify ? keep(report) : status;
}
