// One examination, from the first reading to the last judgement.
#include "doctor/cause.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

const char *const finding_kind_names[FINDING_KINDS_N] = {"doubt", "note", "unreadable"};

struct finding *doctor_find(struct doctor *doctor, const char *cause, enum finding_kind kind, const char *format, ...)
{
	unsigned at = doctor->findings_n < FINDINGS_MAX ? doctor->findings_n++ : FINDINGS_MAX - 1;
	struct finding *finding = &doctor->finding[at];
	va_list arguments;
	*finding = (struct finding){.cause = cause, .kind = kind};
	va_start(arguments, format);
	vsnprintf(finding->text, sizeof finding->text, format, arguments);
	va_end(arguments);
	return finding;
}

bool doctor_doubts(const struct doctor *doctor)
{
	for (unsigned i = 0; i < doctor->findings_n; i++)
		if (doctor->finding[i].kind == FINDING_DOUBT)
			return true;
	return false;
}

char *doctor_percent(char out[16], double share)
{
	snprintf(out, 16, share < 0.0995 ? "%.2g %%" : "%.0f %%", 100 * share);
	return out;
}

double doctor_seconds(const struct doctor *doctor)
{
	return (double)(doctor->after.noise.wall_ns - doctor->before.noise.wall_ns) / 1e9;
}

static int wait_for(uint64_t duration_ns)
{
	struct timespec time = {(time_t)(duration_ns / NS_PER_S), (long)(duration_ns % NS_PER_S)};
	return nanosleep(&time, NULL) < 0 ? -errno : 0;
}

int doctor_examine(struct doctor *doctor, const struct doctor_settings *settings)
{
	memset(doctor, 0, sizeof *doctor);
	doctor->settings = *settings;
	int status = causes_begin(doctor);
	if (status < 0)
		return status;
	reading_take(&doctor->before, settings->root);
	status = settings->spin_ns ? spin_run(&doctor->spin, settings->topology, settings->spin_ns)
	                           : wait_for(settings->watch_ns);
	reading_take(&doctor->after, settings->root);
	doctor->before.beside = doctor->after.beside = settings->beside;
	causes_end(doctor);
	if (status == 0 || status == -EINTR)
		causes_judge(doctor);
	return status;
}

void doctor_close(struct doctor *doctor)
{
	causes_close(doctor);
	reading_close(&doctor->before);
	reading_close(&doctor->after);
	spin_close(&doctor->spin);
}
