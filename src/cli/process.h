// What every command needs of its process: its beginning, whatever the parent left behind, and its end.
#ifndef TVP_CLI_PROCESS_H
#define TVP_CLI_PROCESS_H

/// Once, before anything else. Signals that a parent ignored or blocked are as a shell starts programs (SIGINT,
/// SIGQUIT, SIGHUP and those of the terminal stay as they are: nohup and background jobs mean it); a file that has
/// reached RLIMIT_FSIZE is an error, not a signal; descriptors 0, 1 and 2 are taken, so that no result can be opened as
/// one of them. From now on every end of the program, exit() of a library included, has its output checked: see
/// process_end().
void process_begin(void);

/// "tvp NAME", which messages begin with. Kept, not copied.
void process_name(const char *command);

/// For main() to return: the exit code that the command ended with. What cannot be written to standard output is then
/// told on stderr, and makes an EXIT_OK EXIT_ENVIRONMENT; an exit() that neither a command nor its command line asked
/// for is EXIT_ENVIRONMENT, too.
int process_end(int exit_code);

#endif
