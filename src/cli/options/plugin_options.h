// Kernels from files on the command line: --kernel=./mine.c, --plugin=./mine.so. Only what stands there is ever opened.
#ifndef TVP_CLI_PLUGIN_OPTIONS_H
#define TVP_CLI_PLUGIN_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stdio.h>

#include "gate/slice/side.h"
#include "measure/record.h"

/// Before a command's options are made: open the files that they name, so that the kernels' own parameters are options,
/// too. One that is no kernel is warned of; its row will fail. Returns EXIT_OK, or the exit code to end with, the
/// message printed: a file cannot be read or compiled.
int plugins_take(int argc, char **argv);

/// "./mine.so,sum" with the kernels' names in place of the files: "mine,sum". What contains a '/' is a file. Ends the
/// program with EXIT_USAGE where plugins_take() has not opened it.
const char *plugins_named(const struct argp_state *state, const char *list);

/// Options of `tvp gate`, each for one side only.
#define OLD_KERNEL "old-kernel"
#define NEW_KERNEL "new-kernel"

/// Make the slices of both sides open what was opened here: the bytes, as long as this process lives. Of --old-kernel
/// and
/// --new-kernel each has its own; returns the name of the kernel that these two brought, NULL where they were not
/// given. Ends the program with EXIT_USAGE where one is missing, or where they are of different names.
const char *plugins_for_sides(struct side *sides, const char *command);

/// A child for a command's own parser: --plugin, --plugin-deadline.
const struct argp *plugin_options(void);

/// What was opened, as facts: plugin_NAME is the file's hash, its path and its compiler.
void plugins_add_facts(struct facts *facts);

/// " --plugin='FILE'" for each file that was opened, as a shell reads it.
void plugins_put_again(FILE *out);

/// Before a run goes on: the kernels of its open rows must be there, and those from files must have the bytes that they
/// had. Returns 0 or -EINVAL with a message.
int plugins_check(const struct record *record);

#endif
