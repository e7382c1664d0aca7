// A Python interpreter beside the runner, which times the shapes of scripts/peers/python on request, one line each way.
#ifndef TVP_BENCH_PYTHON_PEER_H
#define TVP_BENCH_PYTHON_PEER_H

#include "measure/spec.h"
#include "measure/trial.h"

enum { PYTHON_LINE_BYTES = 32768 };

struct python_peer {
	int pid, pid_fd;              ///< leader of a session of its own
	int to, from;                 ///< its input and output
	int said;                     ///< a file in memory: its standard error
	char line[PYTHON_LINE_BYTES]; ///< its last answer
};

/// Start the interpreter (TVP_PYTHON, else python3 from PATH) with the axes of a row, and "cpus=A,B" unless cpus is
/// NULL or
/// ""; returns once it runs, not once it is ready. Its temporary files go below `directory`. Returns 0, -ENOTSUP (no
/// such interpreter) or -errno, with a message.
int python_peer_open(struct python_peer *peer, const struct spec *spec, const char *cpus, const char *directory);

/// Send a request (NULL: none, for what it says first) and wait for the line that answers it, in peer->line. The
/// visit's deadline is the only one. Returns 0, -ENOTSUP ("unsupported …"), -EPROTO ("error …", or an answer that is no
/// line), or -ECHILD where it died, with a message that names the signal or the code and what it said last.
int python_peer_ask(struct python_peer *peer, const char *request);

/// Add what it and all processes below it used so far: what lives, and what it has reaped itself; not what a child of
/// it (the forkserver) has reaped. Returns 0 or as python_peer_ask().
int python_peer_usage(struct python_peer *peer, struct usage *usage);

/// Let it end by itself, with everything it made, and check that it did so well. Returns 0 or -errno, with a message.
int python_peer_close(struct python_peer *peer);

/// End it and its whole session by force; safe after a failed open and after python_peer_close().
void python_peer_kill(struct python_peer *peer);

/// The directory for temporary files of visits under this supervisor, and its removal: not an error where there is
/// none.
void python_files_path(int supervisor, char *out, size_t out_bytes);
int python_files_make(const char *directory);
void python_files_remove(const char *directory);
/// Remove those of supervisors that are gone.
void python_files_remove_leftovers(void);

#endif
