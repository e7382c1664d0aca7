// What the programs of a row that failed printed last, of both sides: only programs that are no tvp.
#ifndef TVP_REPORT_GATE_PRINTED_H
#define TVP_REPORT_GATE_PRINTED_H

#include "gate/gate.h"

enum { GATE_PRINTED_LINES = 12, GATE_PRINTED_BYTES = 6 * 1024 };

/// Whether there is any.
bool gate_printed_has(const struct gate_row *row);
/// "new, standard error:\n  its last\n  lines\n", the side that failed first, at most GATE_PRINTED_LINES lines of each
/// stream; "" where there is nothing. Returns out.
char *gate_printed_text(char out[GATE_PRINTED_BYTES], const struct gate *gate, const struct gate_row *row);

#endif
