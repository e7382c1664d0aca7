#include "bench/command/words.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

struct splitter {
	const char *text, *at; ///< at: what is read next
	char *out;             ///< where the next letter goes
	struct command_words *words;
};

// Places are counted from 1, as editors do.
static int refuse(const struct splitter *splitter, const char *at, const char *why)
{
	return status_say(EINVAL, "character %zu of the command ('%.20s'): %s", (size_t)(at - splitter->text) + 1, at, why);
}

static bool is_blank(char letter)
{
	return letter == ' ' || letter == '\t' || letter == '\n';
}

static int take_single(struct splitter *splitter)
{
	const char *quote = splitter->at++;
	while (*splitter->at && *splitter->at != '\'')
		*splitter->out++ = *splitter->at++;
	return *splitter->at++ ? 0 : refuse(splitter, quote, "this quote is not closed");
}

// Within double quotes a backslash quotes only what would be special there.
static int take_double(struct splitter *splitter)
{
	const char *quote = splitter->at++;
	for (; *splitter->at && *splitter->at != '"'; splitter->at++) {
		bool escapes = *splitter->at == '\\' && splitter->at[1] && strchr("$`\"\\\n", splitter->at[1]);
		splitter->at += escapes;
		if (!escapes || *splitter->at != '\n')
			*splitter->out++ = *splitter->at;
	}
	return *splitter->at++ ? 0 : refuse(splitter, quote, "this quote is not closed");
}

static int take_backslash(struct splitter *splitter)
{
	if (!splitter->at[1])
		return refuse(splitter, splitter->at, "nothing follows this backslash");
	if (splitter->at[1] != '\n') // else the line goes on
		*splitter->out++ = splitter->at[1];
	splitter->at += 2;
	return 0;
}

static int take_word(struct splitter *splitter)
{
	int status = 0;
	const char *begin = splitter->at;
	while (status == 0 && *splitter->at && !is_blank(*splitter->at)) {
		char letter = *splitter->at;
		if (letter == '\'')
			status = take_single(splitter);
		else if (letter == '"')
			status = take_double(splitter);
		else if (letter == '\\')
			status = take_backslash(splitter);
		else if (strchr("|&;<>()", letter) || (letter == '#' && splitter->at == begin))
			status = refuse(splitter, splitter->at,
			                "this means something to a shell, and none runs here: quote it, or have sh -c '…' run it");
		else
			*splitter->out++ = *splitter->at++;
	}
	*splitter->out++ = '\0';
	return status;
}

// A line that ends begins another command, unless nothing follows.
static int skip_blanks(struct splitter *splitter)
{
	const char *line_end = NULL;
	for (;; splitter->at++) {
		if (splitter->at[0] == '\\' && splitter->at[1] == '\n')
			splitter->at++;
		else if (!is_blank(*splitter->at))
			break;
		else if (*splitter->at == '\n')
			line_end = splitter->at;
	}
	if (line_end && *splitter->at && splitter->words->n > 0)
		return refuse(splitter, line_end + 1, "a second line would be a second command");
	return 0;
}

static int split(struct splitter *splitter)
{
	for (;;) {
		int status = skip_blanks(splitter);
		if (status < 0 || !*splitter->at)
			return status;
		if (splitter->words->n == COMMAND_WORDS_MAX)
			return status_say(EINVAL, "the command has more than %d words", COMMAND_WORDS_MAX);
		splitter->words->word[splitter->words->n++] = splitter->out;
		status = take_word(splitter);
		if (status < 0)
			return status;
	}
}

int command_words_split(struct command_words *words, const char *text)
{
	size_t length = strlen(text), most_n = length / 2 + 1;
	*words = (struct command_words){0};
	if (length >= COMMAND_TEXT_BYTES)
		return status_say(EINVAL, "the command is longer than %d bytes", COMMAND_TEXT_BYTES - 1);
	words->word = calloc(most_n + 1, sizeof *words->word);
	words->text = malloc(length + most_n + 1); // a zero behind each word
	int status = words->word && words->text ? 0 : status_fail(ENOMEM, "the words of a command");
	struct splitter splitter = {.text = text, .at = text, .out = words->text, .words = words};
	if (status == 0)
		status = split(&splitter);
	if (status == 0 && (words->n == 0 || !*words->word[0]))
		status = status_say(EINVAL, "the command is empty");
	if (status < 0)
		command_words_free(words);
	return status;
}

void command_words_free(struct command_words *words)
{
	free(words->word);
	free(words->text);
	*words = (struct command_words){0};
}
