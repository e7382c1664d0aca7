// The slice protocol: what is printed is read back, and nothing that was damaged on the way is taken for a slice. And
// how a row is sliced.
// links: gate
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/status.h"
#include "gate/slice/slice.h"
#include "gate/slicing.h"

enum { FUZZ_N = 20000 };

static struct trial trial;

static void trial_fill(uint64_t iterations_n, uint32_t batch_n)
{
	trial.iterations_n = iterations_n;
	trial.batch_n = batch_n;
	for (uint64_t i = 0; i < iterations_n; i++) {
		trial.wall_ns[i] = 1000 + 7 * i;
		trial.operations_n[i] = batch_n;
		trial.parts[i] = (struct parts){100 + i, 800 + 5 * i, 100 + i};
	}
}

static struct slice_times head_of(enum slice_state state, const char *message, bool has_parts)
{
	struct slice_times head = {.spec = "scaling/kernel:sum",
	                           .revision = "abc1234",
	                           .pin_rule = 3,
	                           .state = state,
	                           .begun_ns = 12,
	                           .ready_ns = 34,
	                           .has_parts = has_parts};
	snprintf(head.message, sizeof head.message, "%s", message);
	return head;
}

// Malloc'd.
static char *printed(const struct slice_times *head)
{
	char *text = NULL;
	size_t bytes = 0;
	FILE *out = open_memstream(&text, &bytes);
	assert_int_equal(slice_print(out, head, &trial), 0);
	fclose(out);
	assert_int_equal(text[bytes - 1], '\n');
	return text;
}

static void assert_same(const struct slice_times *slice, const struct slice_times *head)
{
	assert_string_equal(slice->spec, head->spec);
	assert_string_equal(slice->revision, head->revision);
	assert_string_equal(slice->message, head->message);
	assert_int_equal(slice->pin_rule, head->pin_rule);
	assert_int_equal(slice->state, head->state);
	assert_int_equal(slice->begun_ns, head->begun_ns);
	assert_int_equal(slice->ready_ns, head->ready_ns);
	assert_int_equal(slice->has_parts, head->has_parts);
	assert_int_equal(slice->throttled.known, head->throttled.known);
	assert_int_equal(slice->throttled.periods_n, head->throttled.periods_n);
	assert_int_equal(slice->throttled.time_ns, head->throttled.time_ns);
}

static void assert_same_times(const struct slice_times *slice)
{
	assert_int_equal(slice->iterations_n, trial.iterations_n);
	assert_int_equal(slice->batch_n, trial.batch_n);
	for (uint64_t i = 0; i < trial.iterations_n; i++) {
		assert_int_equal(slice->time_ns[SERIES_WALL][i], trial.wall_ns[i]);
		assert_int_equal(slice->operations_n[i], trial.operations_n[i]);
		if (!slice->has_parts)
			continue;
		assert_int_equal(slice->time_ns[SERIES_LAUNCH][i], trial.parts[i].launch_ns);
		assert_int_equal(slice->time_ns[SERIES_WORK][i], trial.parts[i].work_ns);
		assert_int_equal(slice->time_ns[SERIES_COLLECT][i], trial.parts[i].collect_ns);
	}
}

// 7 operations in the last iteration only, or the batch in all.
static void round_trip(uint64_t iterations_n, bool has_parts, bool uneven)
{
	struct slice_times head = head_of(SLICE_MEASURED, "", has_parts), slice;
	trial_fill(iterations_n, 3);
	if (uneven)
		trial.operations_n[iterations_n - 1] = 7;
	if (uneven)
		head.throttled = (struct slice_throttled){true, 3, 5000000};
	char *text = printed(&head);
	assert_int_equal(strstr(text, "throttled") != NULL, uneven);
	assert_int_equal(strstr(text, "operations_n") != NULL, uneven);
	assert_int_equal(strstr(text, "launch_ns") != NULL, has_parts);
	assert_int_equal(slice_parse(&slice, text, strlen(text)), 0);
	assert_same(&slice, &head);
	assert_same_times(&slice);
	slice_close(&slice);
	slice_close(&slice); // twice is as good as once
	free(text);
}

static void test_round_trip(void **state)
{
	(void)state;
	static const uint64_t iterations[] = {1, 2, 97, TRIAL_ITERATIONS_MAX};
	for (size_t i = 0; i < sizeof iterations / sizeof *iterations; i++)
		for (int variant = 0; variant < 4; variant++)
			round_trip(iterations[i], variant & 1, variant & 2);
}

static void test_states_without_times(void **state)
{
	(void)state;
	for (enum slice_state which = SLICE_SKIPPED; which <= SLICE_FAILED; which++) {
		struct slice_times head = head_of(which, "no \"huge\" pages — here", false), slice;
		char *text = printed(&head);
		assert_null(strstr(text, "wall_ns"));
		assert_int_equal(slice_parse(&slice, text, strlen(text)), 0);
		assert_same(&slice, &head);
		assert_null(slice.time_ns[SERIES_WALL]);
		slice_close(&slice);
		free(text);
	}
}

// As snprintf() cuts it, in the middle of a character.
static void test_message_that_is_no_text(void **state)
{
	(void)state;
	struct slice_times head = head_of(SLICE_FAILED, "cut\n\033 here: \xe2\x80", false), slice;
	char *text = printed(&head);
	assert_int_equal(slice_parse(&slice, text, strlen(text)), 0);
	assert_string_equal(slice.message, "cut   here: ??");
	slice_close(&slice);
	free(text);
}

static void assert_refused(const char *text, size_t bytes, int error, const char *words)
{
	struct slice_times slice;
	int status = slice_parse(&slice, text, bytes);
	if (status != -error || !strstr(status_message(), words))
		fail_msg("status %d, \"%s\" instead of %d, \"… %s …\" for %.*s", status, status_message(), -error, words,
		         (int)bytes, text);
	assert_null(slice.time_ns[SERIES_WALL]);
	assert_null(slice.operations_n);
}

// A measured slice of two iterations with one piece of its text replaced.
static void refuse(const char *old, const char *new, const char *words)
{
	static const char good[] =
		"{\"tvp_slice\":1,\"spec\":\"s\",\"revision\":\"r\",\"state\":\"measured\",\"message\":\"\",\"begun_ns\":1,\"ready_ns\":2,"
		"\"iterations\":2,\"batch\":3,\"wall_ns\":[30,40],\"launch_ns\":[1,2],\"work_ns\":[3,4],\"collect_ns\":[5,6],"
		"\"operations_n\":[3,4]}";
	char text[2048];
	struct slice_times slice;
	const char *at = strstr(good, old);
	assert_int_equal(slice_parse(&slice, good, sizeof good - 1), 0);
	slice_close(&slice);
	assert_non_null(at);
	snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, new, at + strlen(old));
	assert_refused(text, strlen(text), EBADMSG, words);
}

static void test_keys_missing(void **state)
{
	(void)state;
	static const char *const keys[] = {"spec",       "revision", "state",   "message", "begun_ns",  "ready_ns",
	                                   "iterations", "batch",    "wall_ns", "work_ns", "collect_ns"};
	refuse("\"tvp_slice\"", "\"tvp_slyce\"", "no \"tvp_slice\"");
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		char old[32], new[32], words[32];
		snprintf(old, sizeof old, "\"%s\":", keys[i]);
		snprintf(new, sizeof new, "\"%s_\":", keys[i]);
		snprintf(words, sizeof words, "\"%s\" is", keys[i]);
		refuse(old, new, words);
	}
}

static void test_wrong_types(void **state)
{
	(void)state;
	refuse(":1,\"spec\"", ":\"1\",\"spec\"", "no \"tvp_slice\"");
	refuse("\"s\"", "7", "\"spec\"");
	refuse("\"begun_ns\":1", "\"throttled_n\":-1,\"throttled_ns\":1,\"begun_ns\":1", "throttled_n");
	refuse("\"begun_ns\":1", "\"throttled_n\":1,\"begun_ns\":1", "throttled_ns");
	refuse("\"r\"", "null", "\"revision\"");
	refuse("\"measured\"", "\"guessed\"", "\"state\"");
	refuse("\"measured\"", "[]", "\"state\"");
	refuse("\"begun_ns\":1", "\"begun_ns\":1.5", "\"begun_ns\"");
	refuse("\"iterations\":2", "\"iterations\":true", "\"iterations\"");
	refuse("[30,40]", "30", "\"wall_ns\"");
	refuse("[30,40]", "[30,\"40\"]", "\"wall_ns\"[1]");
	refuse("[30,40]", "{\"0\":30,\"1\":40}", "\"wall_ns\"");
	refuse("[1,2]", "null", "\"launch_ns\"");
	refuse("[5,6]", "[5,null]", "\"collect_ns\"[1]");
	refuse("[3,4]}", "\"batch\"}", "\"operations_n\"");
}

static void test_numbers_out_of_range(void **state)
{
	(void)state;
	refuse("\"begun_ns\":1", "\"begun_ns\":-1", "\"begun_ns\"");
	refuse("\"iterations\":2", "\"iterations\":0", "no iterations");
	refuse("\"iterations\":2", "\"iterations\":-2", "\"iterations\"");
	refuse("\"iterations\":2", "\"iterations\":3", "not an array of 3");
	refuse("\"iterations\":2", "\"iterations\":4097", "\"iterations\"");
	refuse("\"iterations\":2", "\"iterations\":9223372036854775807", "\"iterations\"");
	refuse("\"iterations\":2", "\"iterations\":99999999999999999999", "too big integer");
	refuse("\"batch\":3", "\"batch\":0", "no iterations");
	refuse("\"batch\":3", "\"batch\":-3", "\"batch\"");
	refuse("\"batch\":3", "\"batch\":4294967296", "\"batch\"");
	refuse("[30,40]", "[30,-40]", "\"wall_ns\"[1]");
	refuse("[30,40]", "[30]", "\"wall_ns\"");
	refuse("[30,40]", "[]", "\"wall_ns\"");
	refuse("[30,40]", "[30,40,50]", "\"wall_ns\"");
	refuse("[3,4]}", "[3,0]}", "\"operations_n\"[1]");
	refuse("[3,4]}", "[3]}", "\"operations_n\"");
}

static void test_texts_too_long(void **state)
{
	(void)state;
	char spec[SPEC_NAME_BYTES + 3] = "\"";
	memset(spec + 1, 's', SPEC_NAME_BYTES);
	strcat(spec, "\"");
	refuse("\"s\"", spec, "\"spec\"");
	refuse("\"r\"", "\"123456789012345678901234567890123456789012345678\"", "\"revision\"");
	refuse("\"s\"", "\"s\\u0000t\"", "not a slice");
}

static void test_other_protocols(void **state)
{
	(void)state;
	static const char *const versions[] = {"2", "0", "-1", "9223372036854775807"};
	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
		char text[64], words[64];
		snprintf(text, sizeof text, "{\"tvp_slice\":%s}", versions[i]); // of which nothing else is known
		snprintf(words, sizeof words, "uses version %s of the slice protocol, this tvp uses version %d", versions[i],
		         SLICE_VERSION);
		assert_refused(text, strlen(text), EPROTO, words);
	}
}

static void test_no_slices_at_all(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"", " ", "\n", "[]", "[1]", "1", "null", "\"tvp_slice\"", "{", "{}", "hello", "\xff\xfe", "{\"tvp_slice\":1}"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_refused(texts[i], strlen(texts[i]), EBADMSG, "its output is not a slice");
	assert_refused("{}\0{}", 5, EBADMSG, "not a slice");
	char *deep = malloc(100001);
	memset(deep, '[', 100000);
	assert_refused(deep, 100000, EBADMSG, "not a slice");
	free(deep);
}

static void test_truncated_anywhere(void **state)
{
	(void)state;
	struct slice_times head = head_of(SLICE_MEASURED, "", true);
	trial_fill(3, 1);
	char *text = printed(&head);
	for (size_t bytes = 0; bytes + 1 < strlen(text); bytes++) // all but the end of the line
		assert_refused(text, bytes, EBADMSG, "not a slice");
	free(text);
}

static void text_damage(struct rng *rng, char *text, size_t *bytes)
{
	uint32_t at = rng_below(rng, (uint32_t)*bytes), length = 1 + rng_below(rng, 8),
			 to = rng_below(rng, (uint32_t)*bytes);
	length = at + length <= *bytes ? length : (uint32_t)*bytes - at;
	switch (rng_below(rng, 5)) {
	case 0:
		text[at] ^= (char)(1 << rng_below(rng, 8));
		return;
	case 1:
		text[at] = (char)rng_next(rng);
		return;
	case 2:
		memmove(text + at, text + at + length, *bytes - at - length);
		*bytes -= *bytes > length ? length : 0;
		return;
	case 3:
		text[at] = "0123456789-,:[]{}\"eE."[rng_below(rng, 21)];
		return;
	case 4:
		memmove(text + (to + length <= *bytes ? to : at), text + at, length);
	}
}

// Whatever arrives is refused, or it is a slice in all its parts. A sanitizer sees what is not.
static void test_damage_at_random(void **state)
{
	(void)state;
	struct rng rng = {20};
	struct slice_times head = head_of(SLICE_MEASURED, "", true), slice;
	trial_fill(4, 2);
	trial.operations_n[0] = 9;
	char *good = printed(&head);
	unsigned taken_n = 0;
	for (int i = 0; i < FUZZ_N; i++) {
		size_t bytes = strlen(good);
		char *text = malloc(bytes); // of no more than it says
		memcpy(text, good, bytes);
		for (uint32_t damages = 1 + rng_below(&rng, 4); damages > 0; damages--)
			text_damage(&rng, text, &bytes);
		int status = slice_parse(&slice, text, bytes);
		assert_true(status == 0 || status == -EBADMSG || status == -EPROTO);
		uint64_t sum = 0;
		for (uint64_t j = 0; status == 0 && slice.state == SLICE_MEASURED && j < slice.iterations_n; j++)
			sum += slice.time_ns[SERIES_WALL][j] / slice.operations_n[j];
		taken_n += status == 0 && sum < UINT64_MAX;
		slice_close(&slice);
		free(text);
	}
	assert_in_range(taken_n, 1, FUZZ_N - 1); // both ways were gone
	free(good);
}

static void test_names_of_series(void **state)
{
	(void)state;
	for (enum series series = SERIES_WALL; series < SERIES_N; series++)
		assert_int_equal(series_find(series_name(series)), series);
	assert_int_equal(series_find("wal"), SERIES_N);
	assert_int_equal(series_find(""), SERIES_N);
	assert_string_equal(series_name(SERIES_N), "");
}

static void test_spec_slicing(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		bool one_cpu;
	} rows[] = {
		{"scaling/kernel:sum/model:serial/workers:1/pin:compact", true},
		{"scaling/kernel:sum/model:threads/workers:1/pin:compact", true},
		{"scaling/kernel:sum/model:threads/workers:4/pin:same", true},
		{"scaling/kernel:sum/model:threads/workers:2/pin:compact", false},
		{"scaling/kernel:sum/model:threads/workers:1/pin:none", false}, // about being free
		{"locks/lock:mutex/sharing:private/workers:1/hold:0/pin:compact/between:threads", true},
		{"switch/tasks:2/bytes:0/pin:same/between:processes", true},
		{"spawn/call:fork/resident:0/pages:4k/burst:1/place:same_cpu", true},
		{"latency/channel:pipe/bytes:1/place:same_cpu/between:threads", true},
		{"latency/channel:pipe/bytes:1/place:same_cache/between:threads", false},
		// On one CPU a caller and a worker that spin for each other would park.
		{"scaling/kernel:null/model:thread_pool/workers:1/pin:compact/wait:spin", false},
		{"scaling/kernel:null/model:process_pool/workers:1/pin:same/wait:adaptive", false},
		{"scaling/kernel:null/model:thread_pool/workers:1/pin:compact", false},
		{"scaling/kernel:null/model:thread_pool/workers:1/pin:compact/wait:park", true},
		{"scaling/kernel:null/model:thread_pool/workers:1/pin:compact/wait:spin/caller:works", true},
		{"unknown", false},
		{"scaling/model:unknown/workers:1", true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct spec spec;
		assert_int_equal(spec_parse(&spec, rows[i].name), 0);
		struct slicing slicing = spec_slicing(&spec);
		if (slicing.one_cpu != rows[i].one_cpu)
			fail_msg("%s: one CPU: %d", rows[i].name, slicing.one_cpu);
		assert_int_equal(slicing.statistic, rows[i].one_cpu ? STATISTIC_P10 : STATISTIC_P25);
		assert_int_equal(slicing.slice_ns, 10000000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_states_without_times),
		cmocka_unit_test(test_message_that_is_no_text),
		cmocka_unit_test(test_keys_missing),
		cmocka_unit_test(test_wrong_types),
		cmocka_unit_test(test_numbers_out_of_range),
		cmocka_unit_test(test_texts_too_long),
		cmocka_unit_test(test_other_protocols),
		cmocka_unit_test(test_no_slices_at_all),
		cmocka_unit_test(test_truncated_anywhere),
		cmocka_unit_test(test_damage_at_random),
		cmocka_unit_test(test_names_of_series),
		cmocka_unit_test(test_spec_slicing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
