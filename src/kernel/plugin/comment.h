// In tvp-kernel-host only: what a shared object says it was compiled with.
#ifndef TVP_KERNEL_PLUGIN_COMMENT_H
#define TVP_KERNEL_PLUGIN_COMMENT_H

#include <stddef.h>

/// The first text of the section .comment of an open object, "GCC: (Debian 12.2.0-14) 12.2.0"; "" where there is none.
void comment_read(int file, char *out, size_t out_bytes);

#endif
