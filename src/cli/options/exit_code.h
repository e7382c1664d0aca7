// What every subcommand ends with: the codes of the man page.
#ifndef TVP_CLI_EXIT_CODE_H
#define TVP_CLI_EXIT_CODE_H

enum exit_code {
	EXIT_OK = 0,
	EXIT_REGRESSED = 1,   ///< of gate and check: something got slower; of doctor: something disturbs
	EXIT_USAGE = 2,       ///< usage or bad input
	EXIT_CANNOT_TELL = 3, ///< of gate and check, with --strict: neither slower nor not slower could be shown
	EXIT_ENVIRONMENT = 4, ///< the machine did not let us: unwritable output, no memory, no gnuplot, a benchmark failed
	EXIT_INTERRUPTED = 130, ///< 128 + SIGINT, as shells do; what was measured is saved
};

#endif
