// A measurement's identity: an experiment and its axes, plain text. Its name is built here and nowhere else.
//   scaling/kernel:convolve/k:5/size:3840x2160/model:process_pool/workers:2/pin:compact
#ifndef TVP_MEASURE_SPEC_H
#define TVP_MEASURE_SPEC_H

#include <stdbool.h>
#include <stddef.h>

enum { SPEC_AXES_MAX = 16, SPEC_NAME_BYTES = 400 };

struct axis {
	char key[16];
	char value[32];
};

struct spec {
	char experiment[24];
	unsigned axes_n;
	struct axis axes[SPEC_AXES_MAX];
};

/// Start a spec of an experiment, with no axes.
void spec_init(struct spec *spec, const char *experiment);
/// Set an axis: replaces its value in place, or appends it. Aborts when an axis does not fit (a bug in an experiment).
void spec_set(struct spec *spec, const char *key, const char *value);
void spec_set_count(struct spec *spec, const char *key, unsigned long value);
/// Remove an axis, if it is there.
void spec_unset(struct spec *spec, const char *key);
/// The axis's value; NULL when the spec has no such axis.
const char *spec_get(const struct spec *spec, const char *key);

/// The name; two specs are the same measurement exactly when their names are equal.
char *spec_name(const struct spec *spec, char *out, size_t out_bytes);
/// The inverse. Returns 0 or -EINVAL, with a message.
int spec_parse(struct spec *spec, const char *name);

#endif
