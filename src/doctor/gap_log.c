#include "doctor/gap_log.h"

#include <math.h>

#include "stats/values.h"

unsigned gap_bucket(uint64_t lost_ns)
{
	unsigned bucket = 0;
	for (uint64_t us = lost_ns / GAP_LEAST_NS; us > 1 && bucket < GAP_BUCKETS - 1; us /= 2)
		bucket++;
	return bucket;
}

void gap_add(struct gap_log *log, uint64_t at_ns, uint64_t lost_ns)
{
	log->lost_ns += lost_ns;
	log->gaps_n++;
	log->bucket[gap_bucket(lost_ns)]++;
	if (lost_ns > log->longest_ns)
		log->longest_ns = lost_ns;
	if (log->kept_n < GAPS_KEPT)
		log->kept[log->kept_n++] = (struct gap){at_ns, lost_ns};
}

void gap_speed_add(struct gap_log *log, double mean_ns)
{
	if (log->speeds_n < SPEEDS_KEPT)
		log->speed_ns[log->speeds_n++] = (float)mean_ns;
}

double gap_share(const struct gap_log *log)
{
	return log->ran_ns ? (double)log->lost_ns / (double)log->ran_ns : NAN;
}

enum { SPEEDS_LEAST = 5 };

static uint32_t speeds_sort(const struct gap_log *log, double *sorted)
{
	for (uint32_t i = 0; i < log->speeds_n; i++)
		sorted[i] = (double)log->speed_ns[i];
	values_sort(sorted, log->speeds_n);
	return log->speeds_n;
}

double gap_speed_ns(const struct gap_log *log)
{
	double sorted[SPEEDS_KEPT];
	return log->speeds_n < SPEEDS_LEAST ? NAN : quantile_sorted(sorted, speeds_sort(log, sorted), 0.5);
}

double gap_speed_spread(const struct gap_log *log)
{
	double sorted[SPEEDS_KEPT];
	if (log->speeds_n < SPEEDS_LEAST)
		return NAN;
	uint32_t n = speeds_sort(log, sorted);
	return quantile_sorted(sorted, n, 0.95) / quantile_sorted(sorted, n, 0.05);
}
