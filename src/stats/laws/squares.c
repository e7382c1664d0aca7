// The search itself is the trust region of the GNU Scientific Library, with Jacobians by central differences.
#include "stats/laws/squares.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit_nlinear.h>

enum { STEPS_MAX = 200 };
static const double nowhere = 1e6; // a residual that no step is taken to

void law_parameters(const struct law *law, const double *searched, double *parameter)
{
	for (unsigned i = 0; i < law->parameters_n; i++)
		parameter[i] = law->parameter[i].positive ? exp(searched[i]) : searched[i];
}

double law_log_capacity(const struct law *law, const double *searched, double n)
{
	double parameter[LAW_PARAMETERS_MAX];
	law_parameters(law, searched, parameter);
	return searched[0] + log(law->shape(parameter + 1, n));
}

// What the search knows: the squares, and where the parameters stand that are held.
struct search {
	const struct squares *squares;
	double *searched;
	gsl_multifit_nlinear_fdf system;
	gsl_multifit_nlinear_workspace *workspace;
};

static void free_put(const struct search *search, const gsl_vector *from)
{
	const struct squares *squares = search->squares;
	size_t next = 0;
	for (unsigned i = 0; i < squares->law->parameters_n; i++)
		if (!squares->held[i])
			search->searched[i] = gsl_vector_get(from, next++);
}

double squares_residual(const struct squares *squares, const double *searched, size_t point)
{
	double log_capacity = law_log_capacity(squares->law, searched, squares->points->workers[point]);
	double capacity = squares->points->capacity[point];
	double off = squares->scale == LAW_LOGS ? log(capacity) - log_capacity : capacity - exp(log_capacity);
	return isfinite(off) ? off : nowhere;
}

static double residual(const struct search *search, size_t point)
{
	const struct squares *squares = search->squares;
	bool weighted = squares->last_weight > 0 && point + 1 == squares->points->n;
	return squares_residual(squares, search->searched, point) * (weighted ? sqrt(squares->last_weight) : 1);
}

static int residuals_fill(const gsl_vector *from, void *context, gsl_vector *residuals)
{
	struct search *search = context;
	free_put(search, from);
	for (size_t i = 0; i < residuals->size; i++)
		gsl_vector_set(residuals, i, residual(search, i));
	return GSL_SUCCESS;
}

// GSL leaves out, as 0, what the points do not depend on.
static void variance_fill(const struct search *search, double *variance)
{
	double inverse[LAW_PARAMETERS_MAX * LAW_PARAMETERS_MAX];
	size_t n = search->system.p, next = 0;
	gsl_matrix_view view = gsl_matrix_view_array(inverse, n, n);
	gsl_multifit_nlinear_covar(gsl_multifit_nlinear_jac(search->workspace), 0, &view.matrix);
	for (unsigned i = 0; i < search->squares->law->parameters_n; i++) {
		double own = search->squares->held[i] ? 0 : inverse[next * (n + 1)];
		variance[i] = own > 0 ? own : NAN;
		next += !search->squares->held[i];
	}
}

static double search_run(struct search *search, double *variance)
{
	double begin[LAW_PARAMETERS_MAX], sum = INFINITY;
	size_t next = 0;
	int why;
	for (unsigned i = 0; i < search->squares->law->parameters_n; i++)
		if (!search->squares->held[i])
			begin[next++] = search->searched[i];
	gsl_vector_view view = gsl_vector_view_array(begin, search->system.p);
	if (gsl_multifit_nlinear_init(&view.vector, &search->system, search->workspace) != GSL_SUCCESS)
		return INFINITY;
	// However it stops: nothing better is near.
	gsl_multifit_nlinear_driver(STEPS_MAX, 1e-10, 1e-12, 0, NULL, NULL, &why, search->workspace);
	gsl_vector *residuals = gsl_multifit_nlinear_residual(search->workspace);
	gsl_blas_ddot(residuals, residuals, &sum);
	if (variance)
		variance_fill(search, variance);
	free_put(search, gsl_multifit_nlinear_position(search->workspace));
	return sum < nowhere ? sum : INFINITY;
}

static size_t free_n(const struct squares *squares)
{
	size_t n = 0;
	for (unsigned i = 0; i < squares->law->parameters_n; i++)
		n += !squares->held[i];
	return n;
}

static double held_sum(const struct search *search)
{
	double sum = 0;
	for (size_t i = 0; i < search->squares->points->n; i++)
		sum += residual(search, i) * residual(search, i);
	return sum;
}

double squares_least(const struct squares *squares, double *searched, double *variance)
{
	struct search search = {.squares = squares, .searched = searched};
	gsl_multifit_nlinear_parameters how = gsl_multifit_nlinear_default_parameters();
	how.fdtype = GSL_MULTIFIT_NLINEAR_CTRDIFF;
	search.system = (gsl_multifit_nlinear_fdf){
		.f = residuals_fill, .n = squares->points->n, .p = free_n(squares), .params = &search};
	if (search.system.p == 0)
		return held_sum(&search);
	gsl_error_handler_t *before = gsl_set_error_handler_off(); // it would abort
	search.workspace = gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &how, search.system.n, search.system.p);
	double sum = search.workspace ? search_run(&search, variance) : INFINITY;
	gsl_multifit_nlinear_free(search.workspace);
	gsl_set_error_handler(before);
	return sum;
}

// The scale that makes the mean residual vanish, in logs.
static double scale_start(const struct squares *squares, double *searched)
{
	double sum = 0;
	searched[0] = 0;
	for (size_t i = 0; i < squares->points->n; i++)
		sum +=
			log(squares->points->capacity[i]) - law_log_capacity(squares->law, searched, squares->points->workers[i]);
	return sum / (double)squares->points->n;
}

static bool start_find(const struct squares *squares, unsigned place, double *searched)
{
	const struct law *law = squares->law;
	double parameter[LAW_PARAMETERS_MAX];
	law_parameters(law, searched, parameter);
	for (unsigned i = 1; i < law->parameters_n; i++)
		parameter[i] = squares->held[i] ? parameter[i] : 0;
	if (law->start ? !law->start(squares->points, place, parameter + 1) : place > 0)
		return false;
	for (unsigned i = 1; i < law->parameters_n; i++)
		if (!squares->held[i])
			searched[i] = law->parameter[i].positive ? log(parameter[i]) : parameter[i];
	if (!squares->held[0])
		searched[0] = scale_start(squares, searched);
	return true;
}

double squares_least_anywhere(const struct squares *squares, double *searched, bool warm)
{
	double at[LAW_PARAMETERS_MAX], best[LAW_PARAMETERS_MAX];
	memcpy(best, searched, sizeof best);
	double least = warm ? squares_least(squares, best, NULL) : INFINITY;
	memcpy(at, searched, sizeof at);
	if (free_n(squares) == 0)
		return least;
	for (unsigned place = 0; start_find(squares, place, at); place++) {
		double sum = squares_least(squares, at, NULL);
		if (sum < least) {
			least = sum;
			memcpy(best, at, sizeof best);
		}
		memcpy(at, searched, sizeof at);
	}
	memcpy(searched, best, sizeof best);
	return least;
}
