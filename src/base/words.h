// Lists of words in a text: "ipc full", "1,2,4".
#ifndef TVP_BASE_WORDS_H
#define TVP_BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/// A word within a longer text; not terminated.
struct word {
	const char *at;
	size_t length;
};

/// Go on to the next word: `for (struct word word = {.at = text}; word_next(&word, ' ');)`. Separators in a row count
/// as one; a text that is NULL has no words. Returns false behind the last.
bool word_next(struct word *word, char separator);
bool word_is(const struct word *word, const char *text);
/// Whether one of the words is `wanted`. words may be NULL: none is.
bool words_have(const char *words, char separator, const char *wanted);

/// Append `word` to the words in out, behind `separator` where it is not the first. Returns 0, or -ERANGE where it does
/// not fit, which leaves out as it was.
int words_add(char *out, size_t out_bytes, const char *separator, const char *word);

/// The same, where it is not among them yet.
int words_add_new(char *out, size_t out_bytes, char separator, const char *word);

/// Copy a text; where it does not fit, it ends in "…". Never splits a character of UTF-8. Returns out.
char *text_fit(char *out, size_t out_bytes, const char *text);

#endif
