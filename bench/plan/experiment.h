// The contract of an experiment: it names its axes, turns each point into a row, and says how its rows are measured.
#ifndef TVP_BENCH_PLAN_EXPERIMENT_H
#define TVP_BENCH_PLAN_EXPERIMENT_H

#include "host/topology.h"
#include "measure/record.h"
#include "measure/visit_hooks.h"

enum { AXIS_VALUES_MAX = 64, AXES_OWN_MAX = 64 };

/// One axis as the user gave it: empty when not given, and then the experiment uses its own values.
struct axis_values {
	unsigned n;
	char value[AXIS_VALUES_MAX][32];
};

/// What the command line asks an experiment to plan.
struct plan_options {
	bool full; ///< the wide set of points, not the quick one
	const struct topology *topology;
	struct {
		char key[16];
		struct axis_values values;
	} own[AXES_OWN_MAX]; ///< of the axes that experiments declare themselves
	unsigned own_n;
	struct axis_values kernel, model, workers, pin, wait, memory, pages, caller, transport, size, schedule, k;
};

/// An axis that an experiment declares: `--KEY=LIST` follows from it. Its values need no more than text.
struct experiment_axis {
	const char *key;
	const char *quick,
		*full;        ///< comma-separated values used where the user gave none; full NULL: the quick ones. The
	                  ///< words "channels", "cpus" and worker counts in words are expanded (bench/plan/axis_product.h)
	const char *text; ///< for --help: what it is, and the values it takes
	/// Whether a value the user gave can be taken: 0 or -EINVAL with a message that names axis and value. NULL: only
	/// the values of `quick` and `full`.
	int (*check)(const char *value);
};

/// A picture to draw of an experiment's rows. Axes that are named neither for x nor for curves part pictures.
struct experiment_plot {
	const char *name;   ///< ends the files' names
	const char *script; ///< scripts/plot/SCRIPT.gp: "lines", "dots" (x: names), "heat"
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

struct experiment {
	const char *name;
	const char *summary; ///< one line for `tvp list`
	const char *axes;    ///< "kernel size model workers pin": for `tvp list`
	const char *suites; ///< words: those of the suites "quick", "ipc", "full" it belongs to; NULL: run by its name only
	unsigned budget_s;  ///< default time budget of a run of this experiment alone; 0: 90
	const struct experiment_axis *own_axes; ///< ended by one without a key; NULL: none
	const char *figures; ///< metrics (by name) and "bytes_rate", "operations_rate", "cpu_per_byte" that its tables show
	                     ///< beside the wall; NULL
	const struct experiment_plot *plots; ///< ended by one without a name; NULL: none
	const char *twins; ///< what its pictures of dots call the rows that its rows stand beside, and then show, too.
	                   ///< NULL: they do not
	bool break_even;   ///< its sizes are points on a scale: reports say from which on a run beats serial
	/// Why this row cannot run here, or NULL: asked while planning, of experiments planned by axis_product_plan(). May
	/// be NULL.
	const char *(*why_not)(const struct plan_options *options, const struct spec *spec);
	/// Append this experiment's rows to the record. Returns 0 or -EINVAL (an axis value it cannot take), with a
	/// message.
	int (*plan)(const struct plan_options *options, struct record *record);
	/// How its rows are measured. Whoever plans a row sets its `hooks` to this.
	struct visit_hooks visit;
};

/// The first axis of this key that an experiment declares and that is none of the core axes; NULL: none.
const struct experiment_axis *plan_declares(const char *key);
/// What --help says of it: the different texts of all experiments that declare this key. Static, for the program's
/// life.
const char *plan_axis_text(const struct experiment_axis *axis);
/// What the user chose for an axis, by its key: empty where nothing.
const struct axis_values *plan_axis_values(const struct plan_options *options, const char *key);
static inline bool plan_axis_given(const struct plan_options *options, const char *key)
{
	return plan_axis_values(options, key)->n > 0;
}

extern const struct experiment *const experiments[];
const struct experiment *experiment_find(const char *name);

#endif
