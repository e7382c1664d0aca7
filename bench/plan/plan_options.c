// Choices are kept as text: what they mean depends on the experiment that has the axis.
#include "bench/plan/plan_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/status.h"
#include "base/words.h"
#include "measure/spec.h"

static int list_check(const char *key, const char *text)
{
	unsigned values_n = 0;
	for (const char *at = text;; at++) {
		size_t length = strcspn(at, ",");
		if (length == 0)
			return status_say(EINVAL, "--%s='%s': an empty value", key, text);
		if (length >= SPEC_VALUE_BYTES)
			return status_say(EINVAL, "--%s: the value '%.*s' is longer than %d characters", key, (int)length, at,
			                  SPEC_VALUE_BYTES - 1);
		if (++values_n > AXIS_VALUES_MAX)
			return status_say(EINVAL, "--%s: more than %d values", key, AXIS_VALUES_MAX);
		at += length;
		if (!*at)
			return 0;
	}
}

int plan_choose(struct plan_options *options, const char *key, const char *values)
{
	int status = list_check(key, values);
	unsigned at = 0;
	if (status < 0)
		return status;
	while (at < options->chosen_n && strcmp(options->chosen[at].key, key) != 0)
		at++;
	if (at == PLAN_AXES_MAX)
		return status_say(EINVAL, "--%s: values of more than %d axes", key, PLAN_AXES_MAX);
	options->chosen[at].key = intern(key);
	options->chosen[at].values = intern(values);
	if (!options->chosen[at].key || !options->chosen[at].values)
		return status_fail(ENOMEM, "--%s", key);
	options->chosen_n += at == options->chosen_n;
	return 0;
}

const char *plan_chosen(const struct plan_options *options, const char *key)
{
	for (unsigned i = 0; i < options->chosen_n; i++)
		if (strcmp(options->chosen[i].key, key) == 0)
			return options->chosen[i].values;
	return NULL;
}

// Words are expanded: --model=pools allows thread_pool.
bool plan_allows(const struct plan_options *options, const char *key, const char *value)
{
	struct axis_values chosen;
	const char *text = plan_chosen(options, key);
	if (!text || words_have(text, ',', value))
		return true;
	return axis_values_split(&chosen, text) == 0 && axis_values_expand(&chosen, key, options->topology) == 0 &&
	       axis_values_has(&chosen, value);
}

bool plan_allows_workers(const struct plan_options *options, unsigned workers_n)
{
	struct axis_values counts;
	if (axis_values_split(&counts, plan_chosen(options, "workers")) < 0 ||
	    axis_values_expand(&counts, "workers", options->topology) < 0)
		return false;
	for (unsigned i = 0; i < counts.n; i++)
		if (strtoul(counts.value[i], NULL, 10) == workers_n)
			return true;
	return counts.n == 0;
}

static int add(struct axis_values *values, const char *value)
{
	if (!value)
		return status_fail(ENOMEM, "the values of an axis");
	if (values->n == AXIS_VALUES_MAX)
		return status_say(EINVAL, "'%s' is one value too many: an axis takes at most %d", value, AXIS_VALUES_MAX);
	values->value[values->n++] = value;
	return 0;
}

int axis_values_add(struct axis_values *values, const char *value)
{
	return add(values, intern(value));
}

int axis_values_split(struct axis_values *values, const char *text)
{
	int status = 0;
	values->n = 0;
	for (struct word word = {.at = text}; status == 0 && word_next(&word, ',');)
		status = add(values, intern_part(word.at, word.length));
	return status;
}

bool axis_values_has(const struct axis_values *values, const char *value)
{
	for (unsigned i = 0; i < values->n; i++)
		if (strcmp(values->value[i], value) == 0)
			return true;
	return false;
}
