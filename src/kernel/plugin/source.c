// No shell is involved: words are split at blanks, and nothing else has a meaning.
#include "kernel/plugin/source.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/self.h"
#include "base/status.h"
#include "base/words.h"
#include "host/guarded.h"
#include "host/task_limits.h"
#include "kernel/plugin/bytes.h"
#include "kernel/plugin/cache.h"

#ifdef __aarch64__
#define FLAGS_DEFAULT "-O3 -mcpu=native"
#else
#define FLAGS_DEFAULT "-O3 -march=native"
#endif

enum { WORDS_MAX = 256, SAID_MAX_BYTES = 1 << 20, NOT_EXECUTED = 127 };

extern char **environ;

/// The words of a command, in one piece of memory.
struct command {
	char text[8192];
	char *word[WORDS_MAX + 1];
	unsigned words_n;
	size_t used_bytes;
};

/// A build: the files that the compiler's output goes to.
struct build {
	const char *path;
	struct source_built *built;
	int out, err;
	struct command command; ///< the one that is run now
	struct cache_entry entry;
};

static void command_add(struct command *command, const char *word)
{
	size_t bytes = strlen(word) + 1;
	if (command->words_n == WORDS_MAX || command->used_bytes + bytes > sizeof command->text)
		return; // refused where it is complete
	command->word[command->words_n++] = memcpy(command->text + command->used_bytes, word, bytes);
	command->used_bytes += bytes;
}

static void command_add_words(struct command *command, const char *text)
{
	char one[4096];
	for (const char *at = text; *(at += strspn(at, " \t\n"));) {
		size_t length = strcspn(at, " \t\n");
		snprintf(one, sizeof one, "%.*s", (int)length, at);
		command_add(command, one);
		at += length;
	}
}

static const char *variable(const char *name, const char *otherwise)
{
	const char *value = getenv(name);
	return value && value[strspn(value, " \t\n")] ? value : otherwise;
}

static const char *include_directory(void)
{
	static char installed[PATH_MAX], header[PATH_MAX];
	if (access(self_beside(header, sizeof header, TVP_INCLUDE_FROM_BIN "/tvp/kernel.h"), R_OK) == 0)
		return self_beside(installed, sizeof installed, TVP_INCLUDE_FROM_BIN);
	return TVP_SOURCE_INCLUDE_DIR;
}

static void compiler_add(struct command *command)
{
	command_add_words(command, variable("CC", "cc"));
}

// All that both preprocessing and compiling are asked for.
static void flags_add(struct command *command)
{
	command_add(command, "-std=gnu17");
	command_add(command, "-Werror=implicit-function-declaration"); // it would crash
	command_add_words(command, variable("CFLAGS", FLAGS_DEFAULT));
	command_add(command, "-fPIC");
	command_add(command, "-I");
	command_add(command, include_directory());
}

static int wait_for(pid_t pid)
{
	int wait_status;
	while (waitpid(pid, &wait_status, 0) < 0)
		if (errno != EINTR)
			return status_fail(errno, "waiting for the compiler");
	return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

// Run it with its output and its errors in the build's files. Returns its exit status, or -errno with a message.
static int command_run(void *context)
{
	struct build *build = context;
	struct command *command = &build->command;
	posix_spawn_file_actions_t actions;
	pid_t pid;
	command->word[command->words_n] = NULL;
	if (command->words_n == WORDS_MAX)
		return status_say(E2BIG, "CC, CFLAGS and LDLIBS have more than %d words", WORDS_MAX);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0);
	posix_spawn_file_actions_adddup2(&actions, build->out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, build->err, STDERR_FILENO);
	int error = posix_spawnp(&pid, command->word[0], &actions, NULL, command->word, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (error == ENOENT || error == EACCES || error == ENOTDIR)
		return status_say(ENOTSUP,
		                  "no compiler: \"%s\" cannot be run (%s); install one, name one in CC, or give a shared "
		                  "object",
		                  command->word[0], strerror(error));
	return error ? status_fail_task(error, "starting %s", command->word[0]) : wait_for(pid);
}

static int hash_file(struct bytes_hash *hash, int file)
{
	char buffer[1 << 13];
	ssize_t read_n;
	lseek(file, 0, SEEK_SET);
	while ((read_n = read(file, buffer, sizeof buffer)) > 0)
		bytes_hash_add(hash, buffer, (size_t)read_n);
	return read_n < 0 ? status_fail(errno, "reading what the compiler printed") : 0;
}

// What -march=native depends on. Its first processor speaks for all.
static void hash_cpu(struct bytes_hash *hash)
{
	static const char *const keys[] = {"vendor_id", "cpu family", "model", "stepping", "flags",
	                                   "Features",  "CPU part",   "isa",   "cpu\t"};
	char *line = NULL;
	size_t line_bytes = 0;
	FILE *cpuinfo = fopen("/proc/cpuinfo", "re");
	while (cpuinfo && getline(&line, &line_bytes, cpuinfo) > 1)
		for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
			if (strncmp(line, keys[i], strlen(keys[i])) == 0)
				bytes_hash_add(hash, line, strlen(line));
	free(line);
	if (cpuinfo)
		fclose(cpuinfo);
}

static char *said_read(int file)
{
	off_t bytes = lseek(file, 0, SEEK_END);
	size_t kept_bytes = bytes < 0 ? 0 : bytes > SAID_MAX_BYTES ? SAID_MAX_BYTES : (size_t)bytes;
	char *said = malloc(kept_bytes + 1);
	ssize_t read_n = said ? pread(file, said, kept_bytes, 0) : -1;
	if (said)
		said[read_n > 0 ? read_n : 0] = '\0';
	return said;
}

static int failed(const char *path, const char *compiler, int exit_status)
{
	return exit_status < 0
	           ? status_wrap(exit_status, "%s", path)
	           : status_say(EINVAL, "%s does not compile (%s ended with exit status %d)", path, compiler, exit_status);
}

static struct command *command_begin(struct build *build)
{
	build->command = (struct command){0};
	compiler_add(&build->command);
	return &build->command;
}

static int build_run(struct build *build)
{
	struct command *command = &build->command;
	if (ftruncate(build->out, 0) < 0 || ftruncate(build->err, 0) < 0)
		return status_fail(errno, "%s", build->path);
	lseek(build->out, 0, SEEK_SET);
	lseek(build->err, 0, SEEK_SET);
	int exit_status = guarded_call(command_run, build);
	free(build->built->said);
	build->built->said = said_read(build->err);
	return exit_status == 0 ? 0 : failed(build->path, command->word[0], exit_status);
}

static int version_get(struct build *build, struct bytes_hash *hash)
{
	command_add(command_begin(build), "--version");
	int status = build_run(build);
	if (status < 0)
		return status;
	char *compiler = build->built->compiler;
	ssize_t read_n = pread(build->out, compiler, sizeof build->built->compiler - 1, 0);
	compiler[read_n > 0 ? read_n : 0] = '\0';
	compiler[strcspn(compiler, "\n")] = '\0';
	return hash_file(hash, build->out);
}

// By the preprocessed source, with the words that it is compiled with.
static int key_get(struct build *build, char *key)
{
	struct bytes_hash hash;
	bytes_hash_begin(&hash);
	int status = version_get(build, &hash);
	struct command *command = command_begin(build);
	flags_add(command);
	bytes_hash_add(&hash, command->text, command->used_bytes);
	command_add(command, "-E");
	command_add(command, build->path);
	if (status == 0)
		status = build_run(build);
	if (status == 0)
		status = hash_file(&hash, build->out);
	const char *libraries = variable("LDLIBS", "");
	bytes_hash_add(&hash, libraries, strlen(libraries) + 1);
	hash_cpu(&hash);
	bytes_hash_text(&hash, key);
	return status;
}

static void compile_command(struct build *build, const char *object)
{
	struct command *command = command_begin(build);
	flags_add(command);
	command_add(command, "-shared");
	command_add(command, "-o");
	command_add(command, object);
	command_add(command, build->path);
	command_add_words(command, variable("LDLIBS", ""));
	command_add(command, "-lm");
}

static void command_show(const struct command *command, char *out, size_t out_bytes)
{
	*out = '\0';
	for (unsigned i = 0; i < command->words_n; i++)
		if (words_add(out, out_bytes, " ", command->word[i]) < 0)
			return;
}

// A source that is saved meanwhile must not stand in the cache under the key of what it was.
static int compile(struct build *build, const char *key)
{
	struct cache_entry *entry = &build->entry;
	char key_after[BYTES_HASH_TEXT], *said = NULL;
	int status = cache_begin(entry);
	if (status < 0)
		return status;
	compile_command(build, entry->temporary);
	status = build_run(build);
	if (status == -EINVAL && cache_is_full(entry))
		status = status_say(ENOSPC, "%s: no space for %s", build->path, entry->path);
	if (status == 0) {
		said = build->built->said; // its warnings
		build->built->said = NULL;
		status = key_get(build, key_after);
		free(build->built->said);
		build->built->said = said;
	}
	if (status == 0 && strcmp(key, key_after) != 0)
		status = status_say(EAGAIN, "%s changed while it was compiled: run it again", build->path);
	int ended = cache_end(entry, status == 0);
	return status < 0 ? status : ended;
}

static int build_do(struct build *build)
{
	struct source_built *built = build->built;
	char key[BYTES_HASH_TEXT];
	int status = key_get(build, key);
	if (status == 0)
		status = cache_entry(&build->entry, key);
	if (status < 0)
		return status;
	memcpy(built->object, build->entry.path, sizeof built->object);
	compile_command(build, built->object);
	command_show(&build->command, built->command, sizeof built->command);
	built->was_there = cache_has(&build->entry);
	return built->was_there ? 0 : compile(build, key);
}

int source_build(const char *path, struct source_built *built)
{
	static struct build build; // some 20 KiB
	*built = (struct source_built){0};
	build = (struct build){.path = path, .built = built};
	if (access(path, R_OK) < 0)
		return status_fail(errno, "%s", path);
	build.out = memfd_create("tvp-compiler", MFD_CLOEXEC);
	build.err = memfd_create("tvp-compiler", MFD_CLOEXEC);
	int status = build.out < 0 || build.err < 0 ? status_fail(errno, "%s", path) : build_do(&build);
	if (build.out >= 0)
		close(build.out);
	if (build.err >= 0)
		close(build.err);
	return status;
}
