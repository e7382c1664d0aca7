// One command as a process group of its own, by posix_spawn. Its standard input and output are /dev/null unless said
// otherwise; of its standard error the end is kept, whatever it prints. One command, waited for:
//   struct command_start start = {.path = path, .argv = words.word, .input = -1, .output = -1};
//   struct command_end end;
//   int status = command_run(&start, 60 * NS_PER_S, &end); // 0 also where the command failed: command_failed(&end)
// Many at once: command_start_one(), poll() for pid_fd and errors.fd, command_drain() where that is readable,
// command_finish() where pid_fd is. Whoever wants grandchildren reaped, which are killed in any case where they stayed
// in the group, is a child subreaper (prctl(PR_SET_CHILD_SUBREAPER)); those that left the group are its children then,
// for orphans_end() (measure/orphans.h). For one thread.
#ifndef TVP_BENCH_COMMAND_SPAWN_H
#define TVP_BENCH_COMMAND_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "exec/usage.h"

enum { COMMAND_TAIL_BYTES = 1024 };

/// The last bytes of a stream.
struct command_tail {
	size_t bytes;
	char text[COMMAND_TAIL_BYTES];
	bool cut; ///< there was more before
};

/// A stream that is read as it comes.
struct command_stream {
	int fd; ///< readable; does not block. -1: closed
	struct command_tail tail;
};

struct command_start {
	const char *path;  ///< of the program: command_find()
	char *const *argv; ///< ended by NULL
	char *const *envp; ///< NULL: this process's
	int input, output; ///< descriptors above 2 that become its standard input and output; -1: /dev/null
	bool keeps_output; ///< the end of its standard output is kept, instead of `output`
};

/// A command that runs.
struct command {
	pid_t pid;                             ///< also its process group; 0: none runs
	int pid_fd;                            ///< readable once it has ended
	uint64_t begin_ns;                     ///< before posix_spawn
	struct command_stream errors, printed; ///< its standard error; its standard output, where that is kept
};

/// One that does not run.
static inline struct command command_none(void)
{
	return (struct command){.pid_fd = -1, .errors.fd = -1, .printed.fd = -1};
}

/// How one ended, and what it used. Of it and all descendants that it waited for.
struct command_end {
	int wait_status; ///< as of wait4()
	bool timed_out;  ///< it was killed for the deadline
	uint64_t wall_ns, allowed_ns;
	struct usage usage;
	uint64_t peak_bytes;               ///< largest resident memory of one process; 0: at most floor_bytes
	uint64_t floor_bytes;              ///< this process's own peak, which hides a smaller one
	struct command_tail tail, printed; ///< of its standard error, and output
};

/// Where the program is: name itself where it has a slash, else from PATH. Returns 0, or -ENOENT, -EACCES with a
/// message.
int command_find(const char *name, char *path, size_t path_bytes);

/// Start one. Returns 0, or -errno with a message: it cannot be executed, no process can be made.
int command_start_one(struct command *command, const struct command_start *start);
/// Take what stands in its streams. A bounded amount, so that others have their turn.
void command_drain(struct command *command);
/// Kill its group and reap it: once it has ended, or to end it (timed_out then is what `kill_it` is). Fills `end` but
/// for allowed_ns.
void command_finish(struct command *command, bool kill_it, struct command_end *end);

/// Start one, wait for it for at most allowed_ns, finish. Returns 0 whatever its exit code, or -errno with a message
/// where it could not be started.
int command_run(const struct command_start *start, uint64_t allowed_ns, struct command_end *end);

/// Whether it ended otherwise than with exit code 0.
bool command_failed(const struct command_end *end);
/// "exited with code 3", "was killed by SIGSEGV", "did not end within 60 s and was killed". Returns out.
char *command_end_text(const struct command_end *end, char *out, size_t out_bytes);
/// The last line of the tail that is not empty, in plain letters. Returns out.
char *command_tail_line(const struct command_tail *tail, char *out, size_t out_bytes);

#endif
