// Data files and small gnuplot prologues for the curves: everything a picture needs stands beside it as text, and the
// scripts in scripts/plot draw it.
#ifndef TVP_REPORT_PLOT_PLOTDATA_H
#define TVP_REPORT_PLOT_PLOTDATA_H

#include "measure/record.h"

enum { PLOT_STEM_BYTES = 200 };

/// The pictures described so far, by stem: STEM.gp draws STEM.svg or STEM.png.
struct plot_list {
	char (*stem)[PLOT_STEM_BYTES]; ///< malloc'd; free with plot_list_free()
	unsigned stems_n, stems_max;
};

/// Write the .dat and .gp files of every picture this record has data for into `out_dir`, which must exist:
///   PROBLEM.dat with PROBLEM-{speedup,efficiency,anatomy}.gp   per experiment, kernel, size, pin and other axes
///   …-peers.dat with …-peers.gp                               process ÷ thread of all kernels, per experiment and pin
///   …-breakeven.dat with …-breakeven.gp                       the sizes from which runs beat serial, per kernel
/// A record without anything that scales gives an empty list. Each .dat says its columns, units and how to redraw.
/// Returns 0 or -errno with a message naming the file; `list` is to be freed either way.
int plotdata_write(const struct record *record, const char *out_dir, struct plot_list *list);
void plot_list_free(struct plot_list *list);

#endif
