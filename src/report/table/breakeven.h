// Break-even: the size of a task or of its data from which a parallel run beats serial. Found among rows that differ in
// nothing but `size`, in experiments that ask for it.
//
// Round by round: with the speedups of one round, sizes rising, the first that is above 1 and the one before it;
// between the two, log size is interpolated linearly over log speedup. The crossings of all rounds that have every size
// are then summarised as any other figure: their median, and the distribution-free 95 % interval of the median. A round
// in which the smallest size wins already counts as 0, one in which none wins as infinity; so each of the three may be
// either.
#ifndef TVP_REPORT_TABLE_BREAKEVEN_H
#define TVP_REPORT_TABLE_BREAKEVEN_H

#include <stddef.h>

#include "report/table/derive.h"
#include "report/text/document.h"

enum { BREAK_EVEN_SIZES_MAX = 32, BREAK_EVEN_SIZES_LEAST = 3 };

/// What a size is measured in.
enum size_unit { SIZE_UNIT_NS, SIZE_UNIT_BYTES, SIZE_UNIT_ITEMS };

struct crossing {
	size_t rounds_n;
	double median, low, high; ///< 0: below the smallest size; INFINITY: beyond the largest
	bool has_interval;        ///< false: too few rounds, low and high are the least and the most
};

/// One model, wait, worker count, transport …, over its sizes.
struct break_even {
	uint32_t row[BREAK_EVEN_SIZES_MAX]; ///< sizes rising
	double size[BREAK_EVEN_SIZES_MAX];  ///< a duration; of kernels with data the bytes read and written; else items
	unsigned sizes_n;
	enum size_unit unit;
	uint32_t section; ///< the first row of those it is read together with: same experiment, kernel and taps
	struct crossing crossing;
};

struct break_evens {
	struct break_even *entry; ///< malloc'd
	unsigned entries_n;
};

/// Where the speedups of one round first cross 1; sizes rising, n >= 1.
double crossing_find(const double *size, const double *speedup, unsigned n);
/// Summarise one crossing per round; sorts them. With a middle pair of which one is 0 or infinite, the larger is the
/// median.
struct crossing crossing_summarise(double *crossings, size_t n);

/// All there are, in the order of their first rows. Returns 0 or -ENOMEM; free with break_evens_free() either way.
int break_evens_find(const struct derived *derived, struct break_evens *found);
void break_evens_free(struct break_evens *found);

/// "thread_pool · 2 workers · spin": the axes in which those of a section differ.
char *break_even_label(const struct derived *derived, const struct break_evens *found, unsigned index, char *out,
                       size_t out_bytes);
/// The same axes' keys, NULL-terminated, at most most_n with the NULL.
void break_even_keys(const struct derived *derived, const struct break_evens *found, uint32_t section,
                     const char **keys, unsigned most_n);
/// "4.1 µs", "1.2 MiB"; where it lies outside the sizes measured "≤ 1us" (already at the smallest), "> 10ms".
char *break_even_text(const struct derived *derived, const struct break_even *entry, double size, char *out,
                      size_t out_bytes);

/// Print them below the tables; nothing where there are none. Returns 0 or -ENOMEM.
int break_evens_print(const struct document *document, const struct derived *derived);
/// The same in one paragraph for each section, with the first few of its runs.
int break_evens_say(const struct document *document, const struct derived *derived);

#endif
