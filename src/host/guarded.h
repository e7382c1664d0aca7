// Running strangers' programs (a compiler, a picture's drawer, a program that lists its tests) so that none of them,
// nor what they start in turn, outlives tvp, however tvp ends.
#ifndef TVP_HOST_GUARDED_H
#define TVP_HOST_GUARDED_H

/// Run call(context) in a child process of a group of its own, and wait for it. The child kills and reaps whatever the
/// call has left, and all of it at once when this process dies or an interrupt waits to be received. What the call
/// finds out it leaves in shared memory or files. Returns what it returned (negative: with its message); -EINTR; or
/// -errno with a message. For a process of one thread.
int guarded_call(int (*call)(void *context), void *context);

#endif
