// A measurement's identity: an experiment and its axes, plain text. Its name is built here and nowhere else.
//   scaling/kernel:convolve/k:5/size:3840x2160/model:process_pool/workers:2/pin:compact
#ifndef TVP_MEASURE_SPEC_H
#define TVP_MEASURE_SPEC_H

#include <stdbool.h>
#include <stddef.h>

/// How much there is room for. The bytes include a terminating zero; those of a name bound all its axes together.
enum {
	SPEC_AXES_MAX = 32,
	SPEC_EXPERIMENT_BYTES = 32,
	SPEC_KEY_BYTES = 48,
	SPEC_VALUE_BYTES = 256,
	SPEC_NAME_BYTES = 1024,
};

/// Plain data: may be copied, and compared byte by byte (see spec_equal()). Read it through the functions below.
struct spec {
	char experiment[SPEC_EXPERIMENT_BYTES];
	unsigned short axes_n, text_bytes;
	char text[SPEC_NAME_BYTES]; ///< key, value, key, value …, each with its zero: text_bytes in all; zeros behind them
};

/// One axis of a spec: points into it, and so is valid until the spec changes.
struct axis {
	const char *key, *value;
};

/// Start a spec of an experiment, with no axes. Returns 0, or -EINVAL with a message where that is no name.
int spec_init(struct spec *spec, const char *experiment);
/// Set an axis: replaces its value in place, or appends it. Returns 0, or -EINVAL with a message that says what does
/// not fit: the spec is then as it was.
int spec_set(struct spec *spec, const char *key, const char *value);
int spec_set_count(struct spec *spec, const char *key, unsigned long value);
/// Remove an axis, if it is there.
void spec_unset(struct spec *spec, const char *key);
/// The axis's value; NULL when the spec has no such axis.
const char *spec_get(const struct spec *spec, const char *key);
/// The axis at a place: index < axes_n.
struct axis spec_axis(const struct spec *spec, unsigned index);
/// Whether both are the same measurement: the same axes with the same values, in the same order.
bool spec_equal(const struct spec *a, const struct spec *b);

/// The name; two specs are the same measurement exactly when their names are equal.
char *spec_name(const struct spec *spec, char *out, size_t out_bytes);
/// The inverse. Returns 0 or -EINVAL, with a message.
int spec_parse(struct spec *spec, const char *name);

#endif
