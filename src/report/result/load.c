// Reading the result file back. Everything is checked, since anyone may have edited it: names are joined to rows,
// numbers to the room they get, and what does not fit is refused by the name of its field.
#include "report/result/result.h"

#include "base/status.h"
#include "report/result/foreign.h"
#include "report/result/loader.h"

#include <errno.h>
#include <string.h>

static int version_check(struct loader *loader)
{
	const char *file = loader->root.file;
	if (!json_is_object(json_object_get(loader->root.object, "tvp")))
		return status_say(EINVAL, "%s: not a tvp result (it has no \"tvp\" block)", file);
	uint64_t version = 0;
	int status = cursor_enter(&loader->root, "tvp", &loader->ours);
	if (status == 0)
		status = cursor_count(&loader->ours, "version", UINT64_MAX, &version);
	if (status == 0 && version > RESULT_VERSION)
		status = status_say(EINVAL, "%s: has format version %llu; this tvp reads up to version %d", file,
		                    (unsigned long long)version, RESULT_VERSION);
	if (status == 0 && version == 0)
		status = cursor_bad(&loader->ours, "version", "0 is out of range");
	return status;
}

static int options_load(struct loader *loader)
{
	struct run_options *options = &loader->record->options;
	struct json_cursor cursor;
	int status = cursor_enter(&loader->ours, "options", &cursor);
	if (status < 0)
		return status;
	if ((status = cursor_text(&loader->ours, "command", options->command, sizeof options->command)) < 0 ||
	    (status = cursor_text(&cursor, "suite", options->suite, sizeof options->suite)) < 0 ||
	    (status = cursor_seed(&cursor, "seed", &options->seed)) < 0 ||
	    (status = cursor_count32(&cursor, "rounds_least", &options->rounds_least)) < 0 ||
	    (status = cursor_count32(&cursor, "rounds_most", &options->rounds_most)) < 0 ||
	    (status = cursor_count_or_null(&cursor, "time_budget_ns", &options->time_budget_ns)) < 0 ||
	    (status = cursor_count_or_null(&cursor, "visit_ns", &options->visit_ns)) < 0 ||
	    (status = cursor_number(&cursor, "target_ci", &options->target_ci)) < 0)
		return status;
	return 0;
}

static int facts_load(struct loader *loader)
{
	int status = cursor_facts(&loader->ours, "machine", &loader->record->facts);
	return status < 0 ? status : cursor_warnings(&loader->ours, "warnings", &loader->record->facts);
}

static int run_load(struct loader *loader)
{
	struct record *record = loader->record;
	const struct json_cursor *ours = &loader->ours;
	char *why_not = record->counters_why_not;
	struct json_cursor clock;
	unsigned stop;
	int status;
	if ((status = cursor_one_of(ours, "stop", stop_names, STOP_RUN_N, &stop)) < 0 ||
	    (status = cursor_text(ours, "date", record->date, sizeof record->date)) < 0 ||
	    (status = cursor_count_or_null(ours, "elapsed_ns", &record->elapsed_ns)) < 0 ||
	    (status = cursor_text(ours, "counters_why_not", why_not, sizeof record->counters_why_not)) < 0 ||
	    (status = cursor_enter(ours, "clock", &clock)) < 0 ||
	    (status = cursor_number(&clock, "cost_ns", &record->clock.cost_ns)) < 0 ||
	    (status = cursor_count_or_null(&clock, "resolution_ns", &record->clock.resolution_ns)) < 0)
		return status;
	record->stop = (enum stop)stop;
	// Only files whose rounds were measured beside another's have it.
	if (json_object_get(ours->object, "pairs") &&
	    (status = cursor_text(ours, "pairs", record->pairs, sizeof record->pairs)) < 0)
		return status;
	const json_t *xml = json_object_get(ours->object, "topology_xml");
	if (xml && !json_is_null(xml) && !json_is_string(xml))
		return cursor_bad(ours, "topology_xml", "is not text");
	if (json_is_string(xml) && !(record->topology_xml = strdup(json_string_value(xml))))
		return status_fail(ENOMEM, "%s", ours->file);
	return 0;
}

static int record_load(struct loader *loader)
{
	static int (*const parts[])(struct loader * loader) = {
		version_check, options_load, facts_load,   run_load,       ways_load,
		rows_load,     rounds_load,  samples_load, cpu_pairs_load,
	};
	int status = 0;
	for (size_t i = 0; status == 0 && i < sizeof parts / sizeof *parts; i++)
		status = parts[i](loader);
	return status;
}

// A file of nobody known is refused as a result of tvp, with whose it could have been.
static int load_any(struct loader *loader, const struct foreign *foreign)
{
	char programs[200];
	if (foreign)
		return foreign_load(foreign, loader->record, &loader->root);
	int status = record_load(loader);
	if (json_object_get(loader->root.object, "tvp"))
		return status;
	return status_say(EINVAL, "%s: not a tvp result (it has no \"tvp\" block), nor a file of %s", loader->root.file,
	                  foreign_programs(programs, sizeof programs));
}

static int load(struct record *record, const char *path, bool any)
{
	json_t *root;
	int status = json_file_read(&root, path);
	if (status < 0)
		return status;
	struct loader loader = {.record = record, .root = {.file = path, .object = root}};
	status = record_open(record);
	if (status == 0)
		status = any && !json_object_get(root, "tvp") ? load_any(&loader, foreign_find(root)) : record_load(&loader);
	if (status < 0)
		record_close(record);
	json_decref(root);
	return status;
}

int result_load(struct record *record, const char *path)
{
	return load(record, path, false);
}

int result_load_any(struct record *record, const char *path)
{
	return load(record, path, true);
}
