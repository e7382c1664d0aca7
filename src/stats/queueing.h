// A service: requests arrive at random, wait for one of several equal servers, and are served in their order (M/G/c).
// Times are all in one unit, and rates per that unit.
#ifndef TVP_STATS_QUEUEING_H
#define TVP_STATS_QUEUEING_H

/// Poisson arrivals at `rate`; each request occupies one of the servers for a time of this mean and coefficient of
/// variation.
struct station {
	double rate, service, cv;
	unsigned servers_n; ///< at least 1
};

/// Rate × service ÷ servers: below 1, or the queue grows without end.
double station_utilisation(const struct station *station);

/// How long requests wait for a server.
struct queue_wait {
	double share; ///< of requests, those that wait at all
	double mean;  ///< of those
	double cv;    ///< of those
};

/// The wait in a station whose utilisation is below 1.
///   share  Erlang's C formula: exact for one server, and for exponential service
///   mean   exact for one server (Pollaczek and Khinchine) and for exponential service (Erlang). Else of constant
///          service by Cosmetatos (Oper. Res. Quart. 26, 1975), and between by variance: up to a CV of 1 in proportion
///          (Page, Queueing Theory in OR, 1972), above by Kimura (Oper. Res. 34, 1986)
///   cv     exact for one server and gamma-distributed service (from Takacs' recursion for the second moment), and for
///          exponential service. Else, as utilisation falls, the least of so many rests of constant services
struct queue_wait queue_wait_of(const struct station *station);

/// What a request's response is made of, each part independent of the others.
struct response {
	double constant;         ///< in every response
	double work, work_cv;    ///< gamma-distributed, as its own service is
	struct queue_wait wait;  ///< of a share of requests: gamma-distributed
	double late_share, late; ///< of so many of all requests, among those that do not wait: so much more
};

double response_mean(const struct response *response);
/// The time that a share p of responses does not exceed: 0 < p < 1. By numerical integration. INFINITY where a part is
/// infinite, unknown or longer than 1e18.
double response_quantile(const struct response *response, double p);

#endif
