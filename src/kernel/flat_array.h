// What the kernels over one flat array of 8-byte elements have in common: sum, square, read, copy, copy_stream.
// Inline, because a kernel is one file; the loops themselves are the templates flat_array_reduce.h and
// flat_array_map.h.
#ifndef TVP_KERNEL_FLAT_ARRAY_H
#define TVP_KERNEL_FLAT_ARRAY_H

#include <errno.h>
#include <string.h>

#include "base/status.h"
#include "kernel/isa.h"
#include "kernel/kernel.h"
#include "kernel/ways.h"

enum { FLAT_ARRAY_ELEMENT_BYTES = 8, CACHE_LINE_BYTES = 64 };

/// struct kernel's content: flat_array_prepare_doubles().
#define FLAT_ARRAY_DOUBLES "doubles"

/// Element i of every sweep's input: whole numbers from 0 to 15, in an order that no stride repeats.
static inline uint32_t flat_array_value(uint64_t i)
{
	return ((uint32_t)i * 2654435761u) >> 28;
}

// Plan `size.bytes` of input and, with an output, as much again.
static inline int flat_array_need(struct problem *problem, bool has_output)
{
	uint64_t bytes = problem->size.bytes;
	if (bytes % FLAT_ARRAY_ELEMENT_BYTES)
		return status_say(EINVAL, "kernel %s: a size of %llu bytes is not a multiple of %d", problem->kernel->name,
		                  (unsigned long long)bytes, FLAT_ARRAY_ELEMENT_BYTES);
	problem->items_n = bytes / FLAT_ARRAY_ELEMENT_BYTES;
	problem->in_bytes = bytes;
	problem->out_bytes = has_output ? bytes : 0;
	return 0;
}

static inline int flat_array_need_reduce(struct problem *problem)
{
	return flat_array_need(problem, false);
}

static inline int flat_array_need_map(struct problem *problem)
{
	return flat_array_need(problem, true);
}

/// Doubles at problem->in, as flat_array_value() has them.
static inline int flat_array_prepare_doubles(struct problem *problem)
{
	double *in = (double *)problem->in;
	for (uint64_t i = 0; i < problem->items_n; i++)
		in[i] = flat_array_value(i);
	problem->expected = 0;
	return 0;
}

/// struct kernel's ways: with and without going around the caches, where C can ask for that at all.
static inline unsigned flat_array_ways(const struct problem *problem, unsigned *by_size)
{
#if defined(__x86_64__)
	*by_size = problem->in_bytes + problem->out_bytes > isa_cache_bytes() ? WAY_STREAMS : 0;
	return 2;
#else
	(void)problem;
	*by_size = 0;
	return 1;
#endif
}

static inline double flat_array_expected(uint64_t items_n)
{
	uint64_t total = 0;
	for (uint64_t i = 0; i < items_n; i++)
		total += flat_array_value(i);
	return (double)total;
}

static inline int flat_array_check_total(const struct problem *problem, struct span span, double total)
{
	(void)span;
	if (total == problem->expected)
		return 0;
	return status_say(EBADMSG, "%s: the partials add up to %.0f, expected %.0f", problem->kernel->name, total,
	                  problem->expected);
}

static inline int flat_array_check_copy(const struct problem *problem, struct span span, double total)
{
	size_t offset = span.begin * FLAT_ARRAY_ELEMENT_BYTES;
	(void)total;
	if (!memcmp(problem->in + offset, problem->out + offset, span_items(span) * FLAT_ARRAY_ELEMENT_BYTES))
		return 0;
	return status_say(EBADMSG, "%s: the output is not the input", problem->kernel->name);
}

/// All bits set is a NaN that no kernel computes.
static inline void flat_array_poison(const struct problem *problem, struct span span)
{
	memset(problem->out + span.begin * FLAT_ARRAY_ELEMENT_BYTES, 0xff, span_items(span) * FLAT_ARRAY_ELEMENT_BYTES);
}

static inline void flat_array_span_bytes(const struct problem *problem, struct span span, struct span_bytes *moved)
{
	size_t offset = span.begin * FLAT_ARRAY_ELEMENT_BYTES, bytes = span_items(span) * FLAT_ARRAY_ELEMENT_BYTES;
	bool has_output = problem->out_bytes > 0;
	*moved = (struct span_bytes){offset, bytes, has_output ? offset : 0, has_output ? bytes : 0};
}

/// One flop per item for those that compute, none for those that only move.
static inline void flat_array_traffic(const struct problem *problem, struct traffic *traffic)
{
	*traffic = (struct traffic){
		.read_bytes = problem->in_bytes,
		.written_bytes = problem->out_bytes,
		.flops = problem->kernel->measures_machine ? 0 : problem->items_n,
	};
}

#endif
