// Which law describes points best for its number of parameters, and how sure that is.
#ifndef TVP_STATS_LAWS_CHOOSE_H
#define TVP_STATS_LAWS_CHOOSE_H

#include <stdint.h>

#include "stats/laws/fit.h"

/// With fewer points AICc has but one law to choose from.
enum { LAW_CHOICE_POINTS_LEAST = 5 };

struct law_request {
	bool weak; ///< the laws of rows whose work grows with N; else those of a given work
	const struct law
		*only; ///< this law, whatever AICc says; it then needs one point more than parameters. NULL: choose
	enum law_scale scale;
};

struct law_choice {
	struct law_fit fit[LAWS_MAX]; ///< of every law that was considered, in the registry's order
	double weight[LAWS_MAX];      ///< Akaike's weights: they add up to 1
	unsigned fits_n, best;
};

/// Akaike's criterion with Hurvich & Tsai's correction (Biometrika 76 (1989) 297-307) decides; laws with too many
/// parameters for so few points are left out. Returns 0, or with a message -EINVAL where there are too few points,
/// -EDOM where no law describes them, or -ENOMEM.
int law_choose(struct law_choice *choice, const struct law_points *points, const struct law_request *request);

/// Capacities by round.
struct law_rounds {
	size_t points_n, rounds_n;
	const double *workers;  ///< points_n
	const double *capacity; ///< [point * rounds_n + round]; NAN where a round has none
	uint64_t seed;          ///< of the resampling
};

enum { LAW_RESAMPLES_N = 200 };

/// What other rounds could have said. It knows nothing of how far a point lies off a law in every round alike, so the
/// intervals of parameters are too narrow as intervals of a law's; those of fit.h include it.
struct law_resampled {
	double agree;  ///< the share of resamples in which the same law is chosen
	double shared; ///< variance of ln capacity that all points have in common, as from the serial run of a round
	struct interval parameter[LAW_PARAMETERS_MAX]; ///< 95 %, of the law that was chosen
};

/// Medians over rounds: out[points_n]. Returns 0 or -ENOMEM, with a message.
int law_rounds_medians(const struct law_rounds *rounds, double *out);
/// Draw whole rounds with replacement, so that what was measured together stays together, and choose again. Returns 0
/// or -ENOMEM, with a message.
int law_resample(struct law_resampled *resampled, const struct law_rounds *rounds, const struct law_request *request,
                 const struct law *chosen);

#endif
