// The processes of a reading. Internal to src/doctor.
#ifndef TVP_DOCTOR_TASK_TABLE_H
#define TVP_DOCTOR_TASK_TABLE_H

#include "doctor/reading.h"

/// Every process that /proc shows, in at most a quarter of a second: what is left then is counted as unread.
void task_table_read(struct reading *reading, const char *root);
/// One line of /proc/PID/stat. Returns whether it is one.
bool task_parse(struct task *task, const char *line);

#endif
