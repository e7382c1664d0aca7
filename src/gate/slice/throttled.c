#include "gate/slice/throttled.h"

#include <errno.h>

#include "host/cgroup.h"

static struct slice_throttled now(void)
{
	struct throttled all;
	bool known = cgroup_throttled("", &all);
	return (struct slice_throttled){known, all.periods_n, all.time_ns};
}

void slice_throttled_begin(struct slice_throttled *throttled)
{
	*throttled = now();
}

// Slices that share a cgroup with others that were removed meanwhile may count less than before.
static uint64_t grown(uint64_t before, uint64_t after)
{
	return after > before ? after - before : 0;
}

void slice_throttled_end(struct slice_throttled *throttled)
{
	struct slice_throttled after = throttled->known ? now() : (struct slice_throttled){0};
	if (after.known)
		after = (struct slice_throttled){true, grown(throttled->periods_n, after.periods_n),
		                                 grown(throttled->time_ns, after.time_ns)};
	*throttled = after;
}

void slice_throttled_put(json_t *object, const struct slice_throttled *throttled)
{
	if (!throttled->known)
		return;
	json_object_set_new(object, "throttled_n", json_integer((json_int_t)throttled->periods_n));
	json_object_set_new(object, "throttled_ns", json_integer((json_int_t)throttled->time_ns));
}

static bool is_count(const json_t *value)
{
	return json_is_integer(value) && json_integer_value(value) >= 0;
}

int slice_throttled_get(const json_t *object, struct slice_throttled *throttled)
{
	const json_t *periods = json_object_get(object, "throttled_n"), *time = json_object_get(object, "throttled_ns");
	*throttled = (struct slice_throttled){0};
	if (!periods && !time)
		return 0;
	if (!is_count(periods) || !is_count(time))
		return -EBADMSG;
	*throttled =
		(struct slice_throttled){true, (uint64_t)json_integer_value(periods), (uint64_t)json_integer_value(time)};
	return 0;
}
