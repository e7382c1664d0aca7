// The contract of a scaling law, and the registry of them: capacity C(N) = γ shape(N), N workers, γ the capacity at
// one. A law is one file in this folder, which defines `const struct law law_NAME`, and one line of list.def.
#ifndef TVP_STATS_LAWS_LAW_H
#define TVP_STATS_LAWS_LAW_H

#include <stdbool.h>
#include <stddef.h>

enum { LAW_PARAMETERS_MAX = 4, LAWS_MAX = 16, LAW_POINTS_MAX = 512 };

/// What a law is fitted to: a capacity (a speedup, a throughput) for each number of workers, all of them > 0.
struct law_points {
	size_t n; ///< at most LAW_POINTS_MAX, by rising workers
	const double *workers, *capacity;
};

struct law_parameter {
	const char *symbol; ///< "α"
	const char *name;   ///< of columns and JSON keys: "alpha"
	const char *summary;
	bool positive; ///< cannot be 0 or less, and so is searched by its logarithm; others may be negative
};

/// Hooks get the parameters behind γ, in the law's order.
struct law {
	const char *name;
	const char *title;   ///< as a table has it: "Amdahl"
	const char *formula; ///< "γ N / (1 + α (N - 1))"
	const char *summary;
	bool weak, strong;     ///< for rows whose work grows with N; for rows that share a given work
	unsigned parameters_n; ///< with γ, which is parameter[0]
	struct law_parameter parameter[LAW_PARAMETERS_MAX];
	/// C(n) / γ; not a positive number where the parameters make no sense there.
	double (*shape)(const double *parameter, double n);
	/// Where to begin the search, one place after the other: fills the parameters, which are 0, for place 0, 1, …, and
	/// returns false beyond the last. The search begins at 0 where this is NULL.
	bool (*start)(const struct law_points *points, unsigned place, double *parameter);
};

#define LAW_SCALE                                                                                 \
	{                                                                                             \
		.symbol = "γ", .name = "gamma", .summary = "the capacity of one worker", .positive = true \
	}

/// Ended by NULL.
extern const struct law *const laws[];

/// The law of this name; NULL: there is none.
const struct law *law_find(const char *name);

#endif
