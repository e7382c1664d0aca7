#include "stats/queueing.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double station_utilisation(const struct station *station)
{
	return station->rate * station->service / station->servers_n;
}

// By Erlang's recursion for the loss formula: no factorial overflows.
static double erlang_c(double offered, unsigned servers_n)
{
	double lost = 1;
	for (unsigned i = 1; i <= servers_n; i++)
		lost = offered * lost / (i + offered * lost);
	return lost / (1 - offered / servers_n * (1 - lost));
}

// Of a station with constant service, relative to exponential service.
static double constant_ratio(double utilisation, unsigned servers_n)
{
	double n = servers_n;
	return (1 + (1 - utilisation) * (n - 1) * (sqrt(4 + 5 * n) - 2) / (16 * utilisation * n)) / 2;
}

// Relative to exponential service, too.
static double mean_ratio(double utilisation, unsigned servers_n, double variance)
{
	double constant = fmin(constant_ratio(utilisation, servers_n), 1);
	if (variance <= 1)
		return variance + (1 - variance) * constant;
	return (1 + variance) / (2 * variance + (1 - variance) / constant);
}

// In heavy traffic those who wait do so exponentially; in light traffic for the rest of a service that is under way,
// with several servers for the shortest of these.
static double wait_cv(double utilisation, unsigned servers_n, double variance)
{
	double of_rest = 4 * (1 + 2 * variance) / (3 * (1 + variance)) - 1;
	double light = 1 + (of_rest - 1) * 3 / (servers_n + 2.0);
	return sqrt(utilisation + (1 - utilisation) * light);
}

struct queue_wait queue_wait_of(const struct station *station)
{
	double utilisation = station_utilisation(station), variance = station->cv * station->cv;
	unsigned n = station->servers_n;
	double exponential = station->service / (n * (1 - utilisation));
	return (struct queue_wait){
		.share = erlang_c(utilisation * n, n),
		.mean = exponential * mean_ratio(utilisation, n, variance),
		.cv = wait_cv(utilisation, n, variance),
	};
}

// P(X <= x) of a gamma variable; of a constant where it does not vary.
static double gamma_below(double x, double mean, double cv)
{
	if (cv < 1e-3 || mean <= 0)
		return x >= mean;
	return x <= 0 ? 0 : gsl_cdf_gamma_P(x, 1 / (cv * cv), mean * cv * cv);
}

enum { NODES_N = 64 };

// Points of a distribution with their weights, closer to each other towards its long tail.
struct nodes {
	double cv;
	double x[NODES_N], weight[NODES_N];
};

// The quantile of a gamma variable of mean 1. The library's own inverse ends the program where it does not converge.
static double gamma_quantile(double p, double cv)
{
	double low = -700, high = log(40 * (1 + cv * cv));
	for (int i = 0; i < 50; i++) {
		double middle = (low + high) / 2;
		if (gamma_below(exp(middle), 1, cv) < p)
			low = middle;
		else
			high = middle;
	}
	return exp(high);
}

// All ways of serving the same requests ask for the same.
static const struct nodes *nodes_of(double cv)
{
	static _Thread_local struct nodes nodes = {.cv = -1};
	if (nodes.cv == cv)
		return &nodes;
	nodes.cv = cv;
	for (int i = 0; i < NODES_N; i++) {
		double above = (i + 0.5) / NODES_N;
		nodes.x[i] = gamma_quantile(1 - above * above * above, cv);
		nodes.weight[i] = (pow(i + 1, 3) - pow(i, 3)) / pow(NODES_N, 3);
	}
	return &nodes;
}

// P(wait + work <= x) of those that wait.
static double waited_below(const struct response *response, double x)
{
	const struct queue_wait *wait = &response->wait;
	if (response->work_cv < 1e-3 || response->work <= 0)
		return gamma_below(x - response->work, wait->mean, wait->cv);
	const struct nodes *nodes = nodes_of(response->work_cv);
	double below = 0;
	for (int i = 0; i < NODES_N; i++)
		below += nodes->weight[i] * gamma_below(x - nodes->x[i] * response->work, wait->mean, wait->cv);
	return below;
}

static double below(const struct response *response, double t)
{
	double x = t - response->constant, at_once = 1 - response->wait.share - response->late_share;
	double sum = at_once * gamma_below(x, response->work, response->work_cv);
	if (response->late_share > 0)
		sum += response->late_share * gamma_below(x - response->late, response->work, response->work_cv);
	if (response->wait.share > 0)
		sum += response->wait.share * waited_below(response, x);
	return sum;
}

double response_mean(const struct response *response)
{
	return response->constant + response->work + response->wait.share * response->wait.mean +
	       response->late_share * response->late;
}

// Longer than anything takes, and not so long that a part of it is lost in the sum: 31 years, where times are in ns.
static const double response_longest = 1e18;

double response_quantile(const struct response *response, double p)
{
	enum { STEPS_N = 26 };
	double low = response->constant, high = response_mean(response);
	if (!(high < response_longest))
		return INFINITY;
	while (high < response_longest && below(response, high) < p) {
		low = high;
		high = response->constant + 2 * (high - response->constant);
	}
	for (int i = 0; i < STEPS_N; i++) {
		double middle = (low + high) / 2;
		if (below(response, middle) < p)
			low = middle;
		else
			high = middle;
	}
	return high;
}
