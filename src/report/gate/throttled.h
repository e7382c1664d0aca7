// What a CPU quota did to a gate's blocks, in the words of all its reports.
#ifndef TVP_REPORT_GATE_THROTTLED_H
#define TVP_REPORT_GATE_THROTTLED_H

#include "gate/gate.h"

enum { GATE_THROTTLED_BYTES = 320 };

/// "24 blocks"; "24 blocks, 3 of them throttled by the CPU quota": of those that were kept.
char *gate_blocks_text(char *out, size_t out_bytes, const struct gate_row *row);
/// "3 throttled"; "" where none of those kept was.
char *gate_throttled_text(char *out, size_t out_bytes, const struct gate_row *row);
/// The sentence that warns of it, of all blocks; "" where there is no reason to.
char *gate_throttled_warning(char *out, size_t out_bytes, const struct gate *gate);

#endif
