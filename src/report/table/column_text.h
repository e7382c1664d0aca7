// What a column can show of a row, as text.
#ifndef TVP_REPORT_TABLE_COLUMN_TEXT_H
#define TVP_REPORT_TABLE_COLUMN_TEXT_H

#include "report/table/derive.h"

/// Text of one cell, with its unit where the heading has none; left as it is (empty) where the figure does not apply to
/// the row. `out` holds TEXT_TABLE_CELL_BYTES.
void column_text_launch(char *out, const struct derived *derived, uint32_t row);
void column_text_work(char *out, const struct derived *derived, uint32_t row);
void column_text_collect(char *out, const struct derived *derived, uint32_t row);
void column_text_half_width(char *out, const struct derived *derived, uint32_t row);
void column_text_rounds(char *out, const struct derived *derived, uint32_t row);
void column_text_speedup(char *out, const struct derived *derived, uint32_t row);
void column_text_efficiency(char *out, const struct derived *derived, uint32_t row);
void column_text_peer(char *out, const struct derived *derived, uint32_t row);
void column_text_copying(char *out, const struct derived *derived, uint32_t row);
void column_text_roof(char *out, const struct derived *derived, uint32_t row);
void column_text_twin(char *out, const struct derived *derived, uint32_t row);
void column_text_twin_wall(char *out, const struct derived *derived, uint32_t row);
void column_text_twin_ratio(char *out, const struct derived *derived, uint32_t row);
void column_text_rate(char *out, const struct derived *derived, uint32_t row);
void column_text_gflops(char *out, const struct derived *derived, uint32_t row);
void column_text_gbytes(char *out, const struct derived *derived, uint32_t row);
void column_text_placed(char *out, const struct derived *derived, uint32_t row);
void column_text_bytes_rate(char *out, const struct derived *derived, uint32_t row);
void column_text_operations_rate(char *out, const struct derived *derived, uint32_t row);
void column_text_cpu_per_byte(char *out, const struct derived *derived, uint32_t row);
void column_text_low(char *out, const struct derived *derived, uint32_t row);
void column_text_high(char *out, const struct derived *derived, uint32_t row);
void column_text_spread(char *out, const struct derived *derived, uint32_t row);
void column_text_iterations(char *out, const struct derived *derived, uint32_t row);
void column_text_batch(char *out, const struct derived *derived, uint32_t row);
void column_text_label(char *out, const struct derived *derived, uint32_t row);
void column_text_cycles(char *out, const struct derived *derived, uint32_t row);
void column_text_instructions(char *out, const struct derived *derived, uint32_t row);
void column_text_cache_misses(char *out, const struct derived *derived, uint32_t row);
void column_text_branch_misses(char *out, const struct derived *derived, uint32_t row);
void column_text_migrations(char *out, const struct derived *derived, uint32_t row);
void column_text_switches(char *out, const struct derived *derived, uint32_t row);
/// The same for the median of any metric, in the metric's unit.
void column_text_metric(char *out, const struct derived *derived, uint32_t row, enum metric metric);

#endif
