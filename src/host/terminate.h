// The end of a process whose children are strangers' programs, which would outlive it.
#ifndef TVP_HOST_TERMINATE_H
#define TVP_HOST_TERMINATE_H

/// From now on SIGTERM, SIGINT and SIGHUP (those that are not ignored) kill and reap all descendants of this process
/// first, in whatever group or session they are: it becomes the reaper of orphans. For a process of one thread.
void terminate_with_children(void);

#endif
