// A file's bytes as they are now: what happens to the file later changes nothing.
#ifndef TVP_KERNEL_PLUGIN_BYTES_H
#define TVP_KERNEL_PLUGIN_BYTES_H

#include <stddef.h>
#include <stdint.h>

enum { BYTES_HASH_TEXT = 33 };

/// 128 bits by FNV-1a: tells files apart, and keys a cache that nobody else can write to. No protection against
/// somebody who wants two files to be alike.
struct bytes_hash {
	unsigned __int128 state;
};
void bytes_hash_begin(struct bytes_hash *hash);
void bytes_hash_add(struct bytes_hash *hash, const void *data, size_t bytes);
/// 32 hexadecimal digits. Returns out, BYTES_HASH_TEXT bytes.
char *bytes_hash_text(const struct bytes_hash *hash, char *out);

/// Copy a regular file into sealed memory, close-on-exec, and hash it. The memory bears the name that users know the
/// file by. Returns the descriptor, or -errno with a message.
int bytes_keep(const char *path, const char *shown_path, struct bytes_hash *hash);

/// The name that users know a file by: that of kept bytes, where the path is one of their descriptors in another tvp
/// ("/proc/123/fd/5"); else the path. Kept until the next call.
const char *bytes_shown_path(const char *path);

#endif
