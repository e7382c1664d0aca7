// A command line as words: split as POSIX says (XCU 2.2), without any expansion and without a shell.
//   struct command_words words = {0};
//   if (command_words_split(&words, "convert 'a b.png' -blur 0x2 out.png") < 0)
//       … status_message() names the place;
//   words.word[0] is the program, words.word[words.n] is NULL: an argv
//   command_words_free(&words);
#ifndef TVP_BENCH_COMMAND_WORDS_H
#define TVP_BENCH_COMMAND_WORDS_H

enum { COMMAND_WORDS_MAX = 4096, COMMAND_TEXT_BYTES = 64 << 10 };

struct command_words {
	unsigned n;
	char **word; ///< n of them and a NULL behind; malloc'd, as is what they point to
	char *text;  ///< the letters of all words
};

/// Blanks part words; '…', "…" and \ quote as in a shell. $, *, ?, [, ~ and { stand for themselves, since nothing is
/// expanded; what a shell would take as an operator or a comment (| & ; < > ( ) #) must be quoted. Returns 0, or
/// -EINVAL with a message that names the place: no words, an open quote, an operator, too long. -ENOMEM.
int command_words_split(struct command_words *words, const char *text);
/// Also of words that are all zero.
void command_words_free(struct command_words *words);

#endif
