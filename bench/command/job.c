#include "bench/command/job.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/words.h"
#include "measure/spec_text.h"

static struct command_job job;
static bool is_open;

static int conflict(const struct command_settings *settings)
{
	unsigned sources_n = (settings->inputs != NULL) + (settings->items_from != NULL) + (settings->items_n > 0);
	if (sources_n > 1)
		return status_say(EINVAL, "--inputs, --items-from and --items each say what the items are: give one of them");
	if (settings->null && !settings->items_from && !settings->fed)
		return status_say(EINVAL,
		                  "--null is about the file of --items-from and the lines of --fed, which are not given");
	if (settings->fed && command_has_placeholder(settings->command))
		return status_say(EINVAL, "--fed gives the items as lines of standard input: the command takes no {} then");
	bool uses = strstr(settings->command, "$1") || strstr(settings->command, "$@") || strstr(settings->command, "$*");
	if (settings->shell && !settings->fed && !uses && command_has_placeholder(settings->command))
		return status_say(EINVAL, "with --shell the item is \"$1\" in the command, not {}, so that no shell reads it");
	return 0;
}

static int words_make(const struct command_settings *settings, struct command_words *words)
{
	if (!settings->shell)
		return command_words_split(words, settings->command);
	if (!*settings->command)
		return status_say(EINVAL, "the command is empty");
	static char shell[] = "/bin/sh", option[] = "-c", name[] = "sh";
	words->word = calloc(5, sizeof *words->word);
	words->text = strdup(settings->command);
	if (!words->word || !words->text)
		return status_fail(ENOMEM, "the command");
	char *const word[] = {shell, option, words->text, name};
	memcpy(words->word, word, sizeof word);
	words->n = 4;
	return 0;
}

static int items_check(const struct command_settings *settings, const struct command_items *items)
{
	char number[24];
	for (uint64_t i = 0; settings->fed && !settings->null && !items->numbered && i < items->n; i++)
		if (strchr(items_get(items, i, number), '\n'))
			return status_say(EINVAL,
			                  "item %" PRIu64 " has a newline, which --fed takes for its end: with --null a zero byte "
			                  "is",
			                  i + 1);
	return 0;
}

static int items_make(const struct command_settings *settings, struct command_items *items)
{
	int status = 0;
	if (settings->inputs)
		status = items_glob(items, settings->inputs);
	else if (settings->items_from)
		status = items_read(items, settings->items_from, settings->null ? '\0' : '\n');
	else
		items_number(items, settings->items_n ? settings->items_n : 1);
	if (status < 0)
		return status_wrap(status, settings->inputs ? "--inputs" : "--items-from");
	return items_check(settings, items);
}

int command_job_open(const struct command_settings *settings)
{
	job.settings = *settings;
	int status = conflict(settings);
	if (status == 0 && (status = words_make(settings, &job.words)) < 0)
		status = status_wrap(status, "--command");
	if (status == 0 && (status = command_find(job.words.word[0], job.path, sizeof job.path)) < 0)
		status = status_wrap(status, "--command");
	if (status == 0)
		status = items_make(settings, &job.items);
	if (status < 0)
		return status;
	job.all = job.items;
	job.from = (struct command_template){&job.words, &job.items, settings->shell, settings->fed};
	job.failures = shared_map(sizeof *job.failures);
	job.weights = job.failures ? shared_map(sizeof *job.weights) : NULL;
	is_open = job.weights;
	return is_open ? 0 : -ENOMEM;
}

const struct command_job *command_job(void)
{
	return is_open ? &job : NULL;
}

void command_job_choose(const uint64_t *chosen, uint64_t n)
{
	job.items = items_choose(&job.all, chosen, n);
	job.failures->kept_n = 0; // they are counted by other indices
}

void command_job_allow(uint64_t pass_ns)
{
	job.settings.pass_ns = pass_ns;
}

static int set_text(struct spec *spec, const char *key, const char *text)
{
	char value[SPEC_VALUE_BYTES];
	return text ? spec_set(spec, key, spec_text_encode(value, text)) : 0;
}

int command_job_describe(const struct command_job *of, struct spec *spec)
{
	const struct command_settings *settings = &of->settings;
	int status = set_text(spec, "command", settings->command);
	if (status == 0)
		status = set_text(spec, "inputs", settings->inputs ? settings->inputs : settings->items_from);
	if (status == 0)
		status = spec_set_count(spec, "items", of->items.n);
	if (status == 0 && settings->shell)
		status = spec_set(spec, "shell", "yes");
	if (status == 0 && settings->fed)
		status = spec_set(spec, "given", "lines");
	return status < 0 || !settings->cold ? status : spec_set(spec, "cache", "cold");
}

int command_job_is(const struct spec *spec)
{
	struct spec described;
	int status = spec_init(&described, spec->experiment);
	if (!is_open)
		return status_say(EINVAL, "a command is executed only where it is given: by --command, --inputs …");
	if (status == 0)
		status = command_job_describe(&job, &described);
	for (unsigned i = 0; status == 0 && i < spec->axes_n; i++) {
		struct axis axis = spec_axis(spec, i);
		bool how = strcmp(axis.key, "model") == 0 || strcmp(axis.key, "workers") == 0;
		const char *given = spec_get(&described, axis.key);
		if (!how && (!given || strcmp(given, axis.value) != 0))
			status = status_say(EINVAL, "the command is not the one of these results: its %s is '%s', there it is '%s'",
			                    axis.key, given ? given : "none", axis.value);
	}
	if (status == 0 && described.axes_n + 2u != spec->axes_n)
		status = status_say(EINVAL, "the command is not the one of these results: options are added");
	return status;
}

void command_failure_note(const struct command_job *of, uint64_t first, uint64_t n, const char *text)
{
	struct command_failures *failures = of->failures;
	unsigned at = 0;
	failures->failures_n += n;
	while (at < failures->kept_n && (failures->kept[at].first != first || failures->kept[at].n != n))
		at++;
	if (at == COMMAND_FAILURES_KEPT)
		return;
	failures->kept_n += at == failures->kept_n;
	struct command_failure *kept = &failures->kept[at];
	*kept = (struct command_failure){.first = first, .n = n, .times = kept->times + 1};
	text_fit(kept->text, sizeof kept->text, text);
}

char *command_failure_text(const struct command_job *of, unsigned index, char *out, size_t out_bytes)
{
	const struct command_failure *failure = &of->failures->kept[index];
	char number[24], name[80] = "", last[40] = "", times[40] = "";
	if (!of->items.numbered)
		text_fit(name, sizeof name, items_get(&of->items, failure->first, number));
	if (failure->n > 1)
		snprintf(last, sizeof last, " to %" PRIu64, items_place(&of->items, failure->first + failure->n - 1) + 1);
	if (failure->times > 1)
		snprintf(times, sizeof times, "; %" PRIu64 " times", failure->times);
	snprintf(out, out_bytes, "item%s %" PRIu64 "%s%s%s%s %s%s", failure->n > 1 ? "s" : "",
	         items_place(&of->items, failure->first) + 1, last, *name ? " (" : "", name, *name ? ")" : "",
	         failure->text, times);
	return out;
}
