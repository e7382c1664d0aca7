#include "cli/command_shell.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report/text/text.h"

static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./{}-";

static bool is_plain(const char *text, const char *more)
{
	for (; *text; text++)
		if (!strchr(plain, *text) && !strchr(more, *text))
			return false;
	return true;
}

static void add_quoted(char *out, size_t out_bytes, const char *word)
{
	if (*word && is_plain(word, "")) {
		text_add(out, out_bytes, " %s", word);
		return;
	}
	text_add(out, out_bytes, " '");
	for (; *word; word++)
		text_add(out, out_bytes, *word == '\'' ? "'\\''" : "%c", *word);
	text_add(out, out_bytes, "'");
}

// Items that got "./" in front are other words in a shell.
static bool any_changed(const struct command_items *items)
{
	char number[24];
	for (uint64_t i = 0; !items->numbered && i < items->n; i++)
		if (strncmp(items_get(items, i, number), "./-", 3) == 0)
			return true;
	return false;
}

// Where inputs come from, and how xargs is to part them. Returns false where that cannot be said.
static bool add_source(char *out, size_t out_bytes, const struct command_job *job)
{
	const struct command_settings *settings = &job->settings;
	if (settings->inputs) {
		if (!is_plain(settings->inputs, "*?[]") || strchr(settings->inputs, '{'))
			return false;
		text_add(out, out_bytes, "printf '%%s\\0' %s | xargs -0", settings->inputs);
	} else if (!settings->items_from) {
		text_add(out, out_bytes, "seq %llu | xargs", (unsigned long long)job->all.n);
	} else if (strcmp(settings->items_from, "-") == 0 || settings->null) {
		return false;
	} else {
		text_add(out, out_bytes, "sed '/^$/d'");
		add_quoted(out, out_bytes, settings->items_from);
		text_add(out, out_bytes, " | xargs -d '\\n'");
	}
	return true;
}

static const char *without_whole(char *copy, size_t copy_bytes, const char *word)
{
	snprintf(copy, copy_bytes, "%s", word);
	for (char *at = copy; (at = strstr(at, "{}"));)
		at[0] = at[1] = '_';
	return copy;
}

// Whether xargs does with these words what tvp does: all placeholders are {}, or there is none.
static bool words_fit(const struct command_job *job, const struct command_way *way, bool *placed)
{
	char copy[4096];
	const struct command_words *words = &job->words;
	*placed = false;
	for (unsigned i = 0; i < words->n && !job->settings.shell; i++) {
		bool last = i + 1 == words->n && strcmp(words->word[i], "{}") == 0;
		if (strlen(words->word[i]) >= sizeof copy ||
		    command_has_placeholder(without_whole(copy, sizeof copy, words->word[i])))
			return false;
		*placed = *placed || strstr(words->word[i], "{}");
		if (way->model == COMMAND_BATCH && strstr(words->word[i], "{}") && !last)
			return false;
	}
	return !job->settings.fed && way->model != COMMAND_FED;
}

char *command_shell_text(char *out, size_t out_bytes, const struct command_job *job, const struct command_way *way)
{
	bool placed, batch = way->model == COMMAND_BATCH;
	*out = '\0';
	if (!words_fit(job, way, &placed) || any_changed(&job->all) || !add_source(out, out_bytes, job)) {
		*out = '\0';
		return out;
	}
	if (way->workers_n > 1)
		text_add(out, out_bytes, " -P%u", way->workers_n);
	if (batch || (!placed && !job->all.numbered) || job->settings.shell)
		text_add(out, out_bytes, " -n%llu", (unsigned long long)way->batch_n);
	else
		text_add(out, out_bytes, " -I{}");
	for (unsigned i = 0; i < job->words.n - (batch && placed); i++)
		add_quoted(out, out_bytes, job->words.word[i]);
	if (strlen(out) + 1 == out_bytes)
		*out = '\0';
	return out;
}
