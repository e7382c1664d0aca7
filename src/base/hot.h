// Functions that every freshly forked child runs, kept together in the executable.
#ifndef TVP_BASE_HOT_H
#define TVP_BASE_HOT_H

/// A fork copies no page tables of code, so a child faults its code in again, 64 KiB around each address; functions
/// marked so stand next to each other (.text.hot) and share those faults.
#define HOT_IN_CHILD __attribute__((hot))

#endif
