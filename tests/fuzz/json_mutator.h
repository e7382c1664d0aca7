// What libFuzzer's own mutations seldom find: JSON that is still JSON, of which one value is another. A quarter of the
// inputs is left to libFuzzer, so that broken JSON comes up as well.
#ifndef TVP_TESTS_FUZZ_JSON_MUTATOR_H
#define TVP_TESTS_FUZZ_JSON_MUTATOR_H

#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t bytes, size_t most_bytes);

static inline unsigned json_draw(unsigned *seed, unsigned below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

// Numbers at the edges of what the readers' types hold, and each type where another is expected.
static inline json_t *json_odd_value(unsigned *seed)
{
	static const json_int_t integers[] = {0, 1, -1, 2, 127, 255, 65536, INT32_MAX, UINT32_MAX, INT64_MAX, INT64_MIN};
	static const double reals[] = {0.5, -0.0, -1.5, 1e-308, 1e308, 4294967296.0, 1e15};
	static const char *const texts[] = {"", "a", "scaling", "%s%n", "\xc3\xa9", "skipped", "failed", "NaN"};
	switch (json_draw(seed, 7)) {
	case 0:
		return json_null();
	case 1:
		return json_boolean(json_draw(seed, 2));
	case 2:
		return json_integer(integers[json_draw(seed, sizeof integers / sizeof *integers)]);
	case 3:
		return json_real(reals[json_draw(seed, sizeof reals / sizeof *reals)]);
	case 4:
		return json_string(texts[json_draw(seed, sizeof texts / sizeof *texts)]);
	case 5:
		return json_array();
	default:
		return json_object();
	}
}

static inline void json_change_array(json_t *array, size_t at, unsigned *seed)
{
	switch (json_draw(seed, 4)) {
	case 0:
		json_array_remove(array, at);
		break;
	case 1:
		json_array_append_new(array, json_deep_copy(json_array_get(array, at)));
		break;
	default:
		json_array_set_new(array, at, json_odd_value(seed));
	}
}

static inline void json_change_object(json_t *object, const char *key, unsigned *seed)
{
	char kept[64];
	strncpy(kept, key, sizeof kept - 1); // the object's own key ends with its entry
	kept[sizeof kept - 1] = '\0';
	if (json_draw(seed, 4) == 0)
		json_object_del(object, kept);
	else
		json_object_set_new(object, kept, json_odd_value(seed));
}

// Go down a random path, and change what it ends at.
static inline void json_change(json_t *json, unsigned *seed)
{
	for (;;) {
		size_t n = json_is_array(json) ? json_array_size(json) : json_object_size(json);
		if (n == 0)
			return;
		size_t at = json_draw(seed, (unsigned)n);
		void *entry = json_object_iter(json);
		for (size_t i = 0; i < at && entry; i++)
			entry = json_object_iter_next(json, entry);
		json_t *child = json_is_array(json) ? json_array_get(json, at) : json_object_iter_value(entry);
		bool ends = (!json_is_array(child) && !json_is_object(child)) || json_draw(seed, 8) == 0;
		if (ends && json_is_array(json))
			json_change_array(json, at, seed);
		else if (ends)
			json_change_object(json, json_object_iter_key(entry), seed);
		if (ends)
			return;
		json = child;
	}
}

/// A callback of libFuzzer, called by this name.
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t most_bytes, unsigned seed)
{
	json_t *json = seed % 4 ? json_loadb((const char *)data, bytes, JSON_DISABLE_EOF_CHECK, NULL) : NULL;
	if (!json)
		return LLVMFuzzerMutate(data, bytes, most_bytes);
	for (unsigned i = 0, changes_n = 1 + json_draw(&seed, 3); i < changes_n; i++)
		json_change(json, &seed);
	size_t written = json_dumpb(json, (char *)data, most_bytes, JSON_COMPACT);
	json_decref(json);
	// Larger than there is room for: what stands there is a part of it, and broken JSON.
	return written <= most_bytes ? written : most_bytes;
}

#endif
