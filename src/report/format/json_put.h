// What every JSON file of ours is written with: one value a line, and the values that stand in more than one format.
#ifndef TVP_REPORT_JSON_PUT_H
#define TVP_REPORT_JSON_PUT_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "host/facts.h"

/// Digits of numbers that are not whole, as flags of json_put(): of samples; of what a verdict is computed from.
#define JSON_SAMPLE_DIGITS JSON_REAL_PRECISION(9)
#define JSON_BLOCK_DIGITS JSON_REAL_PRECISION(12)

/// Print "<before><json><after>" and drop the json; NULL stands for no memory. Returns 0 or -errno.
int json_put(FILE *out, const char *before, json_t *json, const char *after, size_t flags);

/// null above INT64_MAX.
json_t *count_json(uint64_t count);
/// As text: readers that keep numbers as doubles would round it.
json_t *seed_json(uint64_t seed);
/// As number_json(), but null for what is no number: where a key must always be there.
json_t *number_or_null_json(double value);
/// {key: value}, and a list of sentences.
json_t *facts_json(const struct facts *facts);
json_t *warnings_json(const struct facts *facts);

#endif
