// Where compiled kernels are kept: a directory that nobody else can write to.
#ifndef TVP_KERNEL_PLUGIN_CACHE_H
#define TVP_KERNEL_PLUGIN_CACHE_H

#include <limits.h>
#include <stdbool.h>

struct cache_entry {
	char path[PATH_MAX];      ///< the object, whether it is there or not
	char temporary[PATH_MAX]; ///< a file of this process's own beside it, to be renamed; "": none
};

/// The entry of a key (hexadecimal digits) in $XDG_CACHE_HOME/tvp, or ~/.cache/tvp: the directory is made where it is
/// missing. Returns 0, or -errno with a message: it cannot be made, or others own or can write it.
int cache_entry(struct cache_entry *entry, const char *key);
/// Whether the object is there.
bool cache_has(const struct cache_entry *entry);
/// Begin to fill it: makes the temporary file. Returns 0 or -errno with a message.
int cache_begin(struct cache_entry *entry);
/// Between these two: whether less than 1 MiB is free there, which may be why the compiler failed.
bool cache_is_full(const struct cache_entry *entry);
/// Keep it, in place of what another process may have kept meanwhile, or (kept false) drop it. Returns 0 or -errno with
/// a message.
int cache_end(struct cache_entry *entry, bool kept);

#endif
