// What the machine is and what state it is in, as key/value text for result files and tables.
#ifndef TVP_HOST_FACTS_H
#define TVP_HOST_FACTS_H

#include "host/topology.h"

enum { FACTS_MAX = 96, FACT_WARNINGS_MAX = 16 };

/// Begins the key of a fact about a kernel from a file: "plugin_mine".
#define PLUGIN_FACT "plugin_"

struct fact {
	char key[32];    ///< "cpu_model", "cpus_n", "kernel", "governor", "thp_enabled", "aslr", …
	char value[160]; ///< as read; "not available here" where the machine does not say
};

struct facts {
	struct fact fact[FACTS_MAX];
	unsigned facts_n;
	char warning[FACT_WARNINGS_MAX][240]; ///< sentences: what makes results of this machine doubtful now
	unsigned warnings_n;
};

/// Read everything that can be read. Never fails: what is unknown has a value that says so. About 1 ms.
void facts_read(struct facts *facts, const struct topology *topology);
/// The revision of the source this program was built from, as git describes it; "unknown". Static.
const char *facts_revision(void);
/// The value of a key, or NULL.
const char *facts_get(const struct facts *facts, const char *key);
/// Append a fact or a warning (printf style); silently full beyond the maxima is a bug and aborts in debug builds.
void facts_add(struct facts *facts, const char *key, const char *format, ...) __attribute__((format(printf, 3, 4)));
void facts_warn(struct facts *facts, const char *format, ...) __attribute__((format(printf, 2, 3)));

/// Of a hybrid machine, how many CPUs are of the kind that pins fill first; 0: all are alike, or it is unknown.
unsigned facts_first_kind_cpus(const struct facts *facts);

#endif
