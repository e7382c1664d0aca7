// Rows sorted into pictures and curves, shared by the two kinds of data file.
#ifndef TVP_REPORT_PLOT_CURVES_H
#define TVP_REPORT_PLOT_CURVES_H

#include <stdio.h>

#include "report/table/derive.h"
#include "report/plot/plotdata.h"

enum { CURVES_MAX = 32 };

/// Rows that differ in `free_keys` only make one picture; rows that agree in `curve_keys` are one curve of it.
struct picture {
	const struct derived *derived;
	const char *out_dir;
	uint32_t first;                ///< a row of the picture
	const char *const *free_keys;  ///< NULL-terminated
	const char *const *curve_keys; ///< NULL-terminated; NULL: model and transport
	uint32_t curve[CURVES_MAX];    ///< a row of each curve, in order of appearance
	unsigned style[CURVES_MAX];    ///< line type, stable for a model across pictures
	unsigned curves_n;
	char name[PLOT_STEM_BYTES - 16]; ///< of files: "scaling-convolve-k5-1920x1080-compact"
	char heading[160];               ///< "convolve · k 5 · 1920x1080 · pin compact"
};

/// Whether one of the words "KEY:VALUE" is an axis of the row; never of NULL.
bool row_named(const struct row *row, const char *words);
/// Whether `row` belongs to the picture's curve number `curve`.
bool curve_has(const struct picture *picture, unsigned curve, uint32_t row);
/// Fill in curves, styles, name and heading; `use` says which rows count.
void picture_make(struct picture *picture, bool (*use)(const struct derived *derived, uint32_t row));
/// Fill in name and heading alone, from the axes that are not free.
void picture_name(struct picture *picture);
/// "process_pool copy:pipe"; "alone" where the row has none of the axes that tell curves apart.
char *curve_title(const struct picture *picture, unsigned curve, char *out, size_t out_bytes);

/// Create "<out_dir>/<stem>.<extension>". Returns 0 or -errno with a message.
int plot_file_open(FILE **file, const char *out_dir, const char *stem, const char *extension);
/// Close; -EIO where something could not be written. Returns 0 or -errno with a message.
int plot_file_close(FILE *file, const char *out_dir, const char *stem, const char *extension);
/// A blank and the number; NaN where it is not finite.
void number_put(FILE *out, double value);
/// A gnuplot string: single quotes around, doubled inside; no control characters.
void quote_put(FILE *out, const char *text);
/// The text with '-' for all but letters, digits and " .,_+-:": safe inside gnuplot's double quotes, where a backtick
/// runs commands, and in a shell. Returns out.
char *text_bare(char *out, size_t out_bytes, const char *text);
/// The comment that heads a .dat: what, machine, how to redraw, then the columns.
void data_head_put(FILE *out, const struct picture *picture, const char *const *stems, unsigned stems_n,
                   const char *columns);
/// What every prologue says: stem, data, heading, subheading, curves and styles.
void prologue_put(FILE *out, const struct picture *picture, const char *stem, const char *data_stem, const char *what);
int plot_list_add(struct plot_list *list, const char *stem);

/// styles.c: a line type that tells threads from processes (dashed and open, solid and filled) and gives the two of a
/// pair one colour. Call for each curve in turn.
unsigned style_of_pair(const struct picture *picture, unsigned curve);

/// drawings.c: the data files of the pictures that experiments declare. Returns 0 or -errno.
int drawings_write(const struct derived *derived, const char *out_dir, struct plot_list *list);

/// panels.c: gnuplot lines that divide many curves into panels: panels_n, 0 where one frame does, and what
/// scripts/plot/lines.gp says.
void panels_put(FILE *out, const struct picture *picture);

struct experiment;
struct experiment_plot;
/// matrix.c: the map of what each pair of CPUs took, where there are any of this experiment. Returns 0 or -errno.
int matrix_write(const struct derived *derived, const struct experiment *experiment, const struct experiment_plot *plot,
                 const char *out_dir, struct plot_list *list);

/// peers.c: the data files of process ÷ thread. Returns 0 or -errno.
int peers_write(const struct derived *derived, const char *out_dir, struct plot_list *list);

/// breakeven_plot.c: the data files of break-even sizes. Returns 0 or -errno.
int break_evens_write(const struct derived *derived, const char *out_dir, struct plot_list *list);

#endif
