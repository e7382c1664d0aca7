// The contract of an experiment: it names its axes, turns each point into a row, and says how its rows are measured.
#ifndef TVP_BENCH_PLAN_EXPERIMENT_H
#define TVP_BENCH_PLAN_EXPERIMENT_H

#include "bench/plan/plan_options.h"
#include "measure/record.h"
#include "measure/visit_hooks.h"

/// An axis that an experiment declares: `--KEY=LIST` follows from it. Its values need no more than text.
struct experiment_axis {
	const char *key;
	const char *quick,
		*full;        ///< comma-separated values used where the user gave none; full NULL: the quick ones. The
	                  ///< words "channels", "cpus", "auto" … are expanded: axis_values_expand()
	const char *text; ///< for --help: what it is, and the values it takes
	/// Whether a value the user gave can be taken: 0 or -EINVAL with a message that names axis and value. NULL: only
	/// the values of `quick` and `full`.
	int (*check)(const char *value);
};

/// A picture to draw of an experiment's rows. Axes that are named neither for x nor for curves part pictures.
struct experiment_plot {
	const char *name;   ///< ends the files' names
	const char *script; ///< scripts/plot/SCRIPT.gp: "lines", "dots" (x: names), "heat"; "pairs": one map of all pairs
	                    ///< of CPUs, x and curves being the axes of rows that are one pair each
	const char *x;      ///< axis along x: numbers, byte counts, durations; of dots and heat maps any text
	const char *curves; ///< axes that tell curves (kinds of dots, lines of a heat map) apart: "channel between"
	enum metric metric; ///< what is drawn …
	enum {
		DRAW_METRIC,
		DRAW_BYTES_PER_S,
		DRAW_OPERATIONS_PER_S,
		DRAW_SPEEDUP
	} as; ///< … or a rate or ratio formed from the wall
	const char *title, *x_label, *y_label;
	const char *without; ///< rows left out, whose numbers would squeeze the others': words "KEY:VALUE". NULL: none
};

struct model_grid;

struct experiment {
	const char *name;
	const char *summary; ///< one line for `tvp list`
	const char *axes;    ///< "kernel model workers": what plan() reads, of experiments with neither own_axes nor grids.
	                     ///< NULL: follows from those, see experiment_axes()
	const char *suites; ///< words: those of the suites "quick", "ipc", "full" it belongs to; NULL: run by its name only
	unsigned budget_s;  ///< default time budget of a run of this experiment alone; 0: 90
	const struct experiment_axis *own_axes; ///< rows: every combination of them (bench/plan/axis_product.h). Ended by
	                                        ///< one without a key; NULL: none
	const struct model_grid *grids, *grids_full; ///< rows: kernels run through models (bench/plan/model_grid.h). Ended
	                                             ///< by one without a kernel; NULL: none; grids_full NULL: as quick
	bool size_per_worker; ///< of grids: `size` is each worker's share of a problem that grows with them
	const char *figures; ///< metrics (by name) and "bytes_rate", "operations_rate", "cpu_per_byte", "placed_share" that
	                     ///< its tables show beside the wall; NULL
	const char *answer;  ///< what stands for its rows where a report has room for a few lines: a metric (by name), or
	                     ///< "bytes_rate". NULL: the wall
	const char *of_threads; ///< rows whose workers are threads, where no axis says so: words "KEY:VALUE". The others'
	                        ///< are processes. NULL: `between` or `model` say so, or nothing does
	const struct experiment_plot *plots; ///< ended by one without a name; NULL: none
	const char *twins; ///< what its pictures of dots call the rows that its rows stand beside, and then show, too.
	                   ///< NULL: they do not
	bool break_even;   ///< its sizes are points on a scale: reports say from which on a run beats serial
	/// Why this row cannot run here, or NULL: asked while planning, of experiments planned by axis_product_plan(). May
	/// be NULL.
	const char *(*why_not)(const struct plan_options *options, const struct spec *spec);
	/// Append this experiment's rows to the record, where there is more to it than own_axes or grids; it begins by
	/// calling axis_product_plan() or model_grids_plan() where it has them. NULL: nothing more. Returns 0 or -EINVAL
	/// (an axis value it cannot take), with a message.
	int (*plan)(const struct plan_options *options, struct record *record);
	/// Whether a row of a result file may be measured further, asked before --resume does: 0, or -EINVAL with a
	/// message. NULL: it may.
	int (*may_resume)(const struct spec *spec);
	/// How its rows are measured. Whoever plans a row sets its `hooks` to this.
	struct visit_hooks visit;
};

extern const struct experiment *const experiments[];
const struct experiment *experiment_find(const char *name);

/// Append an experiment's rows to the record: none where the user chose values of an axis that it does not have. (Core
/// axes leave only those out that have axes of their own: not every grid has every core axis, and yet runs.) Returns 0
/// or a status with a message.
int experiment_plan(const struct experiment *experiment, const struct plan_options *options, struct record *record);

#endif
