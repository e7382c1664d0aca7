// What a sample of a finite population says of all of it.
#ifndef TVP_STATS_SAMPLING_H
#define TVP_STATS_SAMPLING_H

#include <stddef.h>

/// Half of the 95 % interval of the sum over all_n values, relative to it, from the mean and coefficient of variation
/// of n of them, drawn at random without replacement: Student's t, and no doubt of those that were drawn (Cochran,
/// Sampling Techniques, 1977, ch. 2). 0 where all were drawn; INFINITY where n is 1 of more.
double sampling_half_width(double cv, size_t n, double all_n);
/// Student's t of the 95 % interval with so many degrees of freedom; INFINITY for 0.
double sampling_t(size_t freedom_n);

#endif
