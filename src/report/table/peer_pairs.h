// The rows of an experiment as pairs of threads and processes, and which of the pairs stand for all of them where there
// is room for a few lines only.
#ifndef TVP_REPORT_TABLE_PEER_PAIRS_H
#define TVP_REPORT_TABLE_PEER_PAIRS_H

#include "report/table/derive.h"

enum shown {
	SHOWN_NOT,
	SHOWN_FIRST, ///< of its value of the first axis: with as many workers as there are CPUs, else as planned first
	SHOWN_LEAST, ///< of all ratios whose interval leaves 1 out
	SHOWN_MOST,
};

/// Two rows that differ only in being threads or processes, or a row without such a peer; -1: there is none.
struct peer_pair {
	int32_t threads, processes;
	int32_t single;       ///< a row that is neither, or of which that is not known
	struct summary ratio; ///< of the experiment's answer, processes ÷ threads; n = 0: none
	bool stands;          ///< for its value of the subject
	enum shown shown;
};

struct peer_pairs {
	struct peer_pair *pair; ///< malloc'd; in the order of the plan
	unsigned n;
	const char *subject; ///< the first axis that varies, threads and processes apart: what the pairs are of; NULL
	enum metric answer;  ///< what the pairs are compared by
	bool answers_rate;   ///< … shown as bytes per second
	bool paired;         ///< some pair has both of its rows
	bool threads_last;   ///< while choosing: what was chosen last are threads
};

/// Of the rows that `member` marks, all of one experiment. Returns 0 or -ENOMEM. Free with peer_pairs_free().
int peer_pairs_open(struct peer_pairs *pairs, const struct derived *derived, const bool *member);
void peer_pairs_free(struct peer_pairs *pairs);
/// Mark at most `most_n` of them to be shown. Returns how many.
unsigned peer_pairs_choose(struct peer_pairs *pairs, const struct derived *derived, unsigned most_n);
/// Any row of a pair.
uint32_t peer_pair_row(const struct peer_pair *pair);

/// Whether an axis tells threads from processes.
bool key_tells_peers(const char *key);
/// Whether a row's workers are threads, or processes; neither where its axes do not say.
bool row_is_of_threads(const struct row *row);
bool row_is_of_processes(const struct row *row);

#endif
