// Betting e-processes on blocks of d = ln(t_new / t_old): wealth that cannot be expected to grow while the hypothesis
// is true, so that having ever been large speaks against it, however often one looked. A block is the unit of
// inference. After Waudby-Smith & Ramdas, "Estimating means of bounded random variables by betting", JRSS B 86 (2024).
#ifndef TVP_STATS_BETTING_H
#define TVP_STATS_BETTING_H

#include "stats/summary.h"

#include <stddef.h>

enum { BETTING_SCALES_N = 5, BETTING_STAKES_N = 2 }; ///< sigma 1, 2, 4, 8, 16 %; kappa 0.5, 0.98

enum betting_kind {
	BETTING_TANH, ///< a block multiplies a wealth by 1 + kappa * tanh(lambda * x)
	BETTING_SIGN, ///< by 1 + kappa * sign(x), 1 where x = 0: the stakes only, and no shape of d but its signs
};

/// One test. x = toward * (d - null); E_n is the mean, over the scales and stakes, of the products of n factors. Open
/// it with one of the two functions below, add every block once, in the order measured, and read the fields.
struct betting {
	enum betting_kind kind;
	double null;                  ///< log ratio under test
	double toward;                ///< +1: against "theta <= null"; -1: against "theta >= null"
	double bet[BETTING_SCALES_N]; ///< lambda of each scale, per unit of log ratio; fixed before the first block
	double log_wealth[BETTING_SCALES_N][BETTING_STAKES_N]; ///< ln of each product
	double log_e;                                          ///< ln E_n
	double log_e_most; ///< ln sup E, >= 0: -ln of a p-value that is valid at any stopping time (Ville, 1939)
	unsigned n;        ///< blocks added
};

/// Open the test of "NEW is slower by no more than is tolerated", theta <= ln(1 + tolerate), with
/// lambda = (ln(1 + effect) - ln(1 + tolerate)) / sigma^2. Both are fractions (0.01, 0.05), -1 < tolerate < effect,
/// finite. Where a fair coin decides the order within each block and the labels do not matter, the sign of d is fair
/// given all else, and the test needs nothing but that coin, whatever the drift, memory or tails. For a theta in
/// (0, ln(1 + tolerate)] it needs d symmetric about theta given the blocks before; with BETTING_SIGN, only theta to be
/// the median of d.
void betting_regression(struct betting *betting, enum betting_kind kind, double tolerate, double effect);

/// Open the test of "NEW is slower by the effect or more", theta >= ln(1 + effect), with lambda = ln(1 + effect) /
/// sigma^2; effect > 0, a finite fraction. Holds where a change shifts d by a constant (times by a constant factor):
/// say so where it is reported.
void betting_all_clear(struct betting *betting, enum betting_kind kind, double effect);

/// Add one block. A NAN is a bug of the caller; infinities count as saturated bets.
void betting_add(struct betting *betting, double d);

/// Interval for theta, in log ratio, by inverting both one-sided tests (BETTING_TANH) at every theta: `low` is the
/// highest theta' such that the blocks reject "theta <= theta'" with the bets of betting_regression(), `high` the
/// lowest such that they reject "theta >= theta'" with those of betting_all_clear(), each at (1 - coverage) / 2 by sup
/// E over n, so that it holds at any stopping time. The bets depend on effect and tolerate only: theta' moves the null,
/// never lambda, which makes sup E monotone in theta'. Rounded outwards by at most 1e-8 (or what double can tell).
/// -INFINITY, INFINITY where the data cannot bound it yet; `coverage` is the one asked for, a lower bound of the true
/// one, and 0 where neither side is bounded. low > high says that no one theta fits: the ratio moved while it was
/// measured.
struct interval betting_interval(const double *d, size_t n, double tolerate, double effect, double coverage);

/// The smallest slowdown, in log ratio, that could still be hidden is below this: the least theta' such that the blocks
/// reject "theta >= theta'" at level beta, with the bets of betting_all_clear(). INFINITY where none is. Rounded
/// upwards as above.
double betting_upper(const double *d, size_t n, double effect, double beta);

#endif
