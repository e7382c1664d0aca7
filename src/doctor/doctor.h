// What disturbs measurements on this machine now. Every allowed CPU repeats a small fixed piece of work, alone and all
// together, while counters of the kernel are read before and after; each possible cause then says what it found.
// Nothing is changed on the machine, and no privilege is needed.
#ifndef TVP_DOCTOR_DOCTOR_H
#define TVP_DOCTOR_DOCTOR_H

#include "doctor/forecast.h"
#include "doctor/reading.h"
#include "doctor/spin.h"

enum finding_kind {
	FINDING_DOUBT,      ///< it disturbed measurements meanwhile
	FINDING_NOTE,       ///< worth knowing: a setting, or a disturbance too small to matter
	FINDING_UNREADABLE, ///< this cause could not be looked at here
	FINDING_KINDS_N
};
/// "doubt", "note", "unreadable".
extern const char *const finding_kind_names[FINDING_KINDS_N];

enum { FINDINGS_MAX = 48, FINDING_BYTES = 220, FINDING_COMMAND_BYTES = 200 };

struct finding {
	const char *cause; ///< name of the cause that found it
	enum finding_kind kind;
	char text[FINDING_BYTES];            ///< a sentence or two
	char command[FINDING_COMMAND_BYTES]; ///< what root could do about it; "" for nothing
	char undo[FINDING_COMMAND_BYTES];    ///< what takes that back
};

struct doctor_settings {
	const struct topology *topology; ///< of this machine; not needed by causes_judge() of stored readings
	const char *root;                ///< "", or a directory used instead of / for what is read
	uint64_t spin_ns;                ///< half of it alone, half together; 0: only watch, for watch_ns
	uint64_t watch_ns;
	int beside; ///< process of a run that is watched, and is no disturbance; 0: none
};

/// One examination.
struct doctor {
	struct doctor_settings settings;
	struct reading before, after;
	struct spin spin; ///< cpus_n 0: only watched
	struct finding finding[FINDINGS_MAX];
	unsigned findings_n;
	struct forecast forecast[FORECASTS_MAX];
	unsigned forecasts_n;
	char forecast_why_not[200]; ///< why there is none, where it was tried
	void *state;                ///< of the causes; malloc'd
};

/// Read, spin (or wait), read again, and judge. To be closed with doctor_close(), after a failure too. Returns 0;
/// -EINTR (a signal ended the waiting: what was seen until then is judged); or -errno with a message: no memory, no
/// processes.
int doctor_examine(struct doctor *doctor, const struct doctor_settings *settings);
void doctor_close(struct doctor *doctor);

/// Whether anything disturbed.
bool doctor_doubts(const struct doctor *doctor);

/// Append a finding of a cause (printf style). Beyond FINDINGS_MAX the last note is lost. Returns it, to add commands.
struct finding *doctor_find(struct doctor *doctor, const char *cause, enum finding_kind kind, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/// "0.25 %", "86 %", "120 %". Returns out.
char *doctor_percent(char out[16], double share);

/// Seconds between the two readings.
double doctor_seconds(const struct doctor *doctor);

#endif
