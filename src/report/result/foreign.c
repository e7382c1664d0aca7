// What all readers of other programs' files share. Their rounds pair with nobody's, and are as independent as their
// program made them.
#include "report/result/foreign.h"

#include "base/array.h"
#include "base/status.h"
#include "base/words.h"
#include "measure/spec_text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOREIGN(name) extern const struct foreign foreign_##name;
#include "report/result/foreign.def"
#undef FOREIGN

static const struct foreign *const foreigns[] = {
#define FOREIGN(name) &foreign_##name,
#include "report/result/foreign.def"
#undef FOREIGN
};

const struct foreign *foreign_find(const json_t *root)
{
	for (size_t i = 0; i < sizeof foreigns / sizeof *foreigns; i++)
		if (foreigns[i]->recognises(root))
			return foreigns[i];
	return NULL;
}

char *foreign_programs(char *out, size_t out_bytes)
{
	const size_t n = sizeof foreigns / sizeof *foreigns;
	*out = '\0';
	for (size_t i = 0; i < n; i++)
		words_add(out, out_bytes, i == 0 ? "" : i + 1 < n ? ", " : " or ", foreigns[i]->program);
	return out;
}

static int rounds_add(struct foreign_file *file)
{
	uint32_t rounds_n = 0;
	int status = 0;
	for (uint32_t i = 0; i < file->record->rows_n; i++)
		rounds_n = file->taken[i] > rounds_n ? file->taken[i] : rounds_n;
	for (uint32_t i = 0; i < rounds_n && status == 0; i++) {
		struct round_noise unknown = {.round = i, .noise = {.psi_cpu_us = UINT64_MAX, .others_ns = UINT64_MAX}};
		status = record_add_round(file->record, &unknown);
	}
	return status;
}

int foreign_load(const struct foreign *foreign, struct record *record, const struct json_cursor *root)
{
	struct foreign_file file = {.record = record, .root = *root, .foreign = foreign};
	text_fit(record->options.suite, sizeof record->options.suite, foreign->program);
	facts_add(&record->facts, "source", "%s", foreign->program);
	int status = foreign->load(&file);
	if (status == 0 && record->samples_n == 0 && (file.means_only || record->rows_n == 0))
		status = status_say(EINVAL, "%s: %s wrote it, but it has no sample: %s", root->file, foreign->program,
		                    foreign->samples_kept_by);
	if (status == 0)
		status = rounds_add(&file);
	record->stop = STOP_ROUNDS; // of what has ended, whatever made it end
	free(file.taken);
	return status;
}

static int row_add(struct foreign_file *file, const struct spec *spec)
{
	void *taken = file->taken;
	int status = array_grow(&taken, file->record->rows_n, &file->taken_max, sizeof *file->taken);
	if (status < 0)
		return status;
	file->taken = taken;
	int row = record_add_row(file->record, spec, "|");
	if (row < 0)
		return row;
	file->taken[row] = 0;
	file->record->rows[row].state = ROW_DONE;
	file->record->rows[row].batch_n = 1;
	return row;
}

int foreign_row(struct foreign_file *file, const char *benchmark)
{
	char value[SPEC_VALUE_BYTES];
	struct spec spec;
	int status = spec_init(&spec, file->foreign->name);
	if (status == 0)
		status = spec_set(&spec, SPEC_TEXT_KEY, spec_text_encode(value, benchmark));
	if (status < 0)
		return status;
	int row = record_find(file->record, &spec);
	return row >= 0 ? row : row_add(file, &spec);
}

int foreign_means(struct foreign_file *file, const char *benchmark)
{
	int row = foreign_row(file, benchmark);
	if (row < 0 || file->taken[row] > 0)
		return row < 0 ? row : 0;
	file->means_only = true;
	char reason[200];
	snprintf(reason, sizeof reason, "the file has means of it only: %s", file->foreign->samples_kept_by);
	row_skip(&file->record->rows[row], reason);
	return 0;
}

void foreign_lose(struct foreign_file *file, uint32_t index, const char *reason)
{
	struct row *row = &file->record->rows[index];
	text_fit(row->reason, sizeof row->reason, reason);
	file->taken[index]++;
	row->lost_n++;
	if (row->last_sample == 0)
		row->state = ROW_FAILED;
}

int foreign_sample(struct foreign_file *file, uint32_t index, const struct foreign_time *time)
{
	struct row *row = &file->record->rows[index];
	struct sample sample = {.row = index, .batch_n = 1, .iterations_n = time->iterations_n};
	if (!(time->wall_ns > 0) || time->wall_ns > 1e15) {
		char reason[64];
		snprintf(reason, sizeof reason, "%g ns is no time", time->wall_ns);
		foreign_lose(file, index, reason);
		return 0;
	}
	sample.round = file->taken[index]++;
	for (int metric = 0; metric < METRIC_N; metric++)
		sample.value[metric] = NAN;
	sample.value[METRIC_wall_ns] = time->wall_ns;
	sample.value[METRIC_cpu_ns] = time->cpu_ns;
	row->iterations_n = time->iterations_n;
	row->state = ROW_DONE;
	return record_add_sample(file->record, &sample);
}

void foreign_fact(struct foreign_file *file, const json_t *object, const char *key, const char *fact)
{
	const json_t *value = json_object_get(object, key);
	if (file->record->facts.facts_n >= FACTS_MAX - 1 || facts_get(&file->record->facts, fact))
		return;
	if (json_is_string(value))
		facts_add(&file->record->facts, fact, "%s", json_string_value(value));
	else if (json_is_number(value))
		facts_add(&file->record->facts, fact, "%.15g", json_number_value(value));
}
