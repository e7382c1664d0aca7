// Children that processes we started leave when they end. For a process that is the reaper of orphans
// (PR_SET_CHILD_SUBREAPER), has one thread, and blocks SIGCHLD.
#ifndef TVP_HOST_ORPHANS_H
#define TVP_HOST_ORPHANS_H

/// The pids of all children, with spaces between them; to be freed. NULL where the kernel does not list them.
char *children_list(void);

/// Kill and reap all children but the preexisting_children (a children_list() from before we started any; NULL: none),
/// and then the children that these leave in turn (a worker whose runner died before the worker could request its own
/// death signal). Gives up
/// after 5 s.
void orphans_end(const char *preexisting_children);

#endif
