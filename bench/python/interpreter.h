// A Python interpreter beside the runner. It times the operations of scripts/peers/python on request: one line is a
// request, one line its answer.
#ifndef TVP_BENCH_PYTHON_INTERPRETER_H
#define TVP_BENCH_PYTHON_INTERPRETER_H

#include "measure/spec.h"
#include "measure/trial.h"

enum { PYTHON_LINE_BYTES = 32768 };

struct interpreter {
	int pid, pid_fd;              ///< it leads a session of its own
	int input, output;            ///< pipes to its standard input and from its standard output
	int errors;                   ///< its standard error: a file in memory
	char line[PYTHON_LINE_BYTES]; ///< its last answer
};

/// Start the interpreter (TVP_PYTHON, else python3 from PATH) with the axes of a row, and "cpus=A,B" unless cpus is
/// NULL or empty; returns once it runs, before it is ready. Its temporary files go below `directory`. Returns 0,
/// -ENOTSUP (no such interpreter) or -errno, with a message.
int interpreter_open(struct interpreter *interpreter, const struct spec *spec, const char *cpus, const char *directory);

/// Send a request (NULL: none, for its first line) and wait for the line that answers it, in interpreter->line. The
/// visit's deadline is the only one. Returns 0, -ENOTSUP ("unsupported …"), -EPROTO ("error …", or an answer that is no
/// line), or -ECHILD where it died, with a message that names the signal or the code and the last line of its standard
/// error.
int interpreter_ask(struct interpreter *interpreter, const char *request);

/// Add the resources that it and all its descendants have used so far: those that are alive, and the children that it
/// has reaped itself, but not those that a child of it (the forkserver) has reaped. Returns 0 or as interpreter_ask().
int interpreter_usage(struct interpreter *interpreter, struct usage *usage);

/// Let it end by itself, with all its children, and check that it succeeded. Returns 0 or -errno, with a message.
int interpreter_close(struct interpreter *interpreter);

/// Kill it and its whole session; safe after a failed open and after interpreter_close().
void interpreter_kill(struct interpreter *interpreter);

/// The directory for temporary files of visits under this supervisor, and its removal: not an error where there is
/// none.
void python_files_path(int supervisor, char *out, size_t out_bytes);
int python_files_make(const char *directory);
void python_files_remove(const char *directory);
/// Remove those of supervisors that have ended.
void python_files_remove_leftovers(void);

#endif
