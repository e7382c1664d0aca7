// What a column can show of a row, as text.
#ifndef TVP_REPORT_CELLS_H
#define TVP_REPORT_CELLS_H

#include "report/derive.h"

/// Text of one cell, with its unit where the heading has none; left as it is (empty) where the figure does not apply to the row.
/// `out` holds GRID_CELL_BYTES.
void cell_launch(char *out, const struct derived *derived, uint32_t row);
void cell_work(char *out, const struct derived *derived, uint32_t row);
void cell_collect(char *out, const struct derived *derived, uint32_t row);
void cell_half_width(char *out, const struct derived *derived, uint32_t row);
void cell_rounds(char *out, const struct derived *derived, uint32_t row);
void cell_speedup(char *out, const struct derived *derived, uint32_t row);
void cell_efficiency(char *out, const struct derived *derived, uint32_t row);
void cell_peer(char *out, const struct derived *derived, uint32_t row);
void cell_ipc(char *out, const struct derived *derived, uint32_t row);
void cell_roof(char *out, const struct derived *derived, uint32_t row);
void cell_twin(char *out, const struct derived *derived, uint32_t row);
void cell_twin_wall(char *out, const struct derived *derived, uint32_t row);
void cell_twin_ratio(char *out, const struct derived *derived, uint32_t row);
void cell_rate(char *out, const struct derived *derived, uint32_t row);
void cell_gflops(char *out, const struct derived *derived, uint32_t row);
void cell_gbytes(char *out, const struct derived *derived, uint32_t row);
void cell_bytes_rate(char *out, const struct derived *derived, uint32_t row);
void cell_operations_rate(char *out, const struct derived *derived, uint32_t row);
void cell_cpu_per_byte(char *out, const struct derived *derived, uint32_t row);
void cell_low(char *out, const struct derived *derived, uint32_t row);
void cell_high(char *out, const struct derived *derived, uint32_t row);
void cell_spread(char *out, const struct derived *derived, uint32_t row);
void cell_iterations(char *out, const struct derived *derived, uint32_t row);
void cell_batch(char *out, const struct derived *derived, uint32_t row);
void cell_label(char *out, const struct derived *derived, uint32_t row);
void cell_cycles(char *out, const struct derived *derived, uint32_t row);
void cell_instructions(char *out, const struct derived *derived, uint32_t row);
void cell_cache_misses(char *out, const struct derived *derived, uint32_t row);
void cell_branch_misses(char *out, const struct derived *derived, uint32_t row);
void cell_migrations(char *out, const struct derived *derived, uint32_t row);
void cell_switches(char *out, const struct derived *derived, uint32_t row);
/// The same for the median of any metric, in the metric's unit.
void cell_metric(char *out, const struct derived *derived, uint32_t row, enum metric metric);

#endif
