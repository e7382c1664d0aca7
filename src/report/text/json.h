// What everything of ours that is JSON is written with.
#ifndef TVP_REPORT_TEXT_JSON_H
#define TVP_REPORT_TEXT_JSON_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "gate/stored/machine.h"
#include "host/facts.h"
#include "kernel/ways.h"

/// Texts may come from anywhere and may have been cut inside a character: what is not UTF-8 becomes '?'. NULL: no
/// memory.
json_t *text_json(const char *text);
/// NULL for what is not a number, which JSON cannot express. Whole numbers are kept exact up to 2^53.
json_t *number_json(double value);

/// Digits of numbers that are not whole, as flags of json_put(): of samples; of what a verdict is computed from.
#define JSON_SAMPLE_DIGITS JSON_REAL_PRECISION(9)
#define JSON_BLOCK_DIGITS JSON_REAL_PRECISION(12)

/// Print "<before><json><after>" and drop the json; NULL stands for no memory. Returns 0 or -errno.
int json_put(FILE *out, const char *before, json_t *json, const char *after, size_t flags);

/// Which code paths were taken, and the times of those that were not.
json_t *ways_json(const struct way_choices *ways);

/// null above INT64_MAX.
json_t *count_json(uint64_t count);
/// As text: readers that keep numbers as doubles would round it.
json_t *seed_json(uint64_t seed);
/// As number_json(), but null for what is no number: where a key must always be there.
json_t *number_or_null_json(double value);
/// {key: value}, and a list of sentences.
json_t *facts_json(const struct facts *facts);
json_t *warnings_json(const struct facts *facts);

/// [{"key": …, A: …, B: …}, …], the sides under the names given.
json_t *machine_json(const struct machine_difference *difference, unsigned differences_n, const char *a, const char *b);
/// Print an object, and drop it. NULL stands for no memory. Returns 0 or -errno with a message.
int json_print(FILE *out, json_t *json);

#endif
