// The end of a process whose children are strangers' programs, which would outlive it.
#ifndef TVP_HOST_TERMINATE_H
#define TVP_HOST_TERMINATE_H

/// From now on SIGTERM, and SIGINT and SIGHUP where they are not ignored, end and reap all descendants of this process
/// first, in whatever group or session they are: it becomes the reaper of orphans. For a process of one thread.
void terminate_with_children(void);

/// The same, and also when the parent dies (its pid, from before the fork: where it is dead already, this process
/// ends), in a group of its own: SIGKILL of the parent's whole group (`timeout -s KILL`) leaves this process to do it.
void terminate_with_parent(int parent);

#endif
