// What a run measured, in memory: rows, rounds, and the raw samples of every visit.
#include "measure/record.h"

#include "base/array.h"
#include "base/hash.h"
#include "base/intern.h"
#include "base/status.h"
#include "base/words.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { SAMPLES_FIRST_N = 4096 };

const char *const stop_names[STOP_N] = {
#define STOP(identifier, text) text,
	TVP_STOPS(STOP)
#undef STOP
};

const char *const row_state_names[ROW_STATE_N] = {
	[ROW_OPEN] = "open",
	[ROW_DONE] = "done",
	[ROW_FAILED] = "failed",
	[ROW_SKIPPED] = "skipped",
};

// A new mapping each time: mremap() would lengthen the addresses of a shared anonymous mapping, not the memory behind
// them, and the first touch there is a SIGBUS.
static int mapping_grow(void **entries, uint32_t *max, size_t entry_bytes)
{
	uint32_t more_max = *max ? 2 * *max : SAMPLES_FIRST_N;
	size_t bytes = more_max * entry_bytes;
	void *more = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (more == MAP_FAILED)
		return status_fail(errno, "mapping %zu bytes of a record", bytes);
	if (*entries) {
		memcpy(more, *entries, *max * entry_bytes);
		munmap(*entries, *max * entry_bytes);
	}
	*entries = more;
	*max = more_max;
	return 0;
}

static int samples_grow(struct record *record)
{
	void *samples = record->samples;
	int status = mapping_grow(&samples, &record->samples_max, sizeof *record->samples);
	record->samples = samples;
	return status;
}

static int rows_grow(struct record *record)
{
	void *rows = record->rows;
	int status = mapping_grow(&rows, &record->rows_max, sizeof *record->rows);
	record->rows = rows;
	return status;
}

int record_open(struct record *record)
{
	memset(record, 0, sizeof *record);
	record->options = (struct run_options){
		.suite = "quick",
		.seed = 1,
		.rounds_least = 30,
		.rounds_most = 1000,
		.time_budget_ns = 90 * NS_PER_S,
		.visit_ns = 6 * NS_PER_MS,
		.target_ci = 0.05,
	};
	return samples_grow(record);
}

void record_close(struct record *record)
{
	if (record->rows)
		munmap(record->rows, record->rows_max * sizeof *record->rows);
	if (record->samples)
		munmap(record->samples, record->samples_max * sizeof *record->samples);
	if (record->cpu_pairs)
		munmap(record->cpu_pairs, record->cpu_pairs_max * sizeof *record->cpu_pairs);
	free(record->topology_xml);
	free(record->slots);
	free(record->rounds);
	memset(record, 0, sizeof *record);
}

static uint32_t spec_hash(const struct spec *spec)
{
	uint64_t hash = hash_add(HASH_BEGIN, spec->experiment, strlen(spec->experiment));
	return hash_place(hash_add(hash, spec->text, spec->text_bytes));
}

// The slot of that spec's row, or the free one where it would be. There is always a free one.
static uint32_t slot_find(const struct record *record, const struct spec *spec)
{
	uint32_t slot = spec_hash(spec) & (record->slots_n - 1);
	while (record->slots[slot] && !spec_equal(&record->rows[record->slots[slot] - 1].spec, spec))
		slot = (slot + 1) & (record->slots_n - 1);
	return slot;
}

static void slot_take(struct record *record, uint32_t row)
{
	uint32_t slot = slot_find(record, &record->rows[row].spec);
	if (!record->slots[slot]) // else an equal row stands before it
		record->slots[slot] = row + 1;
}

static int slots_grow(struct record *record)
{
	if (record->slots_n > 2 * (record->rows_n + 1))
		return 0;
	uint32_t slots_n = record->slots_n ? record->slots_n * 4 : 256;
	uint32_t *slots = calloc(slots_n, sizeof *slots);
	if (!slots)
		return status_fail(ENOMEM, "the names of %u rows", record->rows_n);
	free(record->slots);
	record->slots = slots;
	record->slots_n = slots_n;
	for (uint32_t row = 0; row < record->rows_n; row++)
		slot_take(record, row);
	return 0;
}

int record_add_row(struct record *record, const struct spec *spec, const char *group)
{
	struct row row = {.spec = *spec, .baseline = -1, .peer = -1, .inplace = -1, .roof = {-1, -1, -1}};
	for (int i = 0; i < COUNTER_N; i++)
		row.counted[i] = UINT64_MAX;
	int status = row_set_group(&row, group);
	if (status == 0)
		status = slots_grow(record);
	if (status == 0 && record->rows_n == record->rows_max)
		status = rows_grow(record);
	if (status < 0)
		return status;
	record->rows[record->rows_n] = row;
	slot_take(record, record->rows_n);
	return (int)record->rows_n++;
}

// Its old slot leads to another spec then, as any wrong one does. There is room: fewer than half of the slots are taken
// by the rows' first specs.
void record_rename(struct record *record, uint32_t row, const struct spec *spec)
{
	if (spec_equal(&record->rows[row].spec, spec))
		return;
	record->rows[row].spec = *spec;
	slot_take(record, row);
}

int row_set_group(struct row *row, const char *group)
{
	// Cut short, two groups could become one.
	if (strlen(group) >= GROUP_BYTES)
		return status_say(EINVAL, "a group's name has at most %d characters: \"%.40s…\"", GROUP_BYTES - 1, group);
	const char *kept = intern(group);
	if (!kept)
		return status_fail(ENOMEM, "a group's name");
	row->group = kept;
	return 0;
}

void row_skip(struct row *row, const char *reason)
{
	row->state = ROW_SKIPPED;
	text_fit(row->reason, sizeof row->reason, reason);
}

void row_set_failed(struct row *row, const char *reason)
{
	row->state = ROW_FAILED;
	text_fit(row->reason, sizeof row->reason, reason);
}

int record_find(const struct record *record, const struct spec *spec)
{
	return record->slots_n ? (int)record->slots[slot_find(record, spec)] - 1 : -1;
}

int record_add_sample(struct record *record, const struct sample *sample)
{
	if (record->samples_n == record->samples_max) {
		int status = samples_grow(record);
		if (status)
			return status;
	}
	struct sample *added = &record->samples[record->samples_n++];
	uint32_t *last = &record->rows[sample->row].last_sample;
	*added = *sample;
	added->previous = *last;
	*last = record->samples_n;
	return 0;
}

int record_add_cpu_pair(struct record *record, const struct cpu_pair_sample *pair)
{
	if (record->cpu_pairs_n == record->cpu_pairs_max) {
		void *pairs = record->cpu_pairs;
		int status = mapping_grow(&pairs, &record->cpu_pairs_max, sizeof *pair);
		record->cpu_pairs = pairs;
		if (status)
			return status;
	}
	record->cpu_pairs[record->cpu_pairs_n++] = *pair;
	return 0;
}

int record_add_round(struct record *record, const struct round_noise *round)
{
	void *rounds = record->rounds;
	int status = array_grow(&rounds, record->rounds_n, &record->rounds_max, sizeof *round);
	if (status)
		return status;
	record->rounds = rounds;
	record->rounds[record->rounds_n++] = *round;
	return 0;
}

void record_series(const struct record *record, uint32_t row, enum metric metric, double *out)
{
	for (uint32_t round = 0; round < record->rounds_n; round++)
		out[round] = NAN;
	if (row >= record->rows_n)
		return;
	for (uint32_t i = record->rows[row].last_sample; i > 0; i = record->samples[i - 1].previous) {
		const struct sample *sample = &record->samples[i - 1];
		// The round being measured has samples before it is recorded itself.
		if (sample->round < record->rounds_n && isnan(out[sample->round])) // of several, the one added last
			out[sample->round] = sample->value[metric];
	}
}

double record_timed_ns(const struct record *record)
{
	double timed_ns = record->samples_n > 0 ? 0 : NAN;
	for (uint32_t i = 0; i < record->samples_n; i++)
		timed_ns += record->samples[i].value[METRIC_timed_ns];
	return timed_ns;
}
