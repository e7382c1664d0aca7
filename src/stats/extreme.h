// The largest of several equal random variables.
#ifndef TVP_STATS_EXTREME_H
#define TVP_STATS_EXTREME_H

struct extreme {
	double mean, deviation;
};

/// Mean and standard deviation of the largest of n independent gamma variables of mean 1 and this shape (that is, of
/// coefficient of variation 1/sqrt(shape)): the sum of k positive items with coefficient of variation c, divided by its
/// mean, is about one of shape k/c². By numerical integration of the tail;
/// good to 0.1 % of the mean. n >= 1, shape
/// > 0.
struct extreme extreme_of_gamma(double shape, unsigned n);

#endif
