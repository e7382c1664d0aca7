// The options of `tvp gate` that compare programs which are no tvp.
#ifndef TVP_CLI_OPTIONS_PROGRAM_OPTIONS_H
#define TVP_CLI_OPTIONS_PROGRAM_OPTIONS_H

#include <argp.h>
#include <stdbool.h>

#include "bench/command/words.h"
#include "gate/slice/side.h"

struct programs_request {
	const char *command[SIDES_N]; ///< as text; NULL: none
	struct command_words words[SIDES_N];
	bool gbench;        ///< the operands are programs of Google Benchmark
	const char *filter; ///< of their benchmarks; NULL: all
};

/// A child of gate's options; its input is the request.
const struct argp *program_options(void);
/// Whether any was given.
bool programs_given(const struct programs_request *request);
/// What does not fit together: a sentence, or NULL.
const char *programs_wrong(const struct programs_request *request, unsigned operands_n);

#endif
