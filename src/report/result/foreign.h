// Result files of other benchmarks, read as records: a row for each of their benchmarks, a round for each of its
// repetitions. One file and one line of foreign.def each.
#ifndef TVP_REPORT_RESULT_FOREIGN_H
#define TVP_REPORT_RESULT_FOREIGN_H

#include "report/result/json_cursor.h"

/// A file being read. The record is open and empty at first.
struct foreign_file {
	struct record *record;
	struct json_cursor root;
	const struct foreign *foreign;
	uint32_t *taken; ///< repetitions of each row so far; malloc'd
	uint32_t taken_max;
	bool means_only; ///< of some benchmark
};

struct foreign {
	const char *name;    ///< experiment of its rows: "gbench"
	const char *program; ///< for people: "Google Benchmark"
	/// Whether a file is one of these, by its outermost object.
	bool (*recognises)(const json_t *root);
	/// Add rows, samples, facts and warnings. Returns 0, -ENOMEM or -EINVAL, with a message naming file and field.
	int (*load)(struct foreign_file *file);
	const char *samples_kept_by; ///< advice, where a file has only means: how its program keeps the samples
};

/// Who wrote this file; NULL where nobody known did.
const struct foreign *foreign_find(const json_t *root);
/// "Google Benchmark, hyperfine or pyperf".
char *foreign_programs(char *out, size_t out_bytes);
/// Fill an open record. Returns 0 or -errno, with a message.
int foreign_load(const struct foreign *foreign, struct record *record, const struct json_cursor *root);

/// The row of that benchmark, made where it is not there yet. Returns its index or -errno with a message.
int foreign_row(struct foreign_file *file, const char *benchmark);
/// A repetition: times of one operation.
struct foreign_time {
	double wall_ns, cpu_ns; ///< CPU time NAN: unknown
	uint64_t iterations_n;  ///< operations that were timed together
};
/// One more repetition of a row. A wall that is no time loses it. Returns 0 or -ENOMEM.
int foreign_sample(struct foreign_file *file, uint32_t row, const struct foreign_time *time);
/// A benchmark of which the file has means only: skipped with that reason, unless it has samples, too. Returns 0 or
/// -ENOMEM.
int foreign_means(struct foreign_file *file, const char *benchmark);
/// One more, which has no time, and why: a row of which all are lost has failed.
void foreign_lose(struct foreign_file *file, uint32_t row, const char *reason);

/// A text or number of an object as a fact, where it is there.
void foreign_fact(struct foreign_file *file, const json_t *object, const char *key, const char *fact);

#endif
