// The recommendation in words: a paragraph each, or a list.
#ifndef TVP_REPORT_ADVISE_SENTENCES_H
#define TVP_REPORT_ADVISE_SENTENCES_H

#include "advise/advice.h"
#include "report/text/document.h"

void say_recommendation(const struct document *document, const struct advice *advice);
/// The best of every other family beside it.
void say_others(const struct document *document, const struct advice *advice);
/// Nothing where there are none, as is the next.
void say_flips(const struct document *document, const struct advice *advice);
void say_exclusions(const struct document *document, const struct advice *advice);
/// The items of such a list.
void say_excluded(const struct document *document, const struct exclusion *exclusion, unsigned n);

#endif
