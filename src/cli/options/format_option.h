// --format=FORMAT of every command that has it, from the registry of formats.
#ifndef TVP_CLI_OPTIONS_FORMAT_OPTION_H
#define TVP_CLI_OPTIONS_FORMAT_OPTION_H

#include <argp.h>

#include "report/format/format.h"

struct format_request {
	enum report_kind kind;       ///< the caller's to fill in
	const struct format *format; ///< the table where none is given
	bool given;
};

/// A child for a command's own parser, which hands it a struct format_request in state->child_inputs when it is called
/// with ARGP_KEY_INIT. Its option stands in group 6 of the help. Ends the program with EXIT_USAGE where there is no
/// such format for the kind. Static, for the program's life.
const struct argp *format_option(void);

#endif
