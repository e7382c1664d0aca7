#include "base/words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool word_next(struct word *word, char separator)
{
	if (!word->at)
		return false;
	word->at += word->length;
	while (*word->at == separator)
		word->at++;
	word->length = strcspn(word->at, (const char[]){separator, '\0'});
	return word->length > 0;
}

bool word_is(const struct word *word, const char *text)
{
	return strncmp(word->at, text, word->length) == 0 && text[word->length] == '\0';
}

bool words_have(const char *words, char separator, const char *wanted)
{
	for (struct word word = {.at = words}; word_next(&word, separator);)
		if (word_is(&word, wanted))
			return true;
	return false;
}

int words_add(char *out, size_t out_bytes, const char *separator, const char *word)
{
	size_t used = strlen(out), more = (used ? strlen(separator) : 0) + strlen(word);
	if (used + more >= out_bytes)
		return -ERANGE;
	sprintf(out + used, "%s%s", used ? separator : "", word);
	return 0;
}

int words_add_new(char *out, size_t out_bytes, char separator, const char *word)
{
	return words_have(out, separator, word) ? 0 : words_add(out, out_bytes, (char[]){separator, '\0'}, word);
}

char *text_fit(char *out, size_t out_bytes, const char *text)
{
	static const char mark[] = "…";
	size_t length = strlen(text);
	if (length < out_bytes) {
		memcpy(out, text, length + 1);
		return out;
	}
	size_t kept = out_bytes - sizeof mark;
	while (kept > 0 && ((unsigned char)text[kept] & 0xc0) == 0x80)
		kept--;
	memcpy(out, text, kept);
	memcpy(out + kept, mark, sizeof mark);
	return out;
}
